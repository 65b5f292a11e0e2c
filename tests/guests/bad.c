/* Guests that misbehave: the first argument says how. Each ends as Linux ends it, and what runs it must not be harmed. */

#include "guest.h"

static const u8 constant[64] = { 1, 2, 3 };

#pragma GCC diagnostic ignored "-Winfinite-recursion"
NOINLINE static u32 recurse(u32 depth)
{
    volatile u32 room[1024];

    room[depth & 1023] = depth;
    return recurse(depth + 1) + room[depth & 1023];
}

static int run(int argc, char **argv, char **envp UNUSED)
{
    const char *how = argc > 1 ? argv[1] : "";

    say("%s", how);
    if (same_text(how, "jump-to-null"))
        ((void (*)(void))hidden(0))();
    if (same_text(how, "jump-to-nowhere"))
        ((void (*)(void))hidden((word)0x7abcd000))();
    if (same_text(how, "jump-to-kernel"))
        ((void (*)(void))hidden(~(word)0xfff))();
    if (same_text(how, "jump-to-data"))
        ((void (*)(void))hidden((word)map_pages(1, PROT_READ | PROT_WRITE)))();
    if (same_text(how, "jump-into-zeros"))
        ((void (*)(void))hidden((word)map_pages(1, PROT_READ | PROT_EXEC)))();
    if (same_text(how, "read-null"))
        return *(volatile u8 *)hidden(0);
    if (same_text(how, "read-kernel"))
        return *(volatile u8 *)hidden(~(word)0xfff);
    if (same_text(how, "read-end-of-memory"))
        return (int)*(volatile u32 *)hidden(~(word)3);
    if (same_text(how, "write-text"))
        *(volatile u8 *)hidden((word)&run) = 0;
    if (same_text(how, "write-constant"))
        *(volatile u8 *)hidden((word)constant) = 1;
    if (same_text(how, "recursion"))
        return (int)recurse(0);
    if (same_text(how, "stack-pointer-to-nowhere")) {
        send_myself(0);
#if defined(__x86_64__)
        __asm__ volatile("movl $0x1000, %esp; pushq %rax");
#elif defined(__i386__)
        __asm__ volatile("movl $0x1000, %esp; pushl %eax");
#elif defined(__alpha__)
        __asm__ volatile("lda $30, 0x1000($31); stq $31, 0($30)");
#endif
    }
    if (same_text(how, "illegal"))
        __asm__ volatile(ILLEGAL_INSTRUCTION);
    if (same_text(how, "privileged"))
        __asm__ volatile(PRIVILEGED_INSTRUCTION);
    if (same_text(how, "huge-mmap")) {
        /* More than any address space, down to seven eighths of what a pointer can tell; then much, which is only a promise. */
        word much = sizeof(word) == 8 ? (word)1 << 20 << 20 : (word)1 << 30;
        for (word less = page_bytes; less <= ~(word)0 >> 3; less <<= 3)
            if (!MAP_FAILED_AT(map_at(0, (word)0 - less, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)))
                say("granted: all but %w", less);
        say("much: %?", !MAP_FAILED_AT(map_at(0, much, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)));
    }
    if (same_text(how, "many-mmaps")) {
        /* Each mapping has its own rights, so none can be merged with its neighbour; the limit is vm.max_map_count. */
        word count = 0;
        while (!MAP_FAILED_AT(map_pages(1, count & 1 ? PROT_READ : PROT_NONE)) && count < 200000)
            count++;
        say("many mappings, then no more: %?", count > 10000 && count < 200000);
    }
    if (same_text(how, "many-files")) {
        long descriptor;
        do
            descriptor = CALL1(dup, 1);
        while (descriptor >= 0 && descriptor < 2000000);
        say("%r", descriptor);
    }
    if (same_text(how, "fork-bomb")) {
        /* Whoever runs this must limit processes: it does not stop by itself, except where fork() is refused. */
        for (int i = 0; i < 20; i++)
            CALL0(fork);
        sleep_milliseconds(10);
    }
    if (same_text(how, "vfork-chain")) {
        for (int depth = 0; depth < 200; depth++) {
            long child = CALL0(vfork);
            if (child < 0) {
                say("vfork: %r", child);
                break;
            }
            if (child > 0)
                CALL1(exit_group, 0);
        }
    }
    if (same_text(how, "infinite-loop"))
        for (;;)
            __asm__ volatile("" ::: "memory");
    if (same_text(how, "infinite-calls"))
        for (;;)
            CALL0(sched_yield);
    if (same_text(how, "infinite-output"))
        for (;;)
            CALL3(write, 1, "more and more and more and more\n", 32);
    if (same_text(how, "deadlock")) {
        int ends[2];
        u8 byte;
        CALL2(pipe2, ends, 0);
        CALL3(read, ends[0], &byte, 1);             /* the writing end is here too: nobody will ever write */
    }
    if (same_text(how, "wait-for-itself")) {
        u64 none = 0;
        CALL2(rt_sigsuspend, &none, 8);
    }
    if (same_text(how, "exec-itself-for-ever")) {
        char *again[] = { argv[0], argv[1], 0 };
        CALL3(execve, argv[0], again, envp);
    }
    if (same_text(how, "handler-nowhere")) {
        catch_signal(SIGUSR1, hidden(0x7abcd000), 0, 0);
        send_myself(SIGUSR1);
    }
    if (same_text(how, "sigreturn-without-frame")) {
        CALL2(munmap, (word)&how & -page_bytes, 4 * page_bytes);
        CALL0(rt_sigreturn);
    }
    if (same_text(how, "munmap-itself"))
        CALL2(munmap, (word)&run & -page_bytes, page_bytes);
    if (same_text(how, "unmap-everything"))
        CALL2(munmap, 0, sizeof(word) == 8 ? (word)1 << 42 : 0xb0000000);
    say("still alive");
    return 0;
}
