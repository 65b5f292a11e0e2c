/* A program of the C library: stdio, malloc, printf of doubles, qsort, getenv, setjmp, strings, and the order of its end. */

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static jmp_buf way_out;

static void deep(int depth)
{
    if (depth > 0)
        deep(depth - 1);
    if (depth == 0)
        longjmp(way_out, 42);
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void last(void)
{
    puts("atexit");
}

__attribute__((constructor)) static void first(void)
{
    puts("constructor");
}

__attribute__((destructor)) static void very_last(void)
{
    puts("destructor");
}

static void numbers(void)
{
    static const double values[] = {
        0, -0.0, 1, -1.5, 0.1, 1.0 / 3, 1e-5, 123456789.123, 1e21, 1e100, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 9007199254740993.0,
    };

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        printf("%g %e %.3f %.17g %a\n", values[i], values[i], values[i], values[i], values[i]);
    printf("%f %f %f\n", HUGE_VAL, -HUGE_VAL, strtod("nan", NULL));
    printf("%d %u %ld %llx %o %c %5d|%-5d|%05d|%+d %s %.3s %%\n", -1, 4000000000u, -123456789l, 0x123456789abcdefull, 0755, 'x', 42, 42, 42, 42, "text", "cut off");
    printf("%.20f %.0f %.0f %.0f %.1f\n", 0.1, 0.5, 1.5, 2.5, 0.25);
    printf("%.17g %.17g %.17g %ld %lu\n", strtod("3.14159265358979323846", NULL), strtod("1e400", NULL), strtod("0x1.8p3", NULL), strtol("-0777", NULL, 0),
           strtoul("ff", NULL, 16));
    printf("%.17g %.17g %.17g %.17g\n", sqrt(2), floor(-2.5), fmod(10, 3), ldexp(0.75, 10));
    {
        int whole = 0;
        double part = 0;
        char word[16] = "";
        int fields = sscanf("17 rest 2.5e3", "%d %15s %lf", &whole, word, &part);
        printf("%d fields: %d %s %g\n", fields, whole, word, part);
    }
}

static void memory(void)
{
    enum { BLOCKS = 200 };
    unsigned char *blocks[BLOCKS];
    unsigned random = 1, sum = 0;

    for (int i = 0; i < BLOCKS; i++) {
        random = random * 1664525 + 1013904223;
        size_t bytes = 1 + (random >> 8) % (i % 20 == 0 ? 300000 : 2000);
        blocks[i] = malloc(bytes);
        memset(blocks[i], i, bytes);
        if (i % 3 == 0) {
            blocks[i] = realloc(blocks[i], bytes * 2);
            memset(blocks[i] + bytes, i + 1, bytes);
        }
        if (i % 7 == 0) {
            sum = sum * 31 + blocks[i][bytes - 1];
            free(blocks[i]);
            blocks[i] = calloc(3, 100);
        }
    }
    for (int i = 0; i < BLOCKS; i++) {
        sum = sum * 31 + blocks[i][0];
        free(blocks[i]);
    }
    volatile size_t too_much = (size_t)-1 - 100000;
    printf("malloc %08x, too much: %s\n", sum, malloc(too_much) == NULL ? strerror(errno) : "granted");
}

static void sorting(void)
{
    double values[1000], key = 0;
    unsigned random = 7, ascending = 1;

    for (int i = 0; i < 1000; i++) {
        random = random * 1664525 + 1013904223;
        values[i] = (int)random / 1024.0;
    }
    key = values[123];
    qsort(values, 1000, sizeof *values, by_value);
    for (int i = 1; i < 1000; i++)
        ascending &= values[i - 1] <= values[i];
    printf("sorted %u, first %.3f, last %.3f, found %d\n", ascending, values[0], values[999], bsearch(&key, values, 1000, sizeof *values, by_value) != NULL);
}

static void strings(void)
{
    char text[64] = "one,two,,three", *rest = text, *word;

    while ((word = strsep(&rest, ",")) != NULL)
        printf("[%s]", word);
    putchar('\n');
    printf("%zu %d %s %s %s\n", strlen("twelve chars"), strcmp("abc", "abd") < 0, strchr("find me", 'm'), strstr("hay needle hay", "needle"), strrchr("a/b/c", '/'));
    printf("%d %d %c\n", isalpha('x') != 0, isdigit('x') != 0, toupper('q'));
    for (int length = 0; length < 70; length += 23) {
        char long_text[80];
        memset(long_text, 'z', sizeof long_text);
        long_text[length] = 0;
        printf("%zu %d;", strlen(long_text), memchr(long_text, 0, sizeof long_text) == long_text + length);
    }
    putchar('\n');
}

static void files(const char *directory)
{
    char path[500], line[100];
    FILE *file;
    int lines = 0;

    snprintf(path, sizeof path, "%s/hello.txt", directory);
    file = fopen(path, "w+");
    if (!file) {
        perror("fopen");
        return;
    }
    for (int i = 0; i < 2000; i++)
        fprintf(file, "line %d of the file\n", i);
    printf("at %ld\n", ftell(file));
    rewind(file);
    while (fgets(line, sizeof line, file))
        lines++;
    fseek(file, -10, SEEK_END);
    if (fgets(line, sizeof line, file))
        printf("%d lines, the last ends in '%s", lines, line);
    printf("more: %d\n", fgetc(file) != EOF);
    printf("close %d\n", fclose(file));
    printf("remove %d\n", remove(path));
    printf("again %s\n", remove(path) ? strerror(errno) : "done");
}

int main(int argc, char **argv)
{
    time_t moment = 1260230400;                     /* 2009-12-08 */
    int code;

    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    atexit(last);
    printf("%d arguments, A=%s, B=%s\n", argc, getenv("A"), getenv("B") ? getenv("B") : "(none)");
    setenv("B", "set", 1);
    printf("B=%s\n", getenv("B"));
    code = setjmp(way_out);
    if (code == 0)
        deep(20);
    printf("longjmp %d\n", code);
    numbers();
    memory();
    sorting();
    strings();
    if (argc > 1)
        files(argv[1]);
    printf("%s", asctime(gmtime(&moment)));
    fflush(stdout);
    fprintf(stderr, "to standard error\n");
    printf("terminal %d, page %d\n", isatty(1), sysconf(_SC_PAGESIZE) >= 4096);
    return 3;
}
