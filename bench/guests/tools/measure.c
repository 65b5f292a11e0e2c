/*
 * measure REPORT SECONDS PROGRAM [ARGS...]: runs a program, which keeps our standard streams, and writes to REPORT
 *
 *     CPU-SECONDS WALL-SECONDS PEAK-KIB STATUS
 *
 * CPU time is user and system time of the process and of the children it waited for, all threads. Status is as a shell has it;
 * a program that is not through after SECONDS is killed, and its status is 137.
 */

#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t child;

static void kill_child(int signal)
{
    (void)signal;
    kill(child, SIGKILL);
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    double started = now(), wall;
    struct rusage used;
    FILE *report;
    int status;

    if (argc < 4) {
        fprintf(stderr, "usage: measure REPORT SECONDS PROGRAM [ARGS...]\n");
        return 2;
    }
    child = fork();
    if (child == 0) {
        execvp(argv[3], argv + 3);
        perror(argv[3]);
        _exit(127);
    }
    if (child < 0) {
        perror("fork");
        return 2;
    }
    signal(SIGALRM, kill_child);
    alarm((unsigned)atoi(argv[2]));
    while (wait4(child, &status, 0, &used) < 0)
        ;
    wall = now() - started;
    report = fopen(argv[1], "w");
    if (!report) {
        perror(argv[1]);
        return 2;
    }
    fprintf(report, "%.6f %.6f %ld %d\n", seconds(used.ru_utime) + seconds(used.ru_stime), wall, used.ru_maxrss,
            WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    return fclose(report) ? 2 : 0;
}
