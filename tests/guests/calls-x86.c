/* System calls that only x86 has: thread segments and their bases, and on i386 what newer calls have replaced. */

#include "guest.h"

#include <asm/ldt.h>
#include <asm/prctl.h>

static volatile int seen;

static void on_signal(int signal)
{
    seen = signal;
}

#ifdef __x86_64__

static u64 block[4] = { 11, 22, 33, 44 };

static u64 read_fs(word offset)
{
    u64 value;
    __asm__ volatile("movq %%fs:(%1), %0" : "=r"(value) : "r"(offset));
    return value;
}

static u64 read_gs(word offset)
{
    u64 value;
    __asm__ volatile("movq %%gs:(%1), %0" : "=r"(value) : "r"(offset));
    return value;
}

static word selectors(void)
{
    u16 fs, gs;
    __asm__ volatile("movw %%fs, %0; movw %%gs, %1" : "=r"(fs), "=r"(gs));
    return (word)fs << 16 | gs;
}

static void bases(void)
{
    word base = 1;
    long result = CALL2(arch_prctl, ARCH_SET_FS, block);

    say("set fs: %r, %X %X", result, read_fs(0), read_fs(24));
    result = CALL2(arch_prctl, ARCH_SET_GS, block + 1);
    say("set gs: %r, %X %X", result, read_gs(0), read_gs((word)-8));
    result = CALL2(arch_prctl, ARCH_GET_FS, &base);
    say("get fs: %r, it: %?", result, base == (word)block);
    result = CALL2(arch_prctl, ARCH_GET_GS, &base);
    say("get gs: %r, it: %?", result, base == (word)(block + 1));
    say("selectors: %w", selectors());
    say("the kernel's half: %r %r", CALL2(arch_prctl, ARCH_SET_FS, 1ul << 63), CALL2(arch_prctl, ARCH_SET_GS, 1ul << 47));
    say("a bad address: %r, no such thing: %r", CALL2(arch_prctl, ARCH_GET_FS, 16), CALL2(arch_prctl, 0x1234, 0));
    say("fs is what it was: %X", read_fs(0));
    __asm__ volatile("movw %0, %%fs" :: "r"((u16)0));
    result = CALL2(arch_prctl, ARCH_GET_FS, &base);
    say("a selector of 0 in fs: %r, base %w", result, base);
}

static void bases_of_child(void)
{
    CALL2(arch_prctl, ARCH_SET_FS, block + 2);
    in_child("a child has the bases of its parent", bases);
    say("and the parent keeps its own: %X", read_fs(0));
}

/* What old C libraries call instead of the kernel; not every kernel still has all of it. */
static void vsyscalls(void)
{
    struct two_words time = { 0, 0 };
    u32 processor = 99;
    long result = ((long (*)(struct two_words *, void *))hidden(0xffffffffff600000))(&time, 0);
    long seconds = ((long (*)(long *))hidden(0xffffffffff600400))(0);

    say("gettimeofday: %r, time is near: %?", result, seconds - time.seconds >= 0 && seconds - time.seconds <= 1);
    result = ((long (*)(u32 *, u32 *, void *))hidden(0xffffffffff600800))(&processor, 0, 0);
    say("getcpu: %r, one: %?", result, processor < 4096);
}

static void nowhere(void)
{
    ((void (*)(void))hidden(0xffffffffff600c00))();
}

static void beside(void)
{
    ((void (*)(void))hidden(0xffffffffff600001))();
}

static void own(void)
{
    bases();
    bases_of_child();
    vsyscalls();
    in_child("behind the last vsyscall", nowhere);
    in_child("inside the first", beside);
}

#else

static u32 block[4] = { 11, 22, 33, 44 };

static u32 read_segment(u32 offset, u16 selector)
{
    u32 value;
    __asm__ volatile("movw %2, %%fs; movl %%fs:(%1), %0" : "=r"(value) : "r"(offset), "r"(selector));
    return value;
}

static void segments(void)
{
    struct user_desc one, two;
    long result;

    memset(&one, 0, sizeof one);
    one.entry_number = (unsigned)-1;
    one.base_addr = (u32)block;
    one.limit = 0xfffff;
    one.seg_32bit = 1;
    one.limit_in_pages = 1;
    one.useable = 1;
    two = one;
    two.base_addr = (u32)(block + 1);
    result = CALL1(set_thread_area, &one);
    say("first: %r, entry %u, %u", result, one.entry_number, read_segment(0, (u16)(one.entry_number * 8 + 3)));
    result = CALL1(set_thread_area, &two);
    say("second: %r, entry %u, %u %u", result, two.entry_number, read_segment(0, (u16)(two.entry_number * 8 + 3)),
        read_segment(12, (u16)(one.entry_number * 8 + 3)));
    result = CALL1(get_thread_area, &two);
    say("get: %r, base is it: %?, limit %x, 32 bits %u, contents %u, read only %u, pages %u, absent %u, useable %u", result,
        two.base_addr == (u32)(block + 1), two.limit, two.seg_32bit, two.contents, two.read_exec_only, two.limit_in_pages,
        two.seg_not_present, two.useable);
    one.base_addr = (u32)(block + 3);
    result = CALL1(set_thread_area, &one);
    say("moved: %r, %u", result, read_segment(0, (u16)(one.entry_number * 8 + 3)));
    two = one;
    two.entry_number = 3;
    say("not an entry for threads: %r %r", CALL1(set_thread_area, &two), CALL1(get_thread_area, &two));
    two = one;
    two.seg_32bit = 0;
    say("16 bits: %r, bad address: %r", CALL1(set_thread_area, &two), CALL1(set_thread_area, 16));
    two = one;
    two.entry_number = (unsigned)-1;
    result = CALL1(set_thread_area, &two);
    say("third: %r, entry %u", result, two.entry_number);
    two.entry_number = (unsigned)-1;
    say("fourth: %r", CALL1(set_thread_area, &two));
    two.entry_number = 14;
    two.base_addr = two.limit = two.seg_32bit = two.limit_in_pages = two.useable = 0;
    two.read_exec_only = two.seg_not_present = 1;
    result = CALL1(set_thread_area, &two);
    say("cleared: %r", result);
    result = CALL1(get_thread_area, &two);
    say("then: %r, base %x, limit %x, read only %u, absent %u", result, two.base_addr, two.limit, two.read_exec_only, two.seg_not_present);
}

/* struct old_sigaction, and the calls that know 32 signals. */
static void old_signals(void)
{
    struct { void *handler; u32 mask, flags; void *restorer; } action = { on_signal, 0, SA_RESTORER, restore_old }, before;
    u32 mask = 1u << (SIGUSR1 - 1), old = 0;
    long result = CALL3(sigaction, SIGUSR1, &action, 0);

    say("sigaction: %r", result);
    send_myself(SIGUSR1);
    say("seen: %n", seen);
    result = CALL3(sigaction, SIGUSR1, 0, &before);
    say("again: %r, the same: %?, flags %x", result, before.handler == on_signal && before.restorer == restore_old, before.flags);
    result = CALL3(sigprocmask, SIG_BLOCK, &mask, &old);
    say("sigprocmask: %r, before %x", result, old);
    seen = 0;
    send_myself(SIGUSR1);
    result = CALL1(sigpending, &old);
    say("sigpending: %r %x, seen %d", result, old, seen);
    result = CALL3(sigsuspend, 0, 0, 0);
    say("sigsuspend: %r, seen %n", result, seen);
    old = (u32)CALL0(sgetmask);
    result = CALL1(ssetmask, 0);
    say("sgetmask: %x, ssetmask: %w, then %w", old, (word)result, (word)CALL0(sgetmask));
    result = CALL2(signal, SIGUSR2, 1);
    say("signal: %r, then %r, of SIGKILL: %r", result, CALL2(signal, SIGUSR2, 0), CALL2(signal, SIGKILL, 1));
}

static void old_names(void)
{
    struct { char names[5][65]; } old;
    struct { char names[5][9]; } oldest;
    long result = CALL1(olduname, &old);

    say("olduname: %r, '%s'", result, old.names[0]);
    result = CALL1(oldolduname, &oldest);
    say("oldolduname: %r, '%s'", result, oldest.names[0]);
}

static void old_memory(void)
{
    u32 arguments[6] = { 0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, (u32)-1, 0 };
    long at = CALL1(mmap, arguments);
    int mapped = !MAP_FAILED_AT(at);

    if (mapped)
        *(volatile char *)at = 1;
    say("mmap with its arguments in memory: %?", mapped);
    arguments[5] = 100;
    say("an offset that is no page: %r", CALL1(mmap, arguments));
    say("munmap: %r", CALL2(munmap, at, 8192));
}

static void identities_of_16_bits(void)
{
    u16 three[6] = { 7, 7, 7, 7, 7, 7 }, many[32];
    long result = CALL3(getresuid, three, three + 2, three + 4);

    say("getresuid: %r %u %u %u, beside them %u %u", result, three[0] == three[2], three[2] == three[4], three[0] != 7, three[1], three[5]);
    say("getresgid: %r", CALL3(getresgid, three, three + 2, three + 4));
    say("getuid: %?, getgid32: %?, getgroups: %?", CALL0(getuid) == CALL0(getuid32), CALL0(getgid) == CALL0(getgid32), CALL2(getgroups, 32, many) >= 0);
}

/* Numbers of 64 bits in two registers. */
static void long_offsets(const char *directory)
{
    static char name[256];
    char byte = 'x';
    u64 position = 0;
    struct stat64 about;
    struct { short type, whence; long long start, length; int process; } __attribute__((packed)) lock = { F_WRLCK, 0, 5, 0, 0 };
    long descriptor, result;

    copy_text(name, directory);
    copy_text(name + length_of(name), "/long");
    descriptor = CALL3(open, name, O_RDWR | O_CREAT | O_LARGEFILE, 0600);
    say("open: %k", descriptor);
    result = call(__NR_pwrite64, descriptor, (long)&byte, 1, 5, 1, 0);
    say("pwrite64 at 4 GiB and 5: %r", result);
    result = CALL2(fstat64, descriptor, &about);
    say("fstat64: %r, %X bytes", result, (u64)about.st_size);
    result = call(__NR__llseek, descriptor, 1, 0, (long)&position, 0, 0);
    say("_llseek: %r, %X", result, position);
    result = CALL3(lseek, descriptor, 0, 1);
    say("lseek from there: %r, back: %r", result, CALL3(lseek, descriptor, 3, 0));
    byte = 0;
    result = call(__NR_pread64, descriptor, (long)&byte, 1, 5, 1, 0);
    say("pread64: %r, %c", result, byte);
    result = call(__NR_ftruncate64, descriptor, 7, 2, 0, 0, 0);
    CALL2(fstat64, descriptor, &about);
    say("ftruncate64: %r, %X bytes", result, (u64)about.st_size);
    result = call(__NR_truncate64, (long)name, 9, 0, 0, 0, 0);
    CALL2(fstat64, descriptor, &about);
    say("truncate64: %r, %X bytes", result, (u64)about.st_size);
    say("fcntl64 of a lock: %r", CALL3(fcntl64, descriptor, 12, &lock));
    say("fadvise64: %r, fadvise64_64: %r", call(__NR_fadvise64, descriptor, 0, 0, 100, 0, 0), call(__NR_fadvise64_64, descriptor, 0, 0, 100, 0, 0));
    CALL1(close, descriptor);
    CALL1(unlink, name);
}

/* Calls of the year 2038. */
static void long_times(void)
{
    struct { long long seconds, nanoseconds; } time = { 0, 0 }, none = { 0, 0 };
    struct { int seconds, nanoseconds; } small;
    int word_of_futex = 3;
    long result = CALL2(clock_gettime64, 1, &time), other = CALL2(clock_gettime, 1, &small);

    say("clock_gettime64: %r %r, near: %?", result, other, small.seconds - time.seconds <= 1);
    result = CALL2(clock_getres_time64, 1, &time);
    say("clock_getres_time64: %r, %X %X", result, (u64)time.seconds, (u64)time.nanoseconds);
    time.seconds = 0;
    time.nanoseconds = 1000000;
    say("clock_nanosleep_time64: %r", CALL4(clock_nanosleep_time64, 1, 0, &time, 0));
    say("futex_time64, another value: %r, time out: %r", CALL4(futex_time64, &word_of_futex, 0, 4, &time), CALL4(futex_time64, &word_of_futex, 0, 3, &time));
    say("ppoll_time64: %r", CALL5(ppoll_time64, 0, 0, &none, 0, 8));
    say("pselect6_time64: %r", CALL6(pselect6_time64, 0, 0, 0, 0, &none, 0));
    say("rt_sigtimedwait_time64: %r", CALL4(rt_sigtimedwait_time64, &(u64){ SIGNAL_BIT(SIGUSR2) }, 0, &none, 8));
    say("a bad address: %r", CALL2(clock_gettime64, 1, 16));
}

static void others(void)
{
    u32 select[5] = { 0, 0, 0, 0, 0 };
    struct { int seconds, microseconds; } none = { 0, 1000 };
    struct { u32 now, most; } limit;
    int status = 0;
    long child = CALL0(fork), result;

    if (child == 0)
        leave(3);
    result = CALL3(waitpid, child, &status, 0);
    say("waitpid: the child: %?, its status %x", result == child, (u32)status);
    select[4] = (u32)&none;
    say("select with its arguments in memory: %r, as they are: %r", CALL1(select, select), CALL5(_newselect, 0, 0, 0, 0, &none));
    result = CALL2(getrlimit, RLIMIT_CORE, &limit);
    say("getrlimit: %r, no more than a long: %?", result, limit.most <= 0x7fffffff);
    say("time: %?", CALL1(time, 0) > 1000000000);
    say("nice: %r, pause does not come to it", CALL1(nice, 0));
    say("no such calls: %r %r %r", call(17, 0, 0, 0, 0, 0, 0), call(44, 0, 0, 0, 0, 0, 0), call(222, 0, 0, 0, 0, 0, 0));
}

static void own(void)
{
    segments();
    old_signals();
    old_names();
    old_memory();
    identities_of_16_bits();
    long_times();
    others();
}

#endif

static int run(int argc, char **argv, char **envp UNUSED)
{
    own();
#ifdef __i386__
    if (argc > 1)
        long_offsets(argv[1]);
#else
    say("%d argument", argc - 1);
    (void)argv;
    (void)on_signal;
#endif
    return 0;
}
