/*
 * What a program does that waits for its user: argv[1] says which.
 *   copy       standard input to standard output
 *   line       reads one line, and leaves what is behind it to others
 *   read       reads; a signal that is caught interrupts it
 *   restart    the same, but the read goes on after the handler
 *   pause      waits for a signal that is caught
 *   for-ever   waits for nothing at all
 *   terminal   asks the terminal for its modes and size, and changes them
 */

#include "guest.h"

/* alpha's TIOCGWINSZ has its size in it, and no header for the kernel's users says it. */
struct winsize {
    unsigned short rows, columns, wide, high;
};

static volatile int caught;

static void on_signal(int signal)
{
    caught = signal;
}

static void terminal(void)
{
    struct termios modes, again;
    struct winsize size = { 0 };
    long result = CALL3(ioctl, 0, TCGETS, &modes);

    say("TCGETS: %r", result);
    if (result != 0)
        return;
    say("canonical %?, echo %?, signals %?, nl to cr-nl %?", (modes.c_lflag & ICANON) != 0, (modes.c_lflag & ECHO) != 0, (modes.c_lflag & ISIG) != 0, (modes.c_oflag & ONLCR) != 0);
    say("interrupt %d, end of file %d", modes.c_cc[VINTR], modes.c_cc[VEOF]);
    modes.c_lflag &= ~(tcflag_t)ECHO;
    modes.c_cc[VINTR] = 24;
    say("TCSETS: %r", CALL3(ioctl, 0, TCSETS, &modes));
    say("TCGETS on 1: %r", CALL3(ioctl, 1, TCGETS, &again));
    say("echo %?, interrupt %d", (again.c_lflag & ECHO) != 0, again.c_cc[VINTR]);
    modes.c_lflag |= ECHO;
    modes.c_cc[VINTR] = 3;
    say("TCSETSW: %r", CALL3(ioctl, 0, TCSETSW, &modes));
    say("TIOCGWINSZ: %r", CALL3(ioctl, 1, TIOCGWINSZ, &size));
    say("%d rows, %d columns", size.rows, size.columns);
}

static int run(int argc, char **argv, char **envp UNUSED)
{
    static char text[5000];
    const char *how = argc > 1 ? argv[1] : "";
    long got = 0;

    if (same_text(how, "copy")) {
        while ((got = CALL3(read, 0, text, sizeof text)) > 0)
            CALL3(write, 1, text, got);
        return got < 0;
    }
    if (same_text(how, "line")) {
        while (CALL3(read, 0, text, 1) == 1 && text[0] != '\n')
            CALL3(write, 1, text, 1);
        CALL3(write, 1, "\n", 1);
        return 0;
    }
    if (same_text(how, "terminal")) {
        terminal();
        return 0;
    }
    if (!same_text(how, "for-ever")) {
        catch_signal(SIGINT, on_signal, same_text(how, "restart") ? SA_RESTART : 0, 0);
        catch_signal(SIGTERM, on_signal, same_text(how, "restart") ? SA_RESTART : 0, 0);
    }
    say("ready");
    if (same_text(how, "read") || same_text(how, "restart")) {
        got = CALL3(read, 0, text, sizeof text);
        say("read: %r", got);
        say("caught: %n", (int)caught);
        return 7;
    }
    for (;;) {
        u64 none = 0;
        got = CALL2(rt_sigsuspend, &none, sizeof none);
        if (caught) {
            say("sigsuspend: %r", got);
            say("caught: %n", (int)caught);
            return 8;
        }
    }
}
