/* The C library at work, a part of it for each argument: workout PART ROUNDS SEED. Every part ends with a line that says the same on every machine. */

#include <ctype.h>
#include <math.h>
#include <pthread.h>
#include <regex.h>
#include <search.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

static uint32_t seed;

static uint32_t next(void)
{
    seed = seed * 1664525 + 1013904223;
    return seed >> 8;
}

static uint32_t mixed(uint32_t sum, const void *bytes, size_t count)
{
    for (const unsigned char *at = bytes; count-- > 0; at++)
        sum = (sum ^ *at) * 16777619;
    return sum;
}

static int by_double(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static uint32_t sort(int rounds)
{
    enum { MANY = 500 };
    uint32_t sum = 0;

    for (int round = 0; round < rounds; round++) {
        double values[MANY];
        char texts[MANY][12], *order[MANY];

        for (int i = 0; i < MANY; i++) {
            values[i] = (int)(next() - (1 << 23)) / 64.0;
            snprintf(texts[i], sizeof texts[i], "%x", next());
            order[i] = texts[i];
        }
        qsort(values, MANY, sizeof *values, by_double);
        qsort(order, MANY, sizeof *order, by_text);
        for (int i = 0; i < MANY; i++) {
            sum = mixed(sum, order[i], strlen(order[i])) + (uint32_t)(int64_t)(values[i] * 64);
            sum += bsearch(&values[i], values, MANY, sizeof *values, by_double) != NULL;
        }
    }
    return sum;
}

static uint32_t numbers(int rounds)
{
    uint32_t sum = 0;

    for (int round = 0; round < rounds * 20; round++) {
        char text[128];
        int exponent = (int)(next() % 1800) - 900;
        double value = ldexp((double)next() + 1, exponent), again;
        int count = snprintf(text, sizeof text, "%.17g %e %g %a", value, value, value, value);

        sum = mixed(sum, text, (size_t)count);
        again = strtod(text, NULL);
        sum += memcmp(&again, &value, sizeof value) == 0;
        sum += sscanf(text, "%lf", &again) == 1;
        uint32_t one = next(), two = next();
        count = snprintf(text, sizeof text, "%d %u %llx %-9d|%+05d %.3f", (int)one, two, (unsigned long long)one << 32 | two, (int)one % 9999, (int)two % 99, value / 1e200);
        sum = mixed(sum, text, count < (int)sizeof text ? (size_t)count : sizeof text - 1) + (uint32_t)strtol(text, NULL, 10) + (uint32_t)strtoull(text, NULL, 16);
    }
    return sum;
}

static uint32_t memory(int rounds)
{
    enum { BLOCKS = 300 };
    static unsigned char *blocks[BLOCKS];
    static size_t sizes[BLOCKS];
    uint32_t sum = 0;

    for (int round = 0; round < rounds * 1000; round++) {
        int which = (int)(next() % BLOCKS);
        size_t bytes = 16 + next() % (next() % 50 == 0 ? 200000 : 1500), kept = bytes < sizes[which] ? bytes : sizes[which];

        if (next() % 3 == 0) {
            free(blocks[which]);
            blocks[which] = calloc(1, bytes);
            kept = 0;
        } else
            blocks[which] = realloc(blocks[which], bytes);
        if (kept > 0)
            sum += blocks[which][kept - 1];
        sizes[which] = bytes;
        memset(blocks[which] + kept, round, bytes - kept);
        memmove(blocks[which] + 3, blocks[which], bytes / 2);
        sum = sum * 31 + blocks[which][bytes / 3];
    }
    for (int i = 0; i < BLOCKS; i++)
        free(blocks[i]);
    return sum;
}

static uint32_t text(int rounds)
{
    static char words[20000], *rest;
    regex_t pattern;
    regmatch_t found[3];
    wchar_t wide[64];
    uint32_t sum = 0;

    if (regcomp(&pattern, "([a-f]+)([0-9]{2,})x*", REG_EXTENDED) != 0)
        return 0;
    for (int round = 0; round < rounds; round++) {
        size_t length = 0;

        while (length < 3000) {
            const char *behind = next() % 3 ? " " : "xx,";
            length += (size_t)sprintf(words + length, "%x%s", next() % 4096, behind);
        }
        for (const char *at = words; regexec(&pattern, at, 3, found, 0) == 0; at += found[0].rm_eo)
            sum = sum * 31 + (uint32_t)(found[1].rm_eo - found[1].rm_so) * 7 + (uint32_t)found[2].rm_eo;
        for (size_t i = 0; i < length; i++)
            words[i] = (char)toupper((unsigned char)words[i]);
        sum += (uint32_t)strcspn(words, "F") + (uint32_t)strspn(words, "0123456789 ") + (strstr(words, "ABC") != NULL);
        hcreate(600);
        for (char *word = strtok_r(words, " ,", &rest); word != NULL; word = strtok_r(NULL, " ,", &rest)) {
            ENTRY entry = { .key = word, .data = words };
            sum += hsearch(entry, FIND) != NULL || hsearch(entry, ENTER) == NULL;
            sum = sum * 31 + (uint32_t)mbstowcs(wide, word, 64) + (uint32_t)wcslen(wide);
        }
        hdestroy();
    }
    regfree(&pattern);
    return sum;
}

static jmp_buf way_out;

static int deep(int depth)
{
    char room[64];

    memset(room, depth, sizeof room);
    if (depth == 0 && room[5] == 0)
        longjmp(way_out, 1);
    return depth > 0 ? deep(depth - 1) + room[depth & 63] : 0;
}

static uint32_t jumps(int rounds)
{
    volatile uint32_t sum = 0;

    for (volatile int round = 0; round < rounds * 1000; round++)
        if (setjmp(way_out) == 0)
            sum += (uint32_t)deep((int)(next() % 40));
        else
            sum = sum * 3 + 1;
    return sum;
}

static uint32_t maths(int rounds)
{
    double sum = 0;

    for (int round = 0; round < rounds * 300; round++) {
        double x = next() / 65536.0 + 0.001;
        sum += sin(x) + cos(x) * tan(x / 300) + exp(-x / 50) + log(x) + pow(x, 0.37) + sqrt(x) + atan2(x, 3) + floor(x) + fmod(x, 0.7) + cbrt(x) + (double)lrint(x);
        sum += hypot(sinf((float)x), erf(x / 100)) + lgamma(x);
    }
    return (uint32_t)(sum / 1000);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static uint32_t shared, turn, atomic;

static void *worker(void *argument)
{
    uint32_t number = (uint32_t)(uintptr_t)argument & 3, turns = (uint32_t)(uintptr_t)argument >> 2;

    for (uint32_t i = 0; i < turns; i++) {
        __atomic_fetch_add(&atomic, number + 1, __ATOMIC_SEQ_CST);
        pthread_mutex_lock(&lock);
        while (turn % 3 != number)
            pthread_cond_wait(&changed, &lock);
        shared = shared * 31 + number;
        turn++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
        free(malloc(number * 100 + 10));
    }
    return NULL;
}

static uint32_t threads(int rounds)
{
    pthread_t all[3];

    for (int i = 0; i < 3; i++)
        pthread_create(&all[i], NULL, worker, (void *)(uintptr_t)((rounds * 100) << 2 | i));
    for (int i = 0; i < 3; i++)
        pthread_join(all[i], NULL);
    return shared + atomic;
}

static uint32_t times(int rounds)
{
    uint32_t sum = 0;

    for (int round = 0; round < rounds * 100; round++) {
        time_t moment = (time_t)next() * 64;
        struct tm parts;
        char line[100];

        gmtime_r(&moment, &parts);
        sum = mixed(sum, line, strftime(line, sizeof line, "%A %Y-%m-%d %H:%M:%S %j %U", &parts)) + (uint32_t)(timegm(&parts) == moment);
    }
    return sum;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        uint32_t (*run)(int rounds);
    } parts[] = {
        { "sort", sort }, { "numbers", numbers }, { "memory", memory }, { "text", text }, { "jumps", jumps }, { "maths", maths }, { "threads", threads }, { "times", times },
    };
    int rounds = argc > 2 ? atoi(argv[2]) : 2;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (argc < 2 || *argv[1] == '/' || strcmp(argv[1], parts[i].name) == 0) {
            seed = argc > 3 ? (uint32_t)atoi(argv[3]) : 1;
            printf("%s %08x\n", parts[i].name, parts[i].run(rounds));
        }
    return 0;
}
