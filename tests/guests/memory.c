/* mmap and its family: what is mapped, what is zero, what is shared, what is refused. */

#include "guest.h"

static volatile int faults;
static volatile int fault_code;

static volatile int recovering;

static void on_fault(int signal, siginfo_t *info, struct context *context UNUSED)
{
    faults++;
    fault_code = info->si_code;
    if (!recovering || faults > 100)
        leave(128 + signal);
    recovering = 0;
    /* The page becomes accessible, and the instruction is done again. */
    CALL3(mprotect, (word)info->si_addr & -page_bytes, page_bytes, PROT_READ | PROT_WRITE);
}

/* Tells what happens at a read or a write: nothing, or the code of the SIGSEGV. Afterwards the page can be read and written. */
static const char *attempt(volatile u8 *at, int write)
{
    int before = faults;

    recovering = 1;
    if (write)
        *at = 0x5a;
    else
        (void)*at;
    recovering = 0;
    return faults == before ? "fine" : fault_code == SEGV_ACCERR ? "SEGV_ACCERR" : fault_code == SEGV_MAPERR ? "SEGV_MAPERR" : "another";
}

static int mapped(void *at)
{
    /* madvise() says ENOMEM where nothing is mapped. */
    return CALL3(madvise, at, page_bytes, MADV_NORMAL) == 0;
}

static int all(const u8 *at, word count, int value)
{
    for (word i = 0; i < count; i++)
        if (at[i] != value)
            return 0;
    return 1;
}

static void simple(void)
{
    u8 *pages = map_pages(16, PROT_READ | PROT_WRITE);

    say("mmap: %?", !MAP_FAILED_AT(pages));
    say("zero: %?", all(pages, 16 * page_bytes, 0));
    fill_bytes(pages, 7, 16 * page_bytes);
    say("munmap in the middle: %r", CALL2(munmap, pages + 4 * page_bytes, 2 * page_bytes));
    say("holes: %d %d %d %d", mapped(pages + 3 * page_bytes), mapped(pages + 4 * page_bytes), mapped(pages + 5 * page_bytes),
        mapped(pages + 6 * page_bytes));
    say("neighbours kept: %?", all(pages, 4 * page_bytes, 7) && all(pages + 6 * page_bytes, 10 * page_bytes, 7));
    say("a hole again: %r", CALL2(munmap, pages + 4 * page_bytes, 2 * page_bytes));
    say("not aligned: %r, nothing: %r", CALL2(munmap, pages + 1, page_bytes), CALL2(munmap, pages, 0));
    say("at the hole: %?", map_at(pages + 4 * page_bytes, page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
        == pages + 4 * page_bytes);
    say("zero: %?", all(pages + 4 * page_bytes, page_bytes, 0));
    say("over what is there: %?", map_at(pages, 2 * page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == pages);
    say("it is new: %?, and the rest old: %?", all(pages, 2 * page_bytes, 0), all(pages + 2 * page_bytes, 2 * page_bytes, 7));
    CALL2(munmap, pages, 16 * page_bytes);
    say("a hint that is free is taken: %?", map_at(pages, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == pages);
    say("and one that is not, is not: %?", map_at(pages, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != pages);
}

static void refused(void)
{
    say("no bytes: %r", (long)map_at(0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    say("neither private nor shared: %r", (long)map_at(0, page_bytes, PROT_READ, MAP_ANONYMOUS, -1, 0));
    say("fixed, not aligned: %r", (long)map_at((void *)0x10000001, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
    say("no file: %r", (long)map_at(0, page_bytes, PROT_READ, MAP_PRIVATE, 77, 0));
    say("huge: %r", (long)map_at(0, ~0ul - page_bytes * 2, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    say("mprotect of nothing mapped: %r", CALL3(mprotect, page_bytes, page_bytes, PROT_READ));
    say("mprotect not aligned: %r", CALL3(mprotect, 1, page_bytes, PROT_READ));
    say("madvise unknown: %r", CALL3(madvise, 0, page_bytes, 7777));
}

static void protections(void)
{
    u8 *pages = map_pages(8, PROT_READ | PROT_WRITE);

    fill_bytes(pages, 1, 8 * page_bytes);
    say("read only: %r", CALL3(mprotect, pages + page_bytes, 2 * page_bytes, PROT_READ));
    say("read %s", attempt(pages + page_bytes, 0));
    say("write %s", attempt(pages + page_bytes + 5, 1));
    say("the value arrived: %d, its neighbour %d", pages[page_bytes + 5], pages[page_bytes + 4]);
    say("nothing: %r", CALL3(mprotect, pages + 3 * page_bytes, page_bytes, PROT_NONE));
    say("read %s", attempt(pages + 3 * page_bytes, 0));
    say("kept: %?", all(pages + 3 * page_bytes, page_bytes, 1));
    CALL2(munmap, pages + 5 * page_bytes, page_bytes);
    say("over a hole: %r", CALL3(mprotect, pages + 4 * page_bytes, 3 * page_bytes, PROT_READ));
    say("up to the hole it is done: %s", attempt(pages + 4 * page_bytes, 1));
    say("behind it not: %s", attempt(pages + 6 * page_bytes, 1));
    CALL2(munmap, pages, 8 * page_bytes);
    {
        u8 *fresh = map_pages(1, PROT_NONE);
        say("mapped without rights: %s", attempt(fresh, 1));
        fresh = map_pages(1, PROT_READ);
        say("read of a page never written: %d", fresh[17]);
        say("write: %s", attempt(fresh, 1));
    }
    {
        /* The kernel too is held by them. */
        u8 *fresh = map_pages(1, PROT_READ);
        int ends[2];
        CALL2(pipe2, ends, 0);
        CALL3(write, ends[1], "abc", 3);
        say("read() to a read only page: %r", CALL3(read, ends[0], fresh, 1));
        CALL3(mprotect, fresh, page_bytes, PROT_NONE);
        say("write() from one without rights: %r", CALL3(write, ends[1], fresh, 1));
        CALL1(close, ends[0]);
        CALL1(close, ends[1]);
    }
}

static void moves(void)
{
    u8 *pages = map_pages(8, PROT_READ | PROT_WRITE), *moved, *target;

    for (int i = 0; i < 8; i++)
        fill_bytes(pages + (word)i * page_bytes, i, page_bytes);
    say("shrink: %?", CALL4(mremap, pages, 8 * page_bytes, 4 * page_bytes, 0) == (long)pages);
    say("mapped: %d %d", mapped(pages + 3 * page_bytes), mapped(pages + 4 * page_bytes));
    say("grow in place: %?", CALL4(mremap, pages, 4 * page_bytes, 6 * page_bytes, 0) == (long)pages);
    say("the new part is zero: %?", all(pages + 4 * page_bytes, 2 * page_bytes, 0));
    /* Something in the way. */
    map_at(pages + 6 * page_bytes, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    say("no room: %r", CALL4(mremap, pages, 6 * page_bytes, 12 * page_bytes, 0));
    moved = (u8 *)CALL4(mremap, pages, 6 * page_bytes, 12 * page_bytes, MREMAP_MAYMOVE);
    say("moved: %?, the old place: %d", !MAP_FAILED_AT(moved) && moved != pages, mapped(pages));
    say("with its content: %d %d %d %d", moved[0], moved[page_bytes], moved[2 * page_bytes], moved[3 * page_bytes]);
    say("and zero behind: %?", all(moved + 4 * page_bytes, 8 * page_bytes, 0));
    target = map_pages(4, PROT_READ | PROT_WRITE);
    fill_bytes(target, 9, 4 * page_bytes);
    say("to a place: %?", CALL5(mremap, moved, 2 * page_bytes, 2 * page_bytes, MREMAP_MAYMOVE | MREMAP_FIXED, target + page_bytes)
        == (long)(target + page_bytes));
    say("there: %d %d %d %d", target[0], target[page_bytes], target[2 * page_bytes], target[3 * page_bytes]);
    say("onto itself: %r", CALL5(mremap, target, 2 * page_bytes, 2 * page_bytes, MREMAP_MAYMOVE | MREMAP_FIXED, target + page_bytes));
    say("of a hole: %r", CALL4(mremap, moved, page_bytes, 2 * page_bytes, MREMAP_MAYMOVE));
    say("not aligned: %r", CALL4(mremap, target + 1, page_bytes, 2 * page_bytes, MREMAP_MAYMOVE));
    say("to nothing: %r", CALL4(mremap, target, page_bytes, 0, MREMAP_MAYMOVE));
}

static void advice(void)
{
    u8 *pages = map_pages(4, PROT_READ | PROT_WRITE);

    fill_bytes(pages, 3, 4 * page_bytes);
    say("MADV_DONTNEED: %r", CALL3(madvise, pages + page_bytes, page_bytes, MADV_DONTNEED));
    say("3 0 3 is %d %d %d", pages[0], pages[page_bytes], pages[2 * page_bytes]);
    say("still writable: %s", attempt(pages + page_bytes, 1));
    say("not aligned: %r", CALL3(madvise, pages + 1, page_bytes, MADV_DONTNEED));
    CALL2(munmap, pages + 2 * page_bytes, page_bytes);
    say("over a hole: %r", CALL3(madvise, pages, 4 * page_bytes, MADV_DONTNEED));
    say("done all the same: %d %d", pages[0], pages[3 * page_bytes]);
}

static void heap(void)
{
    word first = (word)CALL1(brk, 0), now;
    u8 *at = (u8 *)first;

    now = (word)CALL1(brk, first + 10 * page_bytes + 100);
    say("brk grows: %?", now == first + 10 * page_bytes + 100);
    say("zero: %?", all(at, 10 * page_bytes + 100, 0));
    fill_bytes(at, 5, 10 * page_bytes + 100);
    now = (word)CALL1(brk, first + page_bytes);
    say("shrinks: %?", now == first + page_bytes);
    say("kept: %?", all(at, page_bytes, 5));
    now = (word)CALL1(brk, first + 3 * page_bytes);
    say("grows again, with zeros: %?", now == first + 3 * page_bytes && all(at + 2 * page_bytes, page_bytes, 0));
    /* What is refused gives the old break, and on alpha ENOMEM (osf_brk() of arch/alpha/kernel/osf_sys.c): the next call tells. */
    CALL1(brk, 1);
    say("below its start nothing changes: %?", (word)CALL1(brk, 0) == first + 3 * page_bytes);
    CALL1(brk, ~0ul - 4 * page_bytes);
    say("nor with too much: %?", (word)CALL1(brk, 0) == first + 3 * page_bytes);
    CALL1(brk, first);
}

static void shared(void)
{
    u8 *together = map_shared(2 * page_bytes), *alone = map_pages(2, PROT_READ | PROT_WRITE);
    long child;

    together[0] = 1, alone[0] = 1;
    child = CALL0(fork);
    if (child == 0) {
        together[0]++, together[page_bytes]++, alone[0]++;
        leave(alone[0]);
    }
    say_status("the child's own page, 2", reap(child));
    say("together %d %d, alone %d", together[0], together[page_bytes], alone[0]);
}

static void files(const char *directory)
{
    static char path[400];
    u8 *private, *both, *again, byte = 0;
    long descriptor, child;

    copy_text(path, directory);
    copy_text(path + length_of(path), "/mapped");
    descriptor = CALL4(openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_TRUNC, 0644);
    CALL3(write, descriptor, "0123456789", 10);
    private = map_at(0, 2 * page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, (int)descriptor, 0);
    both = map_at(0, page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, (int)descriptor, 0);
    say("mapped: %? %?", !MAP_FAILED_AT(private), !MAP_FAILED_AT(both));
    say("the file: %c%c, zero behind its end: %?", private[0], private[9], all(private + 10, page_bytes - 10, 0));
    private[0] = 'p';
    both[1] = 's';
    CALL4(pread64, descriptor, &byte, 1, 0);
    say("a private write stays at home: file %c, shared %c", byte, both[0]);
    CALL4(pread64, descriptor, &byte, 1, 1);
    say("a shared one is in the file: %c", byte);
    CALL4(pwrite64, descriptor, "W", 1, 2);
    say("and the file in the mapping: %c", both[2]);
    child = CALL0(fork);
    if (child == 0) {
        both[3] = 'c';
        private[3] = 'c';
        leave(0);
    }
    reap(child);
    say("a child's write: shared %c, private %c", both[3], private[3] == 'c' ? 'c' : '-');
    say("msync: %r", CALL3(msync, both, page_bytes, MS_SYNC));
    CALL1(close, descriptor);
    say("after close: %c", both[1]);
    descriptor = CALL4(openat, AT_FDCWD, path, O_RDONLY, 0);
    say("shared and writable from a read only descriptor: %r", (long)map_at(0, page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, (int)descriptor, 0));
    again = map_at(0, page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, (int)descriptor, 0);
    say("private: %?", !MAP_FAILED_AT(again));
    again = map_at(0, page_bytes, PROT_READ, MAP_PRIVATE, (int)descriptor, 16 * page_bytes);
    say("beyond the end: %?", !MAP_FAILED_AT(again));
    CALL1(close, descriptor);
    CALL3(unlinkat, AT_FDCWD, path, 0);
    say("after unlink: %c", both[1]);
}

/* Many mappings, in an order that a generator chooses, checked against a plain array of what should be there. */
static void random_mappings(void)
{
    enum { PAGES = 64 };
    u8 *base = map_pages(PAGES, PROT_NONE);
    u8 expected[PAGES];
    u32 random = 12345, sum = 0;

    CALL2(munmap, base, PAGES * page_bytes);
    for (int i = 0; i < PAGES; i++)
        expected[i] = 0xff;                         /* not mapped */
    for (int step = 0; step < 600; step++) {
        random = random * 1664525 + 1013904223;
        int first = (int)(random >> 26), count = 1 + (int)(random >> 20 & 7), what = (int)(random >> 16 & 3);
        if (first + count > PAGES)
            count = PAGES - first;
        if (what == 0) {
            CALL2(munmap, base + (word)first * page_bytes, (word)count * page_bytes);
            for (int i = first; i < first + count; i++)
                expected[i] = 0xff;
        } else if (what == 1) {
            map_at(base + (word)first * page_bytes, (word)count * page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
            for (int i = first; i < first + count; i++) {
                base[(word)i * page_bytes] = (u8)(step & 0x7f);
                expected[i] = (u8)(step & 0x7f);
            }
        } else if (what == 2) {
            for (int i = first; i < first + count; i++)
                if (expected[i] != 0xff)
                    CALL3(mprotect, base + (word)i * page_bytes, page_bytes, PROT_READ);
        } else {
            for (int i = first; i < first + count; i++)
                if (expected[i] != 0xff) {
                    CALL3(mprotect, base + (word)i * page_bytes, page_bytes, PROT_READ | PROT_WRITE);
                    base[(word)i * page_bytes]++;
                    expected[i]++;
                }
        }
        for (int i = 0; i < PAGES; i++) {
            int there = mapped(base + (word)i * page_bytes);
            if (there != (expected[i] != 0xff) || (there && base[(word)i * page_bytes] != expected[i])) {
                say("step %d: page %d is wrong", step, i);
                return;
            }
            sum = sum * 31 + expected[i];
        }
    }
    say("600 random steps: %x", sum);
}

static int run(int argc, char **argv, char **envp UNUSED)
{
    catch_signal(SIGSEGV, on_fault, SA_SIGINFO, 0);
    simple();
    refused();
    protections();
    moves();
    advice();
    heap();
    shared();
    if (argc > 1)
        files(argv[1]);
    random_mappings();
    return 0;
}
