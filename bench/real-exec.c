/*
 * The yardstick: this machine's own execve. Reads lines "COUNT ARGUMENT_BYTES STRING_BYTES STACK_LIMIT_BYTES" and answers
 * each with the nanoseconds that one vfork, execve, exit and wait took, the mean of COUNT. The child is child.S: it exits.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char **arguments(long bytes, long string_bytes)
{
	long count = bytes / string_bytes;
	char **vector = calloc(count + 1, sizeof(*vector));
	char *text = malloc(string_bytes);

	if (!vector || !text)
		exit(2);
	memset(text, 'x', string_bytes - 1);
	text[string_bytes - 1] = 0;
	for (long i = 0; i < count; i++)
		vector[i] = strdup(text);	/* each string lies in memory of its own, as a shell's would */
	free(text);
	return vector;
}

static void discard(char **vector)
{
	for (char **at = vector; *at; at++)
		free(*at);
	free(vector);
}

int main(int argc, char **argv)
{
	long count, bytes, string_bytes, limit;
	char *environment[] = { "A=b", NULL };

	if (argc != 2) {
		fprintf(stderr, "usage: real-exec CHILD\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (scanf("%ld %ld %ld %ld", &count, &bytes, &string_bytes, &limit) == 4) {
		struct rlimit stack;
		struct timespec from, to;
		char **vector = arguments(bytes, string_bytes);
		int failed = 0;

		getrlimit(RLIMIT_STACK, &stack);
		stack.rlim_cur = limit;
		if (setrlimit(RLIMIT_STACK, &stack))
			failed = errno;
		clock_gettime(CLOCK_MONOTONIC, &from);
		for (long i = 0; i < count && !failed; i++) {
			volatile int error = 0;
			int status;
			pid_t child = vfork();

			if (child == 0) {
				execve(argv[1], vector, environment);
				error = errno;
				_exit(1);
			}
			if (child < 0 || waitpid(child, &status, 0) < 0)
				failed = errno;
			else if (error || !WIFEXITED(status) || WEXITSTATUS(status))
				failed = error ? error : ECHILD;
		}
		clock_gettime(CLOCK_MONOTONIC, &to);
		if (failed)
			printf("errno %d\n", failed);
		else
			printf("%.0f\n", ((to.tv_sec - from.tv_sec) * 1e9 + (to.tv_nsec - from.tv_nsec)) / count);
		discard(vector);
	}
	return 0;
}
