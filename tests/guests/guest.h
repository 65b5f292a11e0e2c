/*
 * What every test guest shares: lines of output, names instead of numbers, and the system calls.
 *
 * Output must be the same on every machine and in every run where the program says so, therefore errno and signals are printed by
 * name, addresses only as distances, and no process id at all. Each line is one write(), so that a fork() does not double it.
 */

#include "machine.h"

static int run(int argc, char **argv, char **envp);

/* ------------------------------------------------------------------------------------------------------------ small functions */

UNUSED static word length_of(const char *text)
{
    word length = 0;
    while (text[length])
        length++;
    return length;
}

UNUSED static int same_text(const char *a, const char *b)
{
    for (; *a && *a == *b; a++, b++)
        ;
    return *a == *b;
}

UNUSED static void copy_text(char *to, const char *from)
{
    while ((*to++ = *from++) != 0)
        ;
}

UNUSED static void fill_bytes(void *to, int value, word count)
{
    for (volatile u8 *at = to; count; count--)
        *at++ = (u8)value;
}

UNUSED static u32 number_of(const char *text)
{
    u32 value = 0;
    while (*text >= '0' && *text <= '9')
        value = value * 10 + (u32)(*text++ - '0');
    return value;
}

/* A pointer whose origin the compiler does not see, so that it does not reason about what a program must not do. */
INLINE void *hidden(word address)
{
    __asm__("" : "+r"(address));
    return (void *)address;
}

/* Compilers call these for assignments of structures, whatever they are told. */
__attribute__((used)) void *memcpy(void *to, const void *from, word count)
{
    volatile u8 *at = to;
    for (const u8 *source = from; count; count--)
        *at++ = *source++;
    return to;
}

__attribute__((used)) void *memset(void *to, int value, word count)
{
    fill_bytes(to, value, count);
    return to;
}

/* -------------------------------------------------------------------------------------------------------------------- names */

struct name {
    int number;
    const char *text;
};

#define NAME(number) { number, #number }

static const struct name errno_names[] = {
    NAME(EPERM), NAME(ENOENT), NAME(ESRCH), NAME(EINTR), NAME(EIO), NAME(ENXIO), NAME(E2BIG), NAME(ENOEXEC), NAME(EBADF), NAME(ECHILD),
    NAME(EAGAIN), NAME(ENOMEM), NAME(EACCES), NAME(EFAULT), NAME(EBUSY), NAME(EEXIST), NAME(EXDEV), NAME(ENODEV), NAME(ENOTDIR),
    NAME(EISDIR), NAME(EINVAL), NAME(ENFILE), NAME(EMFILE), NAME(ENOTTY), NAME(ETXTBSY), NAME(EFBIG), NAME(ENOSPC), NAME(ESPIPE),
    NAME(EROFS), NAME(EMLINK), NAME(EPIPE), NAME(EDOM), NAME(ERANGE), NAME(EDEADLK), NAME(ENAMETOOLONG), NAME(ENOLCK), NAME(ENOSYS),
    NAME(ENOTEMPTY), NAME(ELOOP), NAME(EOVERFLOW), NAME(EOPNOTSUPP), NAME(ETIMEDOUT),
};

static const struct name signal_names[] = {
    NAME(SIGHUP), NAME(SIGINT), NAME(SIGQUIT), NAME(SIGILL), NAME(SIGTRAP), NAME(SIGABRT), NAME(SIGBUS), NAME(SIGFPE), NAME(SIGKILL),
    NAME(SIGUSR1), NAME(SIGSEGV), NAME(SIGUSR2), NAME(SIGPIPE), NAME(SIGALRM), NAME(SIGTERM), NAME(SIGCHLD), NAME(SIGCONT), NAME(SIGSTOP),
    NAME(SIGTSTP), NAME(SIGTTIN), NAME(SIGTTOU), NAME(SIGURG), NAME(SIGXCPU), NAME(SIGXFSZ), NAME(SIGVTALRM), NAME(SIGPROF),
    NAME(SIGWINCH), NAME(SIGIO), NAME(SIGSYS),
};

UNUSED static const char *name_in(const struct name *names, unsigned count, int number)
{
    for (unsigned i = 0; i < count; i++)
        if (names[i].number == number)
            return names[i].text;
    return 0;
}

/* -------------------------------------------------------------------------------------------------------------------- output */

#define LINE_BYTES 512

UNUSED static char *put_number(char *to, u64 value, int base)
{
    char digits[24];
    int count = 0;

    do {
        u64 quotient = 0, rest = 0;
        for (int bit = 63; bit >= 0; bit--) {       /* no library divides here, nor does alpha */
            rest = rest << 1 | (value >> bit & 1);
            quotient <<= 1;
            if (rest >= (u64)base) {
                rest -= (u64)base;
                quotient |= 1;
            }
        }
        digits[count++] = "0123456789abcdef"[rest];
        value = quotient;
    } while (value);
    while (count)
        *to++ = digits[--count];
    return to;
}

UNUSED static const char *signal_name(int number)
{
    static char real_time[16] = "SIGRT+";
    const char *found = name_in(signal_names, sizeof signal_names / sizeof *signal_names, number);

    if (found || number < 32)
        return found ? found : "no signal";
    *put_number(real_time + 6, (u64)number - 32, 10) = 0;
    return real_time;
}

UNUSED static char *put_name(char *to, const char *from)
{
    while (*from)
        *to++ = *from++;
    return to;
}

/* The result of a system call: the number, or the name of the errno. */
UNUSED static char *put_result(char *to, long result)
{
    const char *found;

    if (result >= 0)
        return put_number(to, (u64)result, 10);
    found = name_in(errno_names, sizeof errno_names / sizeof *errno_names, (int)-result);
    if (found)
        return put_name(to, found);
    return put_number(put_name(to, "errno "), (u64)-result, 10);
}

/*
 * A line; what it prints is computed in no order that can be relied on, so calls with effects go before it, one at a time. %s text, %c character, %d int, %u unsigned int, %x unsigned int in eight hexadecimal digits, %X u64 in sixteen, %w word in hexadecimal,
 * %n signal by name, %r result of a system call (long), %k the same without the number: "ok" or the errno, %? int as yes or no.
 */
UNUSED static void say(const char *format, ...)
{
    char line[LINE_BYTES], *end = line;
    __builtin_va_list values;

    __builtin_va_start(values, format);
    for (; *format; format++) {
        if (*format != '%') {
            *end++ = *format;
            continue;
        }
        switch (*++format) {
        case 's':
            end = put_name(end, __builtin_va_arg(values, const char *));
            break;
        case 'c':
            *end++ = (char)__builtin_va_arg(values, int);
            break;
        case 'd': {
            int value = __builtin_va_arg(values, int);
            if (value < 0)
                *end++ = '-';
            end = put_number(end, value < 0 ? -(u64)value : (u64)value, 10);
            break;
        }
        case 'u':
            end = put_number(end, __builtin_va_arg(values, unsigned), 10);
            break;
        case 'x': {
            u32 value = __builtin_va_arg(values, u32);
            for (int shift = 28; shift >= 0; shift -= 4)
                *end++ = "0123456789abcdef"[value >> shift & 15];
            break;
        }
        case 'X': {
            u64 value = __builtin_va_arg(values, u64);
            for (int shift = 60; shift >= 0; shift -= 4)
                *end++ = "0123456789abcdef"[value >> shift & 15];
            break;
        }
        case 'w':
            end = put_number(end, __builtin_va_arg(values, word), 16);
            break;
        case 'n':
            end = put_name(end, signal_name(__builtin_va_arg(values, int)));
            break;
        case 'r':
            end = put_result(end, __builtin_va_arg(values, long));
            break;
        case 'k': {
            long value = __builtin_va_arg(values, long);
            end = value < 0 ? put_result(end, value) : put_name(end, "ok");
            break;
        }
        case '?':
            end = put_name(end, __builtin_va_arg(values, int) ? "yes" : "no");
            break;
        }
    }
    __builtin_va_end(values);
    *end++ = '\n';
    call(__NR_write, 1, (long)line, end - line, 0, 0, 0);
}

/* --------------------------------------------------------------------------------------------------------------- system calls */

#define CALL0(name) call(__NR_##name, 0, 0, 0, 0, 0, 0)
#define CALL1(name, a) call(__NR_##name, (long)(a), 0, 0, 0, 0, 0)
#define CALL2(name, a, b) call(__NR_##name, (long)(a), (long)(b), 0, 0, 0, 0)
#define CALL3(name, a, b, c) call(__NR_##name, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define CALL4(name, a, b, c, d) call(__NR_##name, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define CALL5(name, a, b, c, d, e) call(__NR_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define CALL6(name, a, b, c, d, e, f) call(__NR_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* alpha has the names of OSF/1, which returned two values. */
#ifdef __alpha__
#define __NR_getpid __NR_getxpid
#define __NR_getuid __NR_getxuid
#define __NR_getgid __NR_getxgid
UNUSED static long parent_process(void)
{
    register long v0 __asm__("$0") = __NR_getxpid;
    register long a4 __asm__("$20");
    __asm__ volatile("callsys" : "+r"(v0), "=r"(a4) :: "$16", "$17", "$18", "$19", "$21", "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8",
                     "$22", "$23", "$24", "$25", "$27", "$28", "memory");
    return a4;
}
#else
UNUSED static long parent_process(void)
{
    return CALL0(getppid);
}
#endif

UNUSED static word page_bytes;

#define MAP_FAILED_AT(address) ((word)(address) > (word)-4096)

UNUSED static void *map_at(void *address, word bytes, int protection, int flags, int descriptor, word offset)
{
    return (void *)call(CALL_MMAP, (long)address, (long)bytes, protection, flags, descriptor, (long)(offset / MMAP_OFFSET_UNIT));
}

/* Anonymous, private pages. */
UNUSED static u8 *map_pages(word count, int protection)
{
    return map_at(0, count * page_bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Anonymous pages that children share. */
UNUSED static void *map_shared(word bytes)
{
    return map_at(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

#if defined(__x86_64__)
typedef struct stat status;
#define CALL_STAT __NR_stat
#define CALL_LSTAT __NR_lstat
#define CALL_FSTAT __NR_fstat
#else
typedef struct stat64 status;
#define CALL_STAT __NR_stat64
#define CALL_LSTAT __NR_lstat64
#define CALL_FSTAT __NR_fstat64
#endif

/* The kernel's struct timespec of these calls: two words. */
struct two_words {
    long seconds;
    long nanoseconds;
};

UNUSED static void sleep_milliseconds(long milliseconds)
{
    struct two_words time = { 0, milliseconds * 1000000 };
    CALL2(nanosleep, &time, 0);
}

#ifndef SS_ONSTACK
#define SS_ONSTACK 1
#define SS_DISABLE 2
#endif

#define SIGNAL_BIT(signal) (1ull << ((signal) - 1))

UNUSED static long catch_signal(int signal, void *handler, word flags, u64 mask)
{
    struct action action = { .handler = handler, .flags = flags | ACTION_RESTORER, .mask = mask };
#if ACTION_RESTORER
    action.restorer = RESTORER(flags);
    return CALL4(rt_sigaction, signal, &action, 0, 8);
#else
    return CALL5(rt_sigaction, signal, &action, 0, 8, (word)handler > 1 ? RESTORER(flags) : 0);
#endif
}

UNUSED static void send_myself(int signal)
{
    CALL2(kill, CALL0(getpid), signal);
}

UNUSED static u64 set_mask(int how, u64 mask)
{
    u64 old = 0;
    CALL4(rt_sigprocmask, how, &mask, &old, 8);
    return old;
}

/* What wait4() says about a child, in words. A core is dumped or not as the machine is set up. */
UNUSED static void say_status(const char *what, int status)
{
    if ((status & 0x7f) == 0)
        say("%s: exit %d", what, status >> 8 & 0xff);
    else if ((status & 0xff) == 0x7f && status != 0xffff)
        say("%s: stopped by %n", what, status >> 8 & 0xff);
    else if (status == 0xffff)
        say("%s: continued", what);
    else
        say("%s: killed by %n", what, status & 0x7f);
}

/* Waits for the end of a child, whatever signals come meanwhile; its status, or -1. */
UNUSED static int reap(long child)
{
    int status = -1;
    long result;

    do
        result = CALL4(wait4, child, &status, 0, 0);
    while (result == -EINTR);
    return result == child ? status : -1;
}

/* Runs a function in a child and says how it ended. */
UNUSED static void in_child(const char *what, void (*function)(void))
{
    long child = CALL0(fork);

    if (child == 0) {
        function();
        leave(0);
    }
    say_status(what, reap(child));
}

void start(const word *words)
{
    int argc = (int)words[0];
    char **argv = (char **)(words + 1), **envp = argv + argc + 1, **at = envp;

    while (*at)
        at++;
    for (const word *auxiliary = (const word *)(at + 1); auxiliary[0]; auxiliary += 2)
        if (auxiliary[0] == 6)                      /* AT_PAGESZ */
            page_bytes = auxiliary[1];
    leave(run(argc, argv, envp));
}
