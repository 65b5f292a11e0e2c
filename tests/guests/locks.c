/* Locks of records, of open files and of whole files; FIFOs, of which an end waits for the other. In the directory that is argv[1]. */

#include "guest.h"

#define OPEN(path, flags) CALL4(openat, AT_FDCWD, path, flags, 0644)

#ifdef __NR_fcntl64
typedef struct flock64 lock_t;
#define FCNTL(descriptor, command, argument) CALL3(fcntl64, descriptor, command, argument)
enum { GET = F_GETLK64, SET = F_SETLK64, SET_AND_WAIT = F_SETLKW64 };
#else
typedef struct flock lock_t;
#define FCNTL(descriptor, command, argument) CALL3(fcntl, descriptor, command, argument)
enum { GET = F_GETLK, SET = F_SETLK, SET_AND_WAIT = F_SETLKW };
#endif

#define WHOLE_SHARED 1
#define WHOLE_EXCLUSIVE 2
#define WHOLE_AT_ONCE 4
#define WHOLE_FREE 8

static const char path[] = "locked";

static long record(long descriptor, int command, int type, long start, long length)
{
    lock_t lock = { .l_type = (short)type, .l_whence = 0, .l_start = start, .l_len = length };

    return FCNTL(descriptor, command, &lock);
}

static const char *type_name(int type)
{
    return type == F_RDLCK ? "read" : type == F_WRLCK ? "write" : type == F_UNLCK ? "free" : "another";
}

/* What a child of the caller finds, as locks of one process never meet. */
static void found(const char *what, long descriptor, int command, int type, long start, long length)
{
    long parent = CALL0(getpid), child = CALL0(fork);

    if (child == 0) {
        lock_t lock = { .l_type = (short)type, .l_whence = 0, .l_start = start, .l_len = length };
        long result = FCNTL(descriptor, command, &lock);

        if (result < 0)
            say("%s: %r", what, result);
        else if (lock.l_type == F_UNLCK)
            say("%s: free", what);
        else
            say("%s: %s from %d, %d long, %s", what, type_name(lock.l_type), (int)lock.l_start, (int)lock.l_len,
                lock.l_pid == parent ? "the parent's" : lock.l_pid == -1 ? "an open file's" : "another's");
        leave(0);
    }
    reap(child);
}

static void records(void)
{
    long file = OPEN(path, O_RDWR | O_CREAT), second;
    lock_t lock = { .l_type = F_WRLCK, .l_whence = 2, .l_start = -10, .l_len = 5 };

    CALL3(write, file, "0123456789abcdefghijklmnopqrstuvwxyz", 36);
    say("write 10..19: %r", record(file, SET, F_WRLCK, 10, 10));
    found("all", file, GET, F_RDLCK, 0, 0);
    found("before", file, GET, F_WRLCK, 0, 10);
    found("last byte", file, GET, F_RDLCK, 19, 1);
    found("behind", file, GET, F_WRLCK, 20, 0);
    say("the own one is not in the way: %r", record(file, GET, F_WRLCK, 0, 0));

    say("read 13..15: %r", record(file, SET, F_RDLCK, 13, 3));
    found("shared middle", file, GET, F_RDLCK, 13, 3);
    found("for writing", file, GET, F_WRLCK, 13, 3);
    found("lower part", file, GET, F_RDLCK, 0, 0);
    found("upper part", file, GET, F_RDLCK, 16, 0);
    say("free 12..16: %r", record(file, SET, F_UNLCK, 12, 5));
    found("the hole", file, GET, F_WRLCK, 12, 5);
    found("below it", file, GET, F_WRLCK, 0, 12);
    found("above it", file, GET, F_WRLCK, 13, 100);
    say("merged again: %r", record(file, SET, F_WRLCK, 12, 5));
    found("one again", file, GET, F_WRLCK, 0, 0);

    say("from the end: %r", FCNTL(file, SET, &lock));
    found("26..30", file, GET, F_RDLCK, 24, 0);
    lock = (lock_t){ .l_type = F_WRLCK, .l_whence = 0, .l_start = 40, .l_len = -3 };
    say("backwards: %r", FCNTL(file, SET, &lock));
    found("37..39", file, GET, F_RDLCK, 32, 0);
    say("to infinity: %r", record(file, SET, F_RDLCK, 100, 0));
    found("far away", file, GET, F_WRLCK, 1000000, 1);

    lock.l_start = -1, lock.l_len = 1;
    say("before the file: %r", FCNTL(file, SET, &lock));
    lock.l_start = 1, lock.l_len = -2;
    say("longer than there is: %r", FCNTL(file, SET, &lock));
    lock.l_start = 0, lock.l_len = 1, lock.l_whence = 3;
    say("from nowhere: %r", FCNTL(file, SET, &lock));
    say("of no kind: %r", record(file, SET, 77, 0, 1));
    say("get free: %r", record(file, GET, F_UNLCK, 0, 1));
    say("no address: %r", FCNTL(file, SET, 8));
    second = OPEN(path, O_RDONLY);
    say("write by a reader: %r", record(second, SET, F_WRLCK, 0, 1));
    say("read by a reader: %r", record(second, SET, F_RDLCK, 0, 1));
    CALL1(close, second);
    found("closing any descriptor frees all", file, GET, F_WRLCK, 0, 0);
    CALL1(close, file);
}

static volatile int interrupts;

static void on_alarm(int signal UNUSED)
{
    interrupts++;
}

static void waiting(void)
{
    long file = OPEN(path, O_RDWR), child;
    int ends[2], status;
    char byte;

    CALL2(pipe2, ends, 0);
    record(file, SET, F_WRLCK, 0, 10);
    child = CALL0(fork);
    if (child == 0) {
        say("at once: %r", record(file, SET, F_WRLCK, 5, 1));
        CALL3(write, ends[1], "x", 1);
        say("after a while: %r", record(file, SET_AND_WAIT, F_WRLCK, 5, 1));
        leave(3);
    }
    CALL3(read, ends[0], &byte, 1);
    sleep_milliseconds(20);
    say("now");
    record(file, SET, F_UNLCK, 0, 10);
    say_status("child", reap(child));
    found("its end frees", file, GET, F_WRLCK, 0, 0);

    /* A waits for what B has, and B for what A has. */
    record(file, SET, F_WRLCK, 0, 1);
    child = CALL0(fork);
    if (child == 0) {
        record(file, SET, F_WRLCK, 1, 1);
        CALL3(write, ends[1], "x", 1);
        leave(record(file, SET_AND_WAIT, F_WRLCK, 0, 1) == 0 ? 4 : 5);
    }
    CALL3(read, ends[0], &byte, 1);
    sleep_milliseconds(20);
    say("deadlock: %r", record(file, SET_AND_WAIT, F_WRLCK, 1, 1));
    record(file, SET, F_UNLCK, 0, 1);
    CALL4(wait4, child, &status, 0, 0);
    say_status("the other", status);

    catch_signal(SIGUSR1, on_alarm, SA_SIGINFO, 0);
    record(file, SET, F_WRLCK, 0, 1);
    child = CALL0(fork);
    if (child == 0) {
        CALL3(write, ends[1], "x", 1);
        say("interrupted: %r", record(file, SET_AND_WAIT, F_WRLCK, 0, 1));
        say("signals: %d", interrupts);
        leave(0);
    }
    CALL3(read, ends[0], &byte, 1);
    sleep_milliseconds(20);
    CALL2(kill, child, SIGUSR1);
    reap(child);
    CALL1(close, file);
    CALL1(close, ends[0]);
    CALL1(close, ends[1]);
}

static void whole(void)
{
    long first = OPEN(path, O_RDWR), second = OPEN(path, O_RDONLY), copy = CALL1(dup, first), child;

    say("exclusive: %r", CALL2(flock, first, WHOLE_EXCLUSIVE));
    say("the same once more: %r", CALL2(flock, first, WHOLE_EXCLUSIVE | WHOLE_AT_ONCE));
    say("by a copy of it: %r", CALL2(flock, copy, WHOLE_EXCLUSIVE | WHOLE_AT_ONCE));
    say("by another: %r", CALL2(flock, second, WHOLE_SHARED | WHOLE_AT_ONCE));
    say("to shared: %r", CALL2(flock, first, WHOLE_SHARED));
    say("both: %r", CALL2(flock, second, WHOLE_SHARED | WHOLE_AT_ONCE));
    say("records do not care: %r", record(first, SET, F_WRLCK, 0, 0));
    say("not while another has it: %r", CALL2(flock, first, WHOLE_EXCLUSIVE | WHOLE_AT_ONCE));
    CALL1(close, second);
    say("closed: %r", CALL2(flock, first, WHOLE_EXCLUSIVE | WHOLE_AT_ONCE));
    CALL1(close, first);
    second = OPEN(path, O_RDWR);
    say("the copy keeps it: %r", CALL2(flock, second, WHOLE_SHARED | WHOLE_AT_ONCE));
    child = CALL0(fork);
    if (child == 0) {
        sleep_milliseconds(20);
        say("child frees");
        CALL2(flock, copy, WHOLE_FREE);
        leave(0);
    }
    say("waits: %r", CALL2(flock, second, WHOLE_EXCLUSIVE));
    reap(child);
    say("nonsense: %r", CALL2(flock, second, 0));
    CALL1(close, second);
    CALL1(close, copy);
}

static void of_open_files(void)
{
    long first = OPEN(path, O_RDWR), second = OPEN(path, O_RDWR);

    say("an open file's lock: %r", record(first, F_OFD_SETLK, F_WRLCK, 0, 5));
    say("another of this process: %r", record(second, F_OFD_SETLK, F_RDLCK, 0, 1));
    found("told to others", second, F_OFD_GETLK, F_RDLCK, 0, 1);
    say("a process meets it too: %r", record(second, SET, F_RDLCK, 4, 1));
    CALL1(close, first);
    say("closed: %r", record(second, F_OFD_SETLK, F_RDLCK, 0, 1));
    CALL1(close, second);
}

static void fifo(void)
{
    long reader, writer, child, got;
    char text[20];

    say("mknod: %r", CALL4(mknodat, AT_FDCWD, "fifo", S_IFIFO | 0640, 0));
    say("again: %r", CALL4(mknodat, AT_FDCWD, "fifo", S_IFIFO | 0640, 0));
    say("nobody reads: %r", OPEN("fifo", O_WRONLY | O_NONBLOCK));
    child = CALL0(fork);
    if (child == 0) {
        sleep_milliseconds(20);
        say("child opens");
        writer = OPEN("fifo", O_WRONLY);
        CALL3(write, writer, "through", 7);
        leave(0);
    }
    reader = OPEN("fifo", O_RDONLY);
    say("open: %s", reader >= 0 ? "both" : "not");
    got = CALL3(read, reader, text, sizeof text);
    say("%r bytes", got);
    say("then %r", CALL3(read, reader, text, sizeof text));
    reap(child);
    CALL1(close, reader);

    reader = OPEN("fifo", O_RDONLY | O_NONBLOCK);
    say("without a writer: %r", CALL3(read, reader, text, sizeof text));
    writer = OPEN("fifo", O_WRONLY);
    say("with one: %r", CALL3(read, reader, text, sizeof text));
    CALL3(write, writer, "abc", 3);
    CALL1(close, writer);
    say("left behind: %r", CALL3(read, reader, text, sizeof text));
    CALL1(close, reader);
    reader = OPEN("fifo", O_RDWR);
    say("both ways: %r", CALL3(write, reader, "xy", 2));
    say("and back: %r", CALL3(read, reader, text, sizeof text));
    CALL1(close, reader);
    say("unlink: %r", CALL3(unlinkat, AT_FDCWD, "fifo", 0));
}

static int run(int argc, char **argv, char **envp UNUSED)
{
    if (argc < 2)
        return 2;
    CALL1(umask, 022);
    say("chdir: %r", CALL1(chdir, argv[1]));
    records();
    waiting();
    whole();
    of_open_files();
    fifo();
    return 0;
}
