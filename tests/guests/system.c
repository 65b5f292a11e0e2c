/* Smaller system calls: who am I, limits, randomness, names of the system; and calls that do not exist. */

#include "guest.h"

#ifndef __NR_getrlimit
#define __NR_getrlimit __NR_ugetrlimit
#endif

static void identity(void)
{
    say("user and group: %? %?", CALL0(getuid) >= 0, CALL0(getgid) >= 0);
    say("thread and process are one: %?", CALL0(gettid) == CALL0(getpid));
    say("set_tid_address tells the thread: %?", CALL1(set_tid_address, 0) == CALL0(gettid));
    say("sched_yield: %r", CALL0(sched_yield));
    CALL1(umask, 027);
    say("umask: %w", (word)CALL1(umask, 022));
}

static void randomness(void)
{
    static u8 first[64], second[64];
    int same = 1, zero = 1;

    say("getrandom: %r %r", CALL3(getrandom, first, 64, 0), CALL3(getrandom, second, 64, 0));
    for (int i = 0; i < 64; i++) {
        same &= first[i] == second[i];
        zero &= first[i] == 0;
    }
    say("zero: %?, the same twice: %?", zero, same);
    say("flags: %r, bad address: %r", CALL3(getrandom, first, 4, 0x77), CALL3(getrandom, 16, 4, 0));
}

static void limits(void)
{
    struct { u64 now, most; } limit, less;
    long result = CALL4(prlimit64, 0, RLIMIT_NOFILE, 0, &limit);
    long descriptor;

    say("prlimit: %r, at most the most: %?", result, limit.now <= limit.most);
    less = limit;
    less.now = 8;
    say("fewer descriptors: %r", CALL4(prlimit64, 0, RLIMIT_NOFILE, &less, 0));
    for (descriptor = 0; descriptor >= 0 && descriptor < 100;)
        descriptor = CALL1(dup, 1);
    say("then: %r", descriptor);
    CALL4(prlimit64, 0, RLIMIT_NOFILE, &limit, 0);
    less.now = less.most + 1;
    less.most = 4;
    say("now above most: %r, unknown: %r", CALL4(prlimit64, 0, RLIMIT_NOFILE, &less, 0), CALL4(prlimit64, 0, 99, 0, &limit));
    result = CALL4(prlimit64, 0, RLIMIT_STACK, 0, &limit);
    say("stack: %r, %?", result, limit.now >= 65536);
}

static void names(void)
{
    struct new_utsname name;

    say("uname: %r", CALL1(uname, &name));
    say("system '%s', a release: %?", name.sysname, name.release[0] >= '2' && name.release[0] <= '9' && name.release[1] == '.');
    say("bad address: %r", CALL1(uname, 16));
}

static void unknown(void)
{
    say("no such call: %r %r %r", call(4999, 1, 2, 3, 4, 5, 6), call(0x7ffffff, 0, 0, 0, 0, 0, 0), call(-1, 0, 0, 0, 0, 0, 0));
}

/* A name that begins in a page and goes on where nothing is. */
static void endless_name(void)
{
    u8 *pages = map_pages(2, PROT_READ | PROT_WRITE);

    CALL2(munmap, pages + page_bytes, page_bytes);
    fill_bytes(pages, 'x', page_bytes);
    say("a name that ends nowhere: %r", CALL4(openat, AT_FDCWD, pages + page_bytes - 100, O_RDONLY, 0));
    pages[page_bytes - 1] = 0;
    say("a name of 99 letters at the end: %r", CALL4(openat, AT_FDCWD, pages + page_bytes - 100, O_RDONLY, 0));
}

static int run(int argc UNUSED, char **argv UNUSED, char **envp UNUSED)
{
    identity();
    randomness();
    limits();
    names();
    unknown();
    endless_name();
    return 0;
}
