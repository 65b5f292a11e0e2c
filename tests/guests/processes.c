/* fork, vfork, exit, wait: what is shared, what is copied, what a parent is told. */

#include "guest.h"

static volatile int in_data = 1;
static volatile int *shared;

static void copies(void)
{
    volatile int on_stack = 1;
    int status;
    volatile u8 *anonymous = map_pages(1, PROT_READ | PROT_WRITE);
    long child;

    anonymous[0] = 1;
    shared[0] = 1;
    child = CALL0(fork);
    if (child == 0) {
        in_data = 2, on_stack = 2, anonymous[0] = 2, shared[0] = 2;
        say("child: %d %d %d %d", in_data, on_stack, anonymous[0], shared[0]);
        leave(7);
    }
    say("wait4 tells the child: %?", CALL4(wait4, -1, &status, 0, 0) == child);
    say_status("child", status);
    say("parent: %d %d %d, shared %d", in_data, on_stack, anonymous[0], shared[0]);
}

static void codes(void)
{
    static const int codes[] = { 0, 1, 77, 127, 128, 255, 256, 511, -1 };

    for (unsigned i = 0; i < sizeof codes / sizeof *codes; i++) {
        int status = -1;
        long child = CALL0(fork);
        if (child == 0)
            leave(codes[i]);
        CALL4(wait4, child, &status, 0, 0);
        say("exit(%d): status %x", codes[i], (u32)status);
    }
}

static void without_copy(void)
{
    int status = 0;
    volatile int on_stack = 1;
    long child = CALL0(vfork);

    if (child == 0) {
        in_data = 5;                                /* the parent's memory */
        on_stack = 6;
        CALL1(exit_group, 4);
    }
    say("after vfork: %d %d", in_data, on_stack);
    CALL4(wait4, child, &status, 0, 0);
    say_status("vfork", status);
}

static void many(void)
{
    long children[20];
    int sum = 0;

    for (int i = 0; i < 20; i++) {
        children[i] = CALL0(fork);
        if (children[i] == 0)
            leave(i);
    }
    for (int i = 0; i < 20; i++) {
        int status;
        if (CALL4(wait4, -1, &status, 0, 0) > 0)
            sum += status >> 8;
    }
    say("twenty children: %d", sum);
    say("then: %r", CALL4(wait4, -1, 0, 0, 0));
}

/* The leaves of a tree of children, each counted by its parent. */
static int leaves(int depth)
{
    int sum = 0;

    for (int i = 0; depth && i < 2; i++) {
        int status = 0;
        long child = CALL0(fork);
        if (child == 0)
            leave(leaves(depth - 1));
        CALL4(wait4, child, &status, 0, 0);
        sum += status >> 8;
    }
    return depth ? sum : 1;
}

static void sixteen(void)
{
    leave(leaves(4));
}

static void waits(void)
{
    int status = 0;
    int ends[2];
    long child;
    char byte;

    CALL2(pipe2, ends, 0);
    say("no child: %r", CALL4(wait4, -1, &status, 0, 0));
    child = CALL0(fork);
    if (child == 0) {
        CALL1(close, ends[1]);
        CALL3(read, ends[0], &byte, 1);
        leave(5);
    }
    say("it still runs: %r", CALL4(wait4, child, &status, WNOHANG, 0));
    say("another's child: %r", CALL4(wait4, 1, &status, WNOHANG, 0));
    say("unknown options: %r", CALL4(wait4, child, &status, 0x12345, 0));
    CALL1(close, ends[1]);
    CALL1(close, ends[0]);
    say("bad address: %r", CALL4(wait4, child, 16, 0, 0));
    say("it was reaped all the same: %r", CALL4(wait4, child, &status, 0, 0));
}

/* A group and a session of one's own: those that one is born into may lie outside what one's PID namespace shows, and be 0. */
static void lead(void)
{
    int status;
    long child = CALL0(fork);

    if (child == 0) {
        long me = CALL0(getpid);
        say("the group is inherited: %?", CALL1(getpgid, 0) != me);
        say("setsid: %?", CALL0(setsid) == me);
        say("group and session: %?, %?", CALL1(getpgid, 0) == me, CALL1(getsid, 0) == me);
        say("once only: %d", (int)CALL0(setsid));
        leave(0);
    }
    CALL4(wait4, child, &status, 0, 0);
}

static void identity(void)
{
    int status;
    long parent = CALL0(getpid), child;

    shared[1] = 0;
    child = CALL0(fork);
    if (child == 0) {
        say("the parent's id is %?", parent_process() == parent);
        say("mine is another: %?, and the thread's: %?", CALL0(getpid) != parent, CALL0(gettid) == CALL0(getpid));
        shared[1] = (int)CALL0(getpid);
        leave(0);
    }
    CALL4(wait4, child, &status, 0, 0);
    say("fork told it: %?", shared[1] == child);
    lead();
}

/* A child whose parent ends before it goes on, and belongs to somebody else. */
static void orphan(void)
{
    int ends[2], status;
    char byte = 0;
    long child;

    CALL2(pipe2, ends, 0);
    child = CALL0(fork);
    if (child == 0) {
        long parent = CALL0(getpid);
        if (CALL0(fork) == 0) {
            while (parent_process() == parent)
                CALL0(sched_yield);
            CALL3(write, ends[1], "o", 1);
            leave(0);
        }
        leave(0);
    }
    CALL4(wait4, child, &status, 0, 0);
    CALL3(read, ends[0], &byte, 1);
    say("the orphan writes '%c'", byte);
    CALL1(close, ends[0]);
    CALL1(close, ends[1]);
}

static int run(int argc UNUSED, char **argv UNUSED, char **envp UNUSED)
{
    shared = map_shared(page_bytes);
    copies();
    codes();
    without_copy();
    many();
    in_child("a tree of children", sixteen);
    waits();
    identity();
    orphan();
    return 0;
}
