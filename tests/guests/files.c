/* Files and directories, in the directory that is argv[1]; then what a machine has without it: /dev and /proc. */

#include "guest.h"

#define OPEN(path, flags, mode) CALL4(openat, AT_FDCWD, path, flags, mode)

static status about;

/* getdents64() has this form on every machine. */
struct entry {
    u64 inode;
    u64 offset;
    u16 length;
    u8 type;
    char name[];
};

static const char *kind(void)
{
    return S_ISREG(about.st_mode) ? "file" : S_ISDIR(about.st_mode) ? "directory" : S_ISLNK(about.st_mode) ? "link"
        : S_ISCHR(about.st_mode) ? "character device" : S_ISFIFO(about.st_mode) ? "pipe" : "another";
}

static void look(const char *path)
{
    long result = call(CALL_LSTAT, (long)path, (long)&about, 0, 0, 0, 0);

    if (result < 0)
        say("%s: %r", path, result);
    else if (S_ISDIR(about.st_mode))                /* its size and links belong to the file system */
        say("%s: directory, mode %w", path, (word)about.st_mode & 07777);
    else
        say("%s: %s of %w bytes, mode %w, %u links", path, kind(), (word)about.st_size, (word)about.st_mode & 07777, (unsigned)about.st_nlink);
}

static void show(const char *path)
{
    char text[100];
    long descriptor = OPEN(path, O_RDONLY, 0), got;

    if (descriptor < 0) {
        say("%s: %r", path, descriptor);
        return;
    }
    got = CALL3(read, descriptor, text, sizeof text - 1);
    if (got >= 0)
        text[got] = 0;
    say("%s has %r bytes: '%s'", path, got, got >= 0 ? text : "");
    CALL1(close, descriptor);
}

static void put(const char *path, const char *text, int flags)
{
    long descriptor = OPEN(path, flags, 0644);

    if (descriptor < 0) {
        say("open %s: %r", path, descriptor);
        return;
    }
    say("write to %s: %r", path, CALL3(write, descriptor, text, length_of(text)));
    CALL1(close, descriptor);
}

static void simple(void)
{
    char text[20];
    long descriptor, result;

    put("a", "first text", O_CREAT | O_WRONLY);
    look("a");
    show("a");
    put("a", "2nd", O_WRONLY);
    show("a");
    put("a", "+", O_WRONLY | O_APPEND);
    show("a");
    put("a", "new", O_WRONLY | O_TRUNC);
    show("a");
    say("exclusive: %r", OPEN("a", O_CREAT | O_EXCL | O_WRONLY, 0644));
    say("absent: %r", OPEN("b", O_RDONLY, 0));
    say("a directory for writing: %r", OPEN(".", O_WRONLY, 0));
    say("a file as directory: %r", OPEN("a/b", O_RDONLY, 0));
    say("O_DIRECTORY: %r", OPEN("a", O_RDONLY | O_DIRECTORY, 0));
    say("empty path: %r, bad address: %r", OPEN("", O_RDONLY, 0), OPEN(16, O_RDONLY, 0));

    descriptor = OPEN("a", O_RDWR, 0);
    say("seek to 10: %r", CALL3(lseek, descriptor, 10, 0));
    say("write there: %r", CALL3(write, descriptor, "end", 3));
    say("size: %r", CALL3(lseek, descriptor, 0, 2));
    say("back by 5: %r", CALL3(lseek, descriptor, -5, 1));
    result = CALL3(read, descriptor, text, 20);
    say("read: %r, the hole is zero: %?, then %c%c%c", result, text[0] == 0 && text[1] == 0, text[2], text[3], text[4]);
    say("end of file: %r", CALL3(read, descriptor, text, 20));
    say("before the start: %r, whence 9: %r", CALL3(lseek, descriptor, -1, 0), CALL3(lseek, descriptor, 0, 9));
    result = CALL4(pread64, descriptor, text, 3, 0);
    say("pread: %r '%c%c%c'", result, text[0], text[1], text[2]);
    say("the place is kept: %r", CALL3(lseek, descriptor, 0, 1));
    say("pwrite: %r", CALL4(pwrite64, descriptor, "P", 1, 1));
    say("ftruncate: %r", CALL2(ftruncate, descriptor, 4));
    say("size: %r", CALL3(lseek, descriptor, 0, 2));
    say("longer: %r", CALL2(ftruncate, descriptor, 6));
    result = CALL4(pread64, descriptor, text, 20, 0);
    say("%r bytes: %c%c%c, zero: %?", result, text[0], text[1], text[2], text[4] == 0 && text[5] == 0);
    call(CALL_FSTAT, descriptor, (long)&about, 0, 0, 0, 0);
    say("fstat: %s of %w bytes", kind(), (word)about.st_size);
    CALL1(close, descriptor);

    descriptor = OPEN("a", O_RDONLY, 0);
    say("write to a read only one: %r", CALL3(write, descriptor, "x", 1));
    CALL1(close, descriptor);
    descriptor = OPEN("a", O_WRONLY, 0);
    say("read from a write only one: %r", CALL3(read, descriptor, text, 1));
    say("flags: %?", (CALL2(fcntl, descriptor, F_GETFL) & 3) == O_WRONLY);
    CALL1(close, descriptor);
}

static void names(void)
{
    char target[20] = { 0 };
    long result;

    put("one", "1", O_CREAT | O_WRONLY);
    say("rename: %r", CALL2(rename, "one", "two"));
    look("one");
    look("two");
    say("link: %r", CALL2(link, "two", "three"));
    look("two");
    put("three", "both", O_WRONLY | O_TRUNC);
    show("two");
    say("link onto one that is there: %r", CALL2(link, "two", "three"));
    say("symlink: %r", CALL2(symlink, "two", "to-two"));
    look("to-two");
    show("to-two");
    result = CALL3(readlink, "to-two", target, sizeof target);
    say("readlink: %r '%s'", result, target);
    say("of a file: %r", CALL3(readlink, "two", target, sizeof target));
    say("O_NOFOLLOW: %r", OPEN("to-two", O_RDONLY | O_NOFOLLOW, 0));
    CALL2(symlink, "loop", "loop");
    say("a loop: %r", OPEN("loop", O_RDONLY, 0));
    CALL2(symlink, "nowhere", "dangling");
    say("a dangling one: %r, stat %r", OPEN("dangling", O_RDONLY, 0), call(CALL_STAT, (long)"dangling", (long)&about, 0, 0, 0, 0));
    say("unlink: %r", CALL1(unlink, "two"));
    look("three");
    say("again: %r", CALL1(unlink, "two"));
    say("through the link: %r", OPEN("to-two", O_RDONLY, 0));
    CALL1(unlink, "to-two");
    CALL1(unlink, "loop");
    CALL1(unlink, "dangling");
    say("access: %r, absent: %r", CALL2(access, "three", 4), CALL2(access, "two", 0));
    say("chmod: %r", CALL2(chmod, "three", 0640));
    look("three");
    CALL1(unlink, "three");
}

static void directories(void)
{
    static char room[2048];
    char names[8][32];
    int count = 0;
    long descriptor, got;

    say("mkdir: %r, over a file: %r", CALL2(mkdir, "d", 0755), CALL2(mkdir, "a", 0755));
    look("d");
    say("in nothing: %r", CALL2(mkdir, "x/y", 0755));
    put("d/x", "x", O_CREAT | O_WRONLY);
    put("d/y", "y", O_CREAT | O_WRONLY);
    CALL2(mkdir, "d/z", 0755);
    descriptor = OPEN("d", O_RDONLY | O_DIRECTORY, 0);
    while ((got = CALL3(getdents64, descriptor, room, sizeof room)) > 0)
        for (long at = 0; at < got && count < 8; at += ((struct entry *)(void *)(room + at))->length)
            copy_text(names[count++], ((struct entry *)(void *)(room + at))->name);
    say("entries: %d, then %r", count, got);
    for (char c = 0; c < 127; c++)                  /* sorted; the names differ in their first letters */
        for (int i = 0; i < count; i++)
            if (names[i][0] == c)
                say(" %s", names[i][1] == '.' || names[i][0] != '.' ? names[i] : ". and perhaps more");
    CALL3(lseek, descriptor, 0, 0);
    say("too little room: %r", CALL3(getdents64, descriptor, room, 3));
    say("openat from it: %k", CALL4(openat, descriptor, "x", O_RDONLY, 0));
    say("read: %r", CALL3(read, descriptor, room, 10));
    CALL1(close, descriptor);
    descriptor = OPEN("a", O_RDONLY, 0);
    say("entries of a file: %r", CALL3(getdents64, descriptor, room, sizeof room));
    CALL1(close, descriptor);
    say("not empty: %r", CALL1(rmdir, "d"));
    say("unlink a directory: %?", CALL1(unlink, "d") < 0);
    say("rmdir a file: %r", CALL1(rmdir, "a"));
    say("chdir: %r", CALL1(chdir, "d"));
    look("x");
    got = CALL2(getcwd, room, sizeof room);
    say("getcwd: %?, it ends in d: %?", got > 3, got > 3 && room[got - 2] == 'd' && room[got - 3] == '/');
    say("too little room: %r", CALL2(getcwd, room, 2));
    say("chdir ..: %r", CALL1(chdir, ".."));
    say("to a file: %r", CALL1(chdir, "d/x"));
    CALL1(unlink, "d/x");
    CALL1(unlink, "d/y");
    CALL1(rmdir, "d/z");
    say("rmdir: %r", CALL1(rmdir, "d"));
    look("d");
}

/* A descriptor outlives the name, and is shared with a child: one place for both. */
static void shared_place(void)
{
    char text[8] = { 0 };
    long descriptor = OPEN("s", O_CREAT | O_RDWR, 0644), child;

    CALL1(unlink, "s");
    child = CALL0(fork);
    if (child == 0) {
        CALL3(write, descriptor, "child ", 6);
        leave(0);
    }
    reap(child);
    say("the parent's place: %r", CALL3(lseek, descriptor, 0, 1));
    CALL3(write, descriptor, "p", 1);
    CALL4(pread64, descriptor, text, 7, 0);
    say("'%s'", text);
    CALL1(close, descriptor);
}

static void devices(void)
{
    static u8 room[64];
    long descriptor = OPEN("/dev/null", O_RDWR, 0);
    struct termios terminal;

    say("/dev/null: write %r, read %r", CALL3(write, descriptor, room, 64), CALL3(read, descriptor, room, 64));
    say("a terminal? %r", CALL3(ioctl, descriptor, TCGETS, &terminal));
    CALL1(close, descriptor);
    fill_bytes(room, 1, 64);
    descriptor = OPEN("/dev/zero", O_RDWR, 0);
    say("/dev/zero: read %r", CALL3(read, descriptor, room, 64));
    say("zero: %?", room[0] == 0 && room[63] == 0);
    CALL1(close, descriptor);
    call(CALL_STAT, (long)"/dev/null", (long)&about, 0, 0, 0, 0);
    say("/dev/null is a %s", kind());
    descriptor = OPEN("/dev/urandom", O_RDONLY, 0);
    say("/dev/urandom: %r", CALL3(read, descriptor, room, 64));
    CALL1(close, descriptor);
}

static int run(int argc, char **argv, char **envp UNUSED)
{
    CALL1(umask, 022);
    if (argc > 1) {
        say("chdir: %r", CALL1(chdir, argv[1]));
        simple();
        names();
        directories();
        shared_place();
    }
    devices();
    return 0;
}
