/* Threads by clone(): shared memory, futexes, thread pointers, signals to one of them, the end of one and of all. */

#include "guest.h"
#include "threads.h"

/* ------------------------------------------------------------------------------------------------------------------- counting */

static volatile int counter, lock;

static void count(struct thread *thread)
{
    for (int i = 0; i < 10000; i++)
        __atomic_fetch_add(&counter, 1, __ATOMIC_SEQ_CST);
    thread->result = 1;
}

/* A lock as in "Futexes Are Tricky" (Drepper, 2011): 0 free, 1 taken, 2 taken and somebody waits. */
static void take(volatile int *lock)
{
    int seen = 0;

    if (__atomic_compare_exchange_n(lock, &seen, 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        return;
    if (seen != 2)
        seen = __atomic_exchange_n(lock, 2, __ATOMIC_SEQ_CST);
    while (seen != 0) {
        wait_while(lock, 2);
        seen = __atomic_exchange_n(lock, 2, __ATOMIC_SEQ_CST);
    }
}

static void release(volatile int *lock)
{
    if (__atomic_exchange_n(lock, 0, __ATOMIC_SEQ_CST) == 2)
        CALL3(futex, lock, FUTEX_WAKE, 1);
}

static volatile int plain;

static void count_under_lock(struct thread *thread)
{
    for (int i = 0; i < 1000; i++) {
        int held;
        take(&lock);
        held = plain;
        if (i % 128 == 0)
            CALL0(sched_yield);                     /* lets the others run into the lock */
        plain = held + 1;
        release(&lock);
    }
    thread->result = 2;
}

static void all(const char *what, void (*work)(struct thread *))
{
    int sum = 0;

    for (int i = 0; i < THREADS; i++)
        start_thread(i, work);
    for (int i = 0; i < THREADS; i++) {
        join(i);
        sum += threads[i].result;
    }
    say("%s: %d", what, sum);
}

/* ------------------------------------------------------------------------------------------------------------------- identity */

static void identify(struct thread *thread)
{
    thread->result = thread_pointer() == thread && CALL0(gettid) == thread->tid && CALL0(gettid) != CALL0(getpid);
}

/* --------------------------------------------------------------------------------------------------------------- a relay race */

static volatile int turn, log_length;
static char turns[64];

static void relay(struct thread *thread)
{
    for (int round = 0; round < 5; round++) {
        int now;
        while ((now = turn) % THREADS != thread->number)
            wait_while(&turn, now);
        turns[log_length++] = (char)('a' + thread->number);
        turn = now + 1;
        CALL3(futex, &turn, FUTEX_WAKE, 1000);
    }
}

/* ---------------------------------------------------------------------------------------------------------- signals to threads */

static volatile int ready, signalled;

static void on_signal(int signal UNUSED)
{
    signalled = ((struct thread *)thread_pointer())->number + 100;
}

static void wait_for_signal(struct thread *thread)
{
    ready = 1;
    CALL3(futex, &ready, FUTEX_WAKE, 1);
    while (!signalled)
        CALL0(sched_yield);
    thread->result = signalled;
}

static void signals(void)
{
    catch_signal(SIGUSR1, on_signal, 0, 0);
    for (int number = 1; number < 3; number++) {
        ready = signalled = 0;
        start_thread(number, wait_for_signal);
        while (!ready)
            wait_while(&ready, 0);
        say("tgkill: %r", CALL3(tgkill, CALL0(getpid), threads[number].tid, SIGUSR1));
        join(number);
        say("it ran on thread %d", threads[number].result);
    }
    say("tgkill of a thread that is gone: %r", CALL3(tgkill, CALL0(getpid), 0x3ffffff, SIGUSR1));
}

/* ------------------------------------------------------------------------------------------------------------ what is refused */

static void futexes(void)
{
    int word = 5;
    struct two_words soon = { 0, 10000000 };

    say("another value: %r", wait_while(&word, 6));
    say("nobody to wake: %r", CALL3(futex, &word, FUTEX_WAKE, 1));
    say("a time: %r", CALL4(futex, &word, FUTEX_WAIT, 5, &soon));
    say("bad address: %r", CALL4(futex, 16, FUTEX_WAIT, 5, 0));
    say("not aligned: %r", CALL4(futex, (char *)&word + 1, FUTEX_WAIT, 5, 0));
    say("unknown: %r", CALL4(futex, &word, 99, 5, 0));
    say("threads without shared memory: %r", CALL5(clone, CLONE_THREAD, 0, 0, 0, 0));
}

/* --------------------------------------------------------------------------------------------------------- the end of everyone */

static void forever(struct thread *thread UNUSED)
{
    for (;;)
        CALL0(sched_yield);
}

static void ends_all(struct thread *thread UNUSED)
{
    CALL1(exit_group, 33);
}

static void one_ends_all(void)
{
    start_thread(0, forever);
    start_thread(1, ends_all);
    for (;;)
        CALL0(sched_yield);
}

static void last(struct thread *thread UNUSED)
{
    while (!ready)
        wait_while(&ready, 0);
    sleep_milliseconds(10);
    say("the last thread ends");
    CALL1(exit, 44);
}

/* The process lives as long as one of its threads. Whose code it ends with, changed in v5.17, so both have the same. */
static void leader_first(void)
{
    ready = 0;
    start_thread(0, last);
    ready = 1;
    CALL3(futex, &ready, FUTEX_WAKE, 1);
    CALL1(exit, 44);
}

static void faults(struct thread *thread UNUSED)
{
    *(volatile int *)hidden(16) = 1;
}

static void one_faults(void)
{
    start_thread(0, faults);
    for (;;)
        CALL0(sched_yield);
}

/* fork() in a thread copies that thread alone. */
static void forks(struct thread *thread)
{
    long child = CALL0(fork);

    if (child == 0)
        CALL1(exit_group, 66);
    thread->result = reap(child) >> 8;
}

static int run(int argc UNUSED, char **argv UNUSED, char **envp UNUSED)
{
    all("threads that count", count);
    say("counted: %d", counter);
    all("with a lock", count_under_lock);
    say("counted: %d", plain);
    all("know themselves", identify);
    all("relay", relay);
    say("%s", turns);
    signals();
    futexes();
    all("fork", forks);
    in_child("exit_group in a thread", one_ends_all);
    in_child("the leader ends first", leader_first);
    in_child("a fault in a thread", one_faults);
    return 0;
}
