/* The stack grows as it is used, up to its limit; then SIGSEGV, which only another stack can handle. */

#include "guest.h"

NOINLINE static u32 deep(int depth, u32 sum)
{
    volatile u32 room[256];

    room[depth & 255] = sum + (u32)depth;
    if (depth == 0)
        return room[0];
    return deep(depth - 1, room[depth & 255] * 3) + room[depth & 255];
}

static void grows(void)
{
    volatile u8 here, *below;
    u32 zero = 0;

    say("three thousand calls of a kilobyte: %x", deep(3000, 1));
    /* A page far below that was never used: the kernel lets it grow in one step, and it is zero. */
    below = hidden((word)&here - 5 * 1024 * 1024);
    for (int i = 0; i < 4096; i++)
        zero |= below[i];
    say("five megabytes below: %u", zero);
}

static u8 other_stack[65536] __attribute__((aligned(16)));
static word limit;

static void on_overflow(int signal, siginfo_t *info, struct context *context)
{
    word distance = (word)&limit;

    distance = CONTEXT_SP(context) - (word)info->si_addr;
    say("%n, code %s, near the stack pointer: %?", signal, info->si_code == SEGV_MAPERR ? "SEGV_MAPERR" : "another",
        distance + 65536 < 131072 + 4096);
    leave(12);
}

#pragma GCC diagnostic ignored "-Winfinite-recursion"
NOINLINE static u32 endless(u32 depth)
{
    volatile u32 room[256];

    room[depth & 255] = depth;
    return endless(depth + 1) + room[depth & 255];
}

static void overflows(void)
{
    endless(0);
}

static void overflows_handled(void)
{
    stack_t stack = { .ss_sp = other_stack, .ss_size = sizeof other_stack };

    CALL2(sigaltstack, &stack, 0);
    catch_signal(SIGSEGV, on_overflow, SA_SIGINFO | SA_ONSTACK, 0);
    endless(0);
}

/* Without another stack the handler has nowhere to run. */
static void overflows_unhandled(void)
{
    catch_signal(SIGSEGV, on_overflow, SA_SIGINFO, 0);
    endless(0);
}

static void limits(void)
{
    struct { word now, most; } stack, small = { 1024 * 1024, ~0ul };

    say("getrlimit: %r", CALL4(prlimit64, 0, RLIMIT_STACK, 0, 0));
    CALL2(getrlimit, RLIMIT_STACK, &stack);
    limit = stack.now;
    small.most = stack.most;
    say("a limit there is: %?", stack.now > 0);
    say("setrlimit: %r", CALL2(setrlimit, RLIMIT_STACK, &small));
    in_child("with one megabyte", overflows);
    CALL2(setrlimit, RLIMIT_STACK, &stack);
}

static int run(int argc UNUSED, char **argv UNUSED, char **envp UNUSED)
{
    grows();
    in_child("endless recursion", overflows);
    in_child("with another stack", overflows_handled);
    in_child("with a handler, but no other stack", overflows_unhandled);
    limits();
    return 0;
}
