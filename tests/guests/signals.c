/* Signals as kill() and timers make them: handlers, masks, order, restart, stacks, defaults. Faults are another program's. */

#include "guest.h"

static volatile int seen[80], depth, order;

static void count_signal(int signal)
{
    seen[signal]++;
}

static void say_info(int signal, siginfo_t *info, struct context *context UNUSED)
{
    say("handler of %n: signo %n, code %s, from me %?, errno %d", signal, info->si_signo,
        info->si_code == SI_USER ? "SI_USER" : info->si_code == SI_QUEUE ? "SI_QUEUE" : info->si_code == SI_TKILL ? "SI_TKILL"
        : info->si_code == SI_KERNEL ? "SI_KERNEL" : info->si_code == SI_TIMER ? "SI_TIMER" : "another", info->si_pid == CALL0(getpid),
        info->si_errno);
}

static void say_mask(int signal)
{
    u64 mask = set_mask(SIG_BLOCK, 0);
    say("in the handler of %n: USR1 %?, USR2 %?, TERM %? blocked", signal, (mask & SIGNAL_BIT(SIGUSR1)) != 0, (mask & SIGNAL_BIT(SIGUSR2)) != 0,
        (mask & SIGNAL_BIT(SIGTERM)) != 0);
}

static void simple(void)
{
    struct action old;

    say("USR1 without a mask: %k", catch_signal(SIGUSR1, say_info, SA_SIGINFO, 0));
    send_myself(SIGUSR1);
    say("tgkill: %k", CALL3(tgkill, CALL0(getpid), CALL0(gettid), SIGUSR1));
    catch_signal(SIGUSR1, count_signal, 0, 0);
    for (int i = 0; i < 5; i++)
        send_myself(SIGUSR1);
    say("old handler called %d times", seen[SIGUSR1]);
    CALL4(rt_sigaction, SIGUSR1, 0, &old, 8);
    say("sigaction tells the handler %?, SA_SIGINFO %?", old.handler == count_signal, (old.flags & SA_SIGINFO) != 0);
    CALL4(rt_sigaction, SIGUSR2, 0, &old, 8);
    say("USR2 is default: %?", old.handler == 0);
}

static void masks(void)
{
    u64 pending = 0;

    catch_signal(SIGUSR1, say_mask, 0, 0);
    send_myself(SIGUSR1);
    catch_signal(SIGUSR1, say_mask, 0, SIGNAL_BIT(SIGTERM) | SIGNAL_BIT(SIGUSR2));
    send_myself(SIGUSR1);
    catch_signal(SIGUSR1, say_mask, SA_NODEFER, 0);
    send_myself(SIGUSR1);

    catch_signal(SIGUSR1, count_signal, 0, 0);
    seen[SIGUSR1] = 0;
    set_mask(SIG_BLOCK, SIGNAL_BIT(SIGUSR1));
    send_myself(SIGUSR1);
    send_myself(SIGUSR1);
    CALL2(rt_sigpending, &pending, 8);
    say("blocked: %d calls, pending %?", seen[SIGUSR1], pending == SIGNAL_BIT(SIGUSR1));
    set_mask(SIG_UNBLOCK, SIGNAL_BIT(SIGUSR1));
    CALL2(rt_sigpending, &pending, 8);
    say("unblocked: %d call, pending %?", seen[SIGUSR1], pending != 0);
    set_mask(SIG_BLOCK, ~0ull);
    say("KILL and STOP are not blocked then: %?", (set_mask(SIG_SETMASK, 0) & (SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP))) == 0);
    say("how 77: %r, size 4: %r", CALL4(rt_sigprocmask, 77, &pending, 0, 8), CALL4(rt_sigprocmask, SIG_BLOCK, &pending, 0, 4));
}

static void nest_second(int signal)
{
    say("  %n inside %d, step %d", signal, depth, ++order);
}

static void nest_first(int signal)
{
    depth++;
    say(" %n begins, step %d", signal, ++order);
    send_myself(SIGUSR2);
    say(" %n ends, step %d", signal, ++order);
    depth--;
}

static void again(int signal)
{
    depth++;
    say(" %n at depth %d", signal, depth);
    if (depth < 4)
        send_myself(signal);
    depth--;
}

static void nested(void)
{
    say("nested");
    catch_signal(SIGUSR1, nest_first, 0, 0);
    catch_signal(SIGUSR2, nest_second, 0, 0);
    send_myself(SIGUSR1);
    say("USR2 waits for the end of the handler");
    catch_signal(SIGUSR1, nest_first, 0, SIGNAL_BIT(SIGUSR2));
    send_myself(SIGUSR1);
    say("itself, with SA_NODEFER");
    catch_signal(SIGUSR1, again, SA_NODEFER, 0);
    send_myself(SIGUSR1);
}

static void reset_to_default(void)
{
    catch_signal(SIGTERM, count_signal, SA_RESETHAND, 0);
    send_myself(SIGTERM);
    say("SA_RESETHAND: the first was caught, %d", seen[SIGTERM]);
    send_myself(SIGTERM);
    say("not reached");
}

static void die_of(int signal)
{
    long child = CALL0(fork);
    int status = 0;

    if (child == 0) {
        send_myself(signal);
        leave(0);
    }
    CALL4(wait4, child, &status, 0, 0);
    say_status(signal_name(signal), status);
}

static void defaults(void)
{
    static const int signals[] = {
        SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM,
        SIGCHLD, SIGCONT, SIGURG, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGWINCH, SIGIO, SIGSYS, 40,
    };

    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) {
        catch_signal(signals[i], 0, 0, 0);
        die_of(signals[i]);
    }
    catch_signal(SIGTERM, (void *)1, 0, 0);
    die_of(SIGTERM);
    say("ignored, it did not end me: %r", CALL2(kill, CALL0(getpid), SIGTERM));
    catch_signal(SIGTERM, 0, 0, 0);
    in_child("reset handler", reset_to_default);
}

static void stopped(void)
{
    int status = 0;
    long child = CALL0(fork);

    if (child == 0) {
        send_myself(SIGSTOP);
        leave(3);
    }
    CALL4(wait4, child, &status, WUNTRACED, 0);
    say_status("stopped child", status);
    CALL2(kill, child, SIGCONT);
    CALL4(wait4, child, &status, 0, 0);
    say_status("continued child", status);
}

static volatile int *shared;

/* Signals the parent every 20 ms until it says that it is done, or as many times as told. Then a byte into the pipe. */
static long start_pest(int times, int descriptor)
{
    long parent = CALL0(getpid), child = CALL0(fork);

    if (child)
        return child;
    for (int i = 0; i < times && !*shared; i++) {
        sleep_milliseconds(20);
        CALL2(kill, parent, SIGUSR1);
    }
    sleep_milliseconds(20);
    CALL3(write, descriptor, "x", 1);
    leave(0);
}

static void restarts(void)
{
    int ends[2], status;
    char byte = 0;
    long child, result;

    shared = map_shared(page_bytes);
    CALL2(pipe2, ends, 0);
    catch_signal(SIGUSR1, count_signal, 0, 0);
    child = start_pest(1000, ends[1]);
    result = CALL3(read, ends[0], &byte, 1);
    *shared = 1;
    say("a read that a signal interrupts: %r", result);
    reap(child);
    say("and again: %r", CALL3(read, ends[0], &byte, 1));

    *shared = 0;
    catch_signal(SIGUSR1, count_signal, SA_RESTART, 0);
    child = start_pest(5, ends[1]);
    say("with SA_RESTART: %r", CALL3(read, ends[0], &byte, 1));
    /* wait4() too is restarted. */
    say("wait4 of the right child: %?", CALL4(wait4, child, &status, 0, 0) == child);

    *shared = 0;
    child = start_pest(1000, ends[1]);
    {
        struct two_words long_time = { 1000, 0 }, left = { -1, -1 };
        result = CALL2(nanosleep, &long_time, &left);
        *shared = 1;
        say("nanosleep is not restarted: %r, time is left: %?", result, left.seconds > 900);
    }
    reap(child);
    CALL1(close, ends[0]);
    CALL1(close, ends[1]);
}

static void suspended(void)
{
    u64 none = 0, blocked = SIGNAL_BIT(SIGUSR1);

    catch_signal(SIGUSR1, count_signal, 0, 0);
    seen[SIGUSR1] = 0;
    set_mask(SIG_SETMASK, blocked);
    send_myself(SIGUSR1);
    say("before sigsuspend: %d", seen[SIGUSR1]);
    say("sigsuspend: %r", CALL2(rt_sigsuspend, &none, 8));
    say("after: %d, blocked again %?", seen[SIGUSR1], set_mask(SIG_BLOCK, 0) == blocked);
    set_mask(SIG_SETMASK, 0);
}

static void on_stack(int signal, siginfo_t *info UNUSED, struct context *context)
{
    stack_t now;
    u8 here;

    CALL2(sigaltstack, 0, &now);
    say("%n: on the other stack %?, SS_ONSTACK %?", signal, (word)&here - (word)now.ss_sp < now.ss_size, (now.ss_flags & SS_ONSTACK) != 0);
    now.ss_flags = 0;
    say("a change now: %r", CALL2(sigaltstack, &now, 0));
    say("the context tells the stack: %?", context->stack.ss_sp == now.ss_sp && context->stack.ss_size == now.ss_size);
    say("the interrupted stack is another: %?", CONTEXT_SP(context) - (word)now.ss_sp >= now.ss_size);
}

static void stacks(void)
{
    static u8 room[65536] __attribute__((aligned(16)));
    stack_t stack = { .ss_sp = room, .ss_size = sizeof room }, old = { .ss_flags = -1 };

    say("sigaltstack: %k", CALL2(sigaltstack, &stack, &old));
    say("there was none: %?", (old.ss_flags & SS_DISABLE) != 0);
    catch_signal(SIGUSR1, on_stack, SA_SIGINFO | SA_ONSTACK, 0);
    send_myself(SIGUSR1);
    stack.ss_size = 100;
    say("too small: %r", CALL2(sigaltstack, &stack, 0));
    stack.ss_flags = 77;
    say("flags 77: %r", CALL2(sigaltstack, &stack, 0));
    stack.ss_flags = SS_DISABLE;
    say("off: %k", CALL2(sigaltstack, &stack, 0));
    CALL2(sigaltstack, 0, &old);
    say("it is off: %?", (old.ss_flags & SS_DISABLE) != 0);
    say("bad address: %r", CALL2(sigaltstack, 16, 0));
}

/* Real-time signals queue, the lowest first, each with its value. */
static void queued_handler(int signal, siginfo_t *info, struct context *context UNUSED)
{
    say(" %n, value %d, code %s", signal, info->si_value.sival_int, info->si_code == SI_QUEUE ? "SI_QUEUE" : "another");
}

static void queued(void)
{
    static const int signals[] = { 35, 34, 34, 35, 33, 34 };

    say("queued");
    set_mask(SIG_SETMASK, ~0ull);
    for (int i = 0; i < 6; i++) {
        siginfo_t info;
        fill_bytes(&info, 0, sizeof info);
        info.si_code = SI_QUEUE;
        info.si_value.sival_int = i;
        info.si_pid = (int)CALL0(getpid);
        catch_signal(signals[i], queued_handler, SA_SIGINFO, ~0ull);
        say(" queue %n: %r", signals[i], CALL3(rt_sigqueueinfo, CALL0(getpid), signals[i], &info));
    }
    {
        u64 wanted = SIGNAL_BIT(33), never = SIGNAL_BIT(SIGUSR2);
        siginfo_t info;
        struct two_words now = { 0, 0 };
        int waited = (int)CALL4(rt_sigtimedwait, &wanted, &info, 0, 8);
        say(" waited for: %n, value %d", waited, info.si_value.sival_int);
        say(" not there: %r", CALL4(rt_sigtimedwait, &never, &info, &now, 8));
    }
    set_mask(SIG_SETMASK, 0);
}

static void timers(void)
{
    struct { struct two_words interval, value; } timer = { { 0, 0 }, { 0, 20000 } }, left;
    u64 none = 0;

    catch_signal(SIGALRM, say_info, SA_SIGINFO, 0);
    set_mask(SIG_SETMASK, SIGNAL_BIT(SIGALRM));
    say("setitimer: %k", CALL3(setitimer, 0, &timer, 0));
    say("suspended: %r", CALL2(rt_sigsuspend, &none, 8));
    set_mask(SIG_SETMASK, 0);
    CALL2(getitimer, 0, &left);
    say("the timer is off: %?", left.value.seconds == 0 && left.value.nanoseconds == 0);
}

static void refused(void)
{
    say("catch KILL: %r, STOP: %r, signal 0: %r, signal 65: %r", catch_signal(SIGKILL, count_signal, 0, 0), catch_signal(SIGSTOP, count_signal, 0, 0),
        catch_signal(0, count_signal, 0, 0), catch_signal(65, count_signal, 0, 0));
    say("kill with 0: %r, signal 65: %r, nobody: %r", CALL2(kill, CALL0(getpid), 0), CALL2(kill, CALL0(getpid), 65), CALL2(kill, 0x3fffffff, 0));
    say("sigaction at a bad address: %r", CALL4(rt_sigaction, SIGUSR1, 16, 0, 8));
}

static void child_ends(void)
{
    long child;
    int status = -1;
    struct two_words second = { 1, 0 };
    u64 wanted = SIGNAL_BIT(SIGCHLD);
    siginfo_t info;

    set_mask(SIG_SETMASK, wanted);
    catch_signal(SIGCHLD, count_signal, 0, 0);
    child = CALL0(fork);
    if (child == 0)
        leave(9);
    while (CALL4(rt_sigtimedwait, &wanted, &info, &second, 8) == -EAGAIN)
        ;
    say("CHLD: code %s, status %d, of the child %?", info.si_code == CLD_EXITED ? "CLD_EXITED" : "another", info.si_status, info.si_pid == child);
    CALL4(wait4, child, &status, 0, 0);
    say_status("it", status);
    set_mask(SIG_SETMASK, 0);

    /* Ignored, children leave no zombies: wait4() waits for the last of them and finds none. */
    catch_signal(SIGCHLD, (void *)1, 0, 0);
    child = CALL0(fork);
    if (child == 0)
        leave(9);
    say("CHLD ignored: %r", CALL4(wait4, -1, &status, 0, 0));
    catch_signal(SIGCHLD, 0, 0, 0);
}

static int run(int argc UNUSED, char **argv UNUSED, char **envp UNUSED)
{
    simple();
    masks();
    nested();
    defaults();
    stopped();
    restarts();
    suspended();
    stacks();
    queued();
    timers();
    refused();
    child_ends();
    return 0;
}
