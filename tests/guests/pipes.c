/* Pipes and descriptors: data, end of file, EPIPE, full pipes, dup, flags, poll, vectors. */

#include "guest.h"

struct vector {
    void *base;
    word length;
};

struct polled {
    int descriptor;
    short events, returned;
};

static volatile int pipe_signals;

static void on_pipe(int signal UNUSED)
{
    pipe_signals++;
}

static void data(void)
{
    int ends[2], status;
    char buffer[64];
    long child, sum = 0, got;

    say("pipe2: %k", CALL2(pipe2, ends, 0));
    child = CALL0(fork);
    if (child == 0) {
        CALL1(close, ends[0]);
        for (int i = 0; i < 1000; i++) {
            fill_bytes(buffer, i, sizeof buffer);
            CALL3(write, ends[1], buffer, sizeof buffer);
        }
        leave(0);
    }
    CALL1(close, ends[1]);
    while ((got = CALL3(read, ends[0], buffer, 40)) > 0)
        for (long i = 0; i < got; i++)
            sum = (sum * 31 + buffer[i]) & 0xffffff;
    say("64000 bytes: %r, end of file: %r", sum, got);
    CALL4(wait4, child, &status, 0, 0);
    say_status("writer", status);
    CALL1(close, ends[0]);
}

static void limits(void)
{
    int ends[2], value = -1;
    static char page[4096];
    long total = 0, wrote;

    CALL2(pipe2, ends, O_NONBLOCK);
    say("an empty one: %r", CALL3(read, ends[0], page, 1));
    while ((wrote = CALL3(write, ends[1], page, sizeof page)) > 0)
        total += wrote;
    say("a full one takes %r bytes, then %r", total, wrote);
    say("FIONREAD: %r", CALL3(ioctl, ends[0], FIONREAD, &value));
    say("which says %d", value);
    CALL1(close, ends[1]);
    say("read after the writer is gone: %r", CALL3(read, ends[0], page, 100));
    CALL1(close, ends[0]);

    CALL2(pipe2, ends, 0);
    CALL1(close, ends[0]);
    catch_signal(SIGPIPE, on_pipe, 0, 0);
    wrote = CALL3(write, ends[1], page, 1);
    say("no reader: %r, signals %d", wrote, pipe_signals);
    catch_signal(SIGPIPE, (void *)1, 0, 0);
    say("ignored: %r", CALL3(write, ends[1], page, 1));
    CALL1(close, ends[1]);
    catch_signal(SIGPIPE, 0, 0, 0);
}

static void breaks(void)
{
    int ends[2];

    CALL2(pipe2, ends, 0);
    CALL1(close, ends[0]);
    CALL3(write, ends[1], "x", 1);
    say("not reached");
}

static void descriptors(void)
{
    int ends[2];
    char byte = 0;

    say("dup2 onto 20: %r", CALL3(dup3, 1, 20, 0));
    CALL3(write, 20, "through 20\n", 11);
    say("dup takes the lowest: %r", CALL1(dup, 20));
    say("F_DUPFD from 30: %r", CALL3(fcntl, 1, F_DUPFD, 30));
    CALL1(close, 3);
    CALL1(close, 20);
    say("close: %r", CALL1(close, 30));
    say("twice: %r", CALL1(close, 30));
    say("write to a closed one: %r, read: %r", CALL3(write, 20, "x", 1), CALL3(read, 20, &byte, 1));
    say("dup3 onto itself: %r, of a closed one: %r, onto -1: %r", CALL3(dup3, 1, 1, 0), CALL3(dup3, 40, 41, 0), CALL3(dup3, 1, -1, 0));
    CALL2(pipe2, ends, O_CLOEXEC);
    say("close on exec: %r", CALL2(fcntl, ends[0], F_GETFD));
    say("cleared: %r", CALL3(fcntl, ends[0], F_SETFD, 0));
    say("now: %r", CALL2(fcntl, ends[0], F_GETFD));
    say("nonblocking: %?", (CALL2(fcntl, ends[0], F_GETFL) & O_NONBLOCK) != 0);
    CALL3(fcntl, ends[0], F_SETFL, O_NONBLOCK);
    say("set: %?, read: %r", (CALL2(fcntl, ends[0], F_GETFL) & O_NONBLOCK) != 0, CALL3(read, ends[0], &byte, 1));
    say("the write end cannot be read: %r, nor the read end written: %r", CALL3(read, ends[1], &byte, 1), CALL3(write, ends[0], &byte, 1));
    say("lseek on a pipe: %r", CALL3(lseek, ends[0], 0, 0));
    say("bad address: %r, of nothing: %r", CALL3(write, ends[1], 16, 1), CALL3(write, ends[1], 16, 0));
    CALL3(write, ends[1], "y", 1);
    say("read to a bad address: %r", CALL3(read, ends[0], 16, 1));
    CALL1(close, ends[0]);
    CALL1(close, ends[1]);
    say("pipe2 at a bad address: %r", CALL2(pipe2, 16, 0));
}

static void vectors(void)
{
    int ends[2];
    char a[4] = "abc", b[8] = "defghij", c[16] = { 0 };
    struct vector out[] = { { a, 3 }, { 0, 0 }, { b, 7 } }, in[] = { { c, 2 }, { c + 4, 9 } };

    CALL2(pipe2, ends, 0);
    say("writev: %r", CALL3(writev, ends[1], out, 3));
    say("readv: %r", CALL3(readv, ends[0], in, 2));
    say("'%s' '%s'", c, c + 4);
    say("no vectors: %r, too many: %r", CALL3(writev, ends[1], out, 0), CALL3(writev, ends[1], out, 1025));
    CALL1(close, ends[0]);
    CALL1(close, ends[1]);
}

static void polls(void)
{
    int ends[2], status;
    struct polled both[2];
    struct two_words now = { 0, 0 };
    long child, result;

    CALL2(pipe2, ends, 0);
    both[0] = (struct polled){ ends[0], POLLIN, 77 };
    both[1] = (struct polled){ ends[1], POLLOUT, 77 };
    result = CALL5(ppoll, both, 2, &now, 0, 8);
    say("poll: %r, in %?, out %?", result, both[0].returned == POLLIN, both[1].returned == POLLOUT);
    CALL3(write, ends[1], "x", 1);
    result = CALL5(ppoll, both, 2, &now, 0, 8);
    say("poll: %r, in %?, out %?", result, both[0].returned == POLLIN, both[1].returned == POLLOUT);
    CALL3(read, ends[0], &status, 1);
    child = CALL0(fork);
    if (child == 0) {
        sleep_milliseconds(20);
        CALL3(write, ends[1], "z", 1);
        leave(0);
    }
    say("waits: %r", CALL5(ppoll, both, 1, 0, 0, 8));
    CALL4(wait4, child, &status, 0, 0);
    CALL3(read, ends[0], &status, 1);
    CALL1(close, ends[1]);
    result = CALL5(ppoll, both, 1, &now, 0, 8);
    say("hung up: %r %?", result, (both[0].returned & POLLHUP) != 0);
    CALL1(close, ends[0]);
    result = CALL5(ppoll, both, 1, &now, 0, 8);
    say("closed: %r %?", result, (both[0].returned & POLLNVAL) != 0);
}

/* A pipeline as a shell makes it: three children, standard input and output by dup2. */
static void pipeline(void)
{
    int first[2], second[2], status;
    char byte, text[16] = { 0 };
    long got = 0, more;

    CALL2(pipe2, first, 0);
    CALL2(pipe2, second, 0);
    if (CALL0(fork) == 0) {
        CALL3(dup3, first[1], 1, 0);
        CALL3(write, 1, "pipeline", 8);
        leave(0);
    }
    if (CALL0(fork) == 0) {
        CALL3(dup3, first[0], 0, 0);
        CALL3(dup3, second[1], 1, 0);
        CALL1(close, first[1]);
        CALL1(close, first[0]);
        CALL1(close, second[0]);
        CALL1(close, second[1]);
        while (CALL3(read, 0, &byte, 1) == 1) {
            byte ^= 0x20;
            CALL3(write, 1, &byte, 1);
        }
        leave(0);
    }
    CALL1(close, first[0]);
    CALL1(close, first[1]);
    CALL1(close, second[1]);
    while ((more = CALL3(read, second[0], text + got, 8)) > 0)
        got += more;
    say("%s", text);
    CALL1(close, second[0]);
    CALL4(wait4, -1, &status, 0, 0);
    CALL4(wait4, -1, &status, 0, 0);
}

static int run(int argc UNUSED, char **argv UNUSED, char **envp UNUSED)
{
    data();
    limits();
    in_child("no handler", breaks);
    descriptors();
    vectors();
    polls();
    pipeline();
    return 0;
}
