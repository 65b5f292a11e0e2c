/*
 * start PROGRAM [ARGS...]: runs a program and prints
 *
 *     FIRST-BYTE WALL CPU PEAK
 *
 * milliseconds from before the fork to the first byte of its output and to its end, its CPU time in milliseconds (all threads, and the
 * children that it waited for), and the most memory that was resident, in MiB. Its standard error goes nowhere. Ends with 1 when the
 * program does not end with 0 or says nothing.
 */

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double milliseconds(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

int main(int argc, char **argv)
{
    double started, first = 0;
    struct rusage used;
    char buffer[4096];
    int ends[2], status;
    pid_t child;

    if (argc < 2) {
        fprintf(stderr, "usage: start PROGRAM [ARGS...]\n");
        return 2;
    }
    if (pipe(ends) != 0) {
        perror("pipe");
        return 2;
    }
    started = now();
    child = fork();
    if (child == 0) {
        dup2(ends[1], 1);
        dup2(open("/dev/null", O_WRONLY), 2);
        close(ends[0]);
        close(ends[1]);
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (child < 0) {
        perror("fork");
        return 2;
    }
    close(ends[1]);
    while (read(ends[0], buffer, sizeof buffer) > 0) {
        if (first == 0)
            first = now();
    }
    if (wait4(child, &status, 0, &used) != child) {
        perror("wait4");
        return 2;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || first == 0) {
        fprintf(stderr, "start: %s: ended with status 0x%x%s\n", argv[1], status, first == 0 ? ", and said nothing" : "");
        return 1;
    }
    printf("%.2f %.2f %.2f %.2f\n", first - started, now() - started, milliseconds(used.ru_utime) + milliseconds(used.ru_stime), (double)used.ru_maxrss / 1024);
    return 0;
}
