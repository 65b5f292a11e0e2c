/* Faults of loads, stores and jumps: which signal, which code, which address, which instruction; and a handler that repairs. */

#include "guest.h"

static word region;                                 /* addresses are told as distances from here */
static u8 *expected_pc;
static volatile int how;                            /* what the handler does: 0 skips, 1 repairs */

/* Pages differ in size: a distance is told in pages and bytes. */
static unsigned page_of(word address)
{
    unsigned pages = 0;

    for (word distance = address - region; distance >= page_bytes && pages < 1000; distance -= page_bytes)
        pages++;
    return pages;
}

#define BYTE_OF(address) ((unsigned)(((word)(address) - region) & (page_bytes - 1)))

static const char *code_name(int signal, int code)
{
    if (signal == SIGSEGV)
        return code == SEGV_MAPERR ? "SEGV_MAPERR" : code == SEGV_ACCERR ? "SEGV_ACCERR" : "another";
    if (signal == SIGBUS)
        return code == BUS_ADRERR ? "BUS_ADRERR" : code == BUS_ADRALN ? "BUS_ADRALN" : "another";
    if (signal == SIGILL)
        return code > 0 && code <= ILL_BADSTK ? "an illegal instruction" : "another";
    return "another";
}

static void on_fault(int signal, siginfo_t *info, struct context *context)
{
    say("  %n, %s, page %u + %u, at the instruction: %?", signal, code_name(signal, info->si_code), page_of((word)info->si_addr),
        BYTE_OF(info->si_addr), (u8 *)CONTEXT_PC(context) == expected_pc);
    if (how == 1)
        CALL3(mprotect, (word)info->si_addr & -page_bytes, page_bytes, PROT_READ | PROT_WRITE);
    else {
        CONTEXT_PC(context) = (word)after_probe;
        CONTEXT_RESULT(context) = 4242;
    }
}

static void load(const char *what, u8 *at)
{
    say("load %s", what);
    expected_pc = (u8 *)load_instruction;
    say("  %u", probe_load(at));
}

static void store(const char *what, u8 *at)
{
    say("store %s", what);
    expected_pc = (u8 *)store_instruction;
    say("  %u", probe_store(at, 77));
}

static void pages(void)
{
    u8 *at = map_pages(8, PROT_READ | PROT_WRITE);

    region = (word)at;
    CALL3(mprotect, at + page_bytes, page_bytes, PROT_READ);
    CALL3(mprotect, at + 2 * page_bytes, page_bytes, PROT_NONE);
    CALL2(munmap, at + 3 * page_bytes, page_bytes);
    load("from a good page", at);
    load("from a read only page", at + page_bytes + 4);
    store("to a read only page", at + page_bytes + 8);
    load("from a page without rights", at + 2 * page_bytes + 12);
    load("from a hole", at + 3 * page_bytes + 16);
    store("to a hole", at + 3 * page_bytes + 20);
    region = 0;
    load("from null", hidden(0));
    store("to null and something", hidden(0x10));
    region = (word)at;

    how = 1;
    store("to a read only page that the handler opens", at + page_bytes + 8);
    say("  it is there: %d", at[page_bytes + 8] + at[page_bytes + 9] + at[page_bytes + 10] + at[page_bytes + 11]);
    load("from a page that the handler opens", at + 2 * page_bytes);
    how = 0;
}

static void beyond_the_file(const char *directory)
{
    static char path[400];
    long descriptor;
    u8 *at;

    copy_text(path, directory);
    copy_text(path + length_of(path), "/short");
    descriptor = CALL4(openat, AT_FDCWD, path, O_RDWR | O_CREAT, 0600);
    CALL2(ftruncate, descriptor, page_bytes + 1);
    at = map_at(0, 4 * page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, (int)descriptor, 0);
    region = (word)at;
    load("from the file", at);
    load("from the rest of its last page", at + page_bytes + 100);
    load("from beyond its last page", at + 2 * page_bytes + 4);
    CALL2(ftruncate, descriptor, 0);
    load("from what was cut off", at);
    CALL2(ftruncate, descriptor, 4 * page_bytes);
    load("from what came again", at + 2 * page_bytes + 4);
    CALL1(close, descriptor);
}

/* There is no instruction to go on with, so each jump has a process of its own. */
static volatile int jumps_seen;

static void on_jump(int signal, siginfo_t *info, struct context *context)
{
    jumps_seen++;
    say("  %n, %s, page %u + %u, pc is the address: %?", signal, code_name(signal, info->si_code), page_of((word)info->si_addr),
        BYTE_OF(info->si_addr), (word)CONTEXT_PC(context) == (word)info->si_addr);
    leave(jumps_seen + 20);
}

static u8 *target;

static void jump(void)
{
    catch_signal(SIGSEGV, on_jump, SA_SIGINFO, 0);
    catch_signal(SIGILL, on_jump, SA_SIGINFO, 0);
    ((void (*)(void))(void *)target)();
}

static void jumps(void)
{
    u8 *page = map_pages(1, PROT_READ | PROT_WRITE), *hole = map_pages(2, PROT_READ);

    CALL2(munmap, hole, 2 * page_bytes);
    put_return(page + 32, 5);
    code_was_written();
    region = (word)page;
    target = page + 32;
    in_child("jump to a page without execution", jump);
    region = (word)hole;
    target = hole + 64;
    in_child("jump to a hole", jump);
    region = 0;
    target = hidden(0);
    in_child("jump to null", jump);
}

static void illegal(void)
{
    __asm__ volatile(ILLEGAL_INSTRUCTION);
}

static void on_illegal(int signal, siginfo_t *info UNUSED, struct context *context UNUSED)
{
    say("  %n caught", signal);
    leave(9);
}

static void illegal_caught(void)
{
    catch_signal(SIGILL, on_illegal, SA_SIGINFO, 0);
    illegal();
}

/* A fault in the handler of the same fault: the signal is blocked, so it ends the process. */
static void on_fault_again(int signal UNUSED)
{
    say("  in the handler");
    probe_load(hidden(0x20));
    say("  not reached");
}

static void twice(void)
{
    catch_signal(SIGSEGV, on_fault_again, 0, 0);
    probe_load(hidden(0x10));
}

static void ignored(void)
{
    catch_signal(SIGSEGV, (void *)1, 0, 0);
    probe_load(hidden(0x10));
}

static void blocked(void)
{
    catch_signal(SIGSEGV, on_fault, SA_SIGINFO, 0);
    set_mask(SIG_BLOCK, SIGNAL_BIT(SIGSEGV));
    probe_load(hidden(0x10));
}

/* The kernel's own accesses are no faults: it says EFAULT. */
static void system_calls(void)
{
    say("read to null: %r", CALL3(read, 0, 0, 0));
    say("write from null: %r", CALL3(write, 1, 0, 5));
    say("a system call with everything wrong: %r", CALL3(rt_sigprocmask, 16, 16, 16));
}

static int run(int argc, char **argv, char **envp UNUSED)
{
    catch_signal(SIGSEGV, on_fault, SA_SIGINFO, 0);
    catch_signal(SIGBUS, on_fault, SA_SIGINFO, 0);
    pages();
    if (argc > 1)
        beyond_the_file(argv[1]);
    jumps();
    in_child("illegal instruction", illegal);
    in_child("illegal instruction, caught", illegal_caught);
    in_child("a fault in its own handler", twice);
    in_child("ignored", ignored);
    in_child("blocked", blocked);
    system_calls();
    return 0;
}
