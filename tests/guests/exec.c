/*
 * execve: of itself with other arguments, and what survives it. Its own path is argv[0]; the directory in which it may write is
 * argv[1].
 */

#include "guest.h"

#define SCRIPT "/script"

static char path[400];

static const char *in_directory(const char *directory, const char *name)
{
    copy_text(path, directory);
    copy_text(path + length_of(path), name);
    return path;
}

static void write_file(const char *name, const char *text, int mode)
{
    long descriptor = CALL4(openat, AT_FDCWD, name, O_CREAT | O_TRUNC | O_WRONLY, mode);
    CALL3(write, descriptor, text, length_of(text));
    CALL1(close, descriptor);
}

static void expect_exit(const char *what, const char *program, char **argv, char **envp)
{
    int status = -1;
    long child = CALL0(fork);

    if (child == 0) {
        long result = CALL3(execve, program, argv, envp);
        say("%s: %r", what, result);
        leave(99);
    }
    CALL4(wait4, child, &status, 0, 0);
    say_status(what, status);
}

static void handler(int signal UNUSED)
{
}

/* In the new program: the arguments after "again". */
static int again(int argc, char **argv, char **envp)
{
    struct action action;
    u64 pending = 0;

    say("again: %d arguments", argc);
    for (int i = 2; i < argc; i++)
        say(" '%s'", argv[i]);
    for (; *envp; envp++)
        say(" environment '%s'", *envp);
    CALL4(rt_sigaction, SIGUSR1, 0, &action, 8);
    say(" a caught signal is default: %?", action.handler == 0);
    CALL4(rt_sigaction, SIGUSR2, 0, &action, 8);
    say(" an ignored one stays ignored: %?", action.handler == (void *)1);
    CALL2(rt_sigpending, &pending, 8);
    say(" HUP is blocked %?, and pending %?", (set_mask(SIG_BLOCK, 0) & SIGNAL_BIT(SIGHUP)) != 0, (pending & SIGNAL_BIT(SIGHUP)) != 0);
    say(" descriptor 10: %k, 11: %k", CALL2(fcntl, 10, F_GETFD), CALL2(fcntl, 11, F_GETFD));
    return 40 + argc;
}

static int run(int argc, char **argv, char **envp)
{
    char *bare[] = { argv[0], "bare", 0 };
    char *nothing[] = { 0 };
    char *some[] = { "A=first", "LONGER=second value", "EMPTY=", 0 };
    char *words[] = { argv[0], "again", "one", "", "two words", "\xc3\xa4", 0 };
    const char *directory = argc > 1 ? argv[1] : "";

    if (argc > 1 && same_text(argv[1], "again"))
        return again(argc, argv, envp);
    if (argc > 1 && same_text(argv[1], "bare")) {
        say("bare: argc %d, environment %?", argc, envp[0] != 0);
        return 3;
    }
    if (argc > 2 && same_text(argv[argc - 1], "from script")) {
        say("script: argc %d", argc);
        for (int i = 1; i < argc; i++)
            say(" '%s'", argv[i] + (length_of(argv[i]) > 7 && same_text(argv[i] + length_of(argv[i]) - 7, SCRIPT) ? length_of(argv[i]) - 7 : 0));
        return 4;
    }
    if (argc > 2 && same_text(argv[1], "-x")) {
        say("script with an option: argc %d, '%s', '%s'", argc, argv[1], argv[argc - 1]);
        return 5;
    }

    expect_exit("no environment", argv[0], bare, nothing);
    expect_exit("an environment", argv[0], bare, some);
    expect_exit("no program", in_directory(directory, "/nowhere"), bare, nothing);
    expect_exit("a directory", directory, bare, nothing);
    expect_exit("the empty path", "", bare, nothing);
    write_file(in_directory(directory, "/plain"), "no program\n", 0644);
    expect_exit("not executable", in_directory(directory, "/plain"), bare, nothing);
    write_file(in_directory(directory, "/noexec"), "no program\n", 0755);
    expect_exit("neither ELF nor script", in_directory(directory, "/noexec"), bare, nothing);
    write_file(in_directory(directory, "/empty"), "", 0755);
    expect_exit("empty file", in_directory(directory, "/empty"), bare, nothing);
    expect_exit("bad argv", argv[0], (char **)16, nothing);
    expect_exit("bad path", (const char *)16, bare, nothing);
    expect_exit("a component that is a file", in_directory(directory, "/plain/x"), bare, nothing);
    {
        char *line[] = { "ignored", "from script", 0 };
        char text[500] = "#!";
        copy_text(text + 2, argv[0]);
        copy_text(text + length_of(text), "\nnever read\n");
        write_file(in_directory(directory, SCRIPT), text, 0755);
        expect_exit("script", in_directory(directory, SCRIPT), line, nothing);
        copy_text(text + 2, argv[0]);
        copy_text(text + length_of(text), " -x\n");
        write_file(in_directory(directory, SCRIPT), text, 0755);
        line[1] = "last";
        expect_exit("script with an option", in_directory(directory, SCRIPT), line, nothing);
        write_file(in_directory(directory, SCRIPT), "#!/no/such/interpreter\n", 0755);
        expect_exit("script without its interpreter", in_directory(directory, SCRIPT), line, nothing);
    }

    {
        int status = -1;
        long child = CALL0(vfork);
        if (child == 0) {
            CALL3(execve, argv[0], bare, some);
            CALL1(exit_group, 98);
        }
        CALL4(wait4, child, &status, 0, 0);
        say_status("from vfork", status);
    }

    /* The last one replaces this process. */
    catch_signal(SIGUSR1, handler, 0, 0);
    catch_signal(SIGUSR2, (void *)1, 0, 0);
    set_mask(SIG_BLOCK, SIGNAL_BIT(SIGHUP));
    send_myself(SIGHUP);
    CALL3(dup3, 1, 10, 0);
    CALL3(dup3, 1, 11, O_CLOEXEC);
    say("descriptor 10: %r, 11: %r", CALL2(fcntl, 10, F_GETFD), CALL2(fcntl, 11, F_GETFD));
    say("not replaced: %r", CALL3(execve, argv[0], words, some));
    return 1;
}
