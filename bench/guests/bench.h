/*
 * What every program here shares. A program is one file that includes this one and defines
 *
 *     static u32 work(u32 scale)
 *
 * which does `scale` rounds of its work, some fifty million guest instructions each, and returns a checksum that is the same on
 * every machine: 32-bit words, no addresses, no byte order, doubles only where every result is exact.
 *
 * `PROGRAM [SCALE]` prints "PROGRAM SCALE CHECKSUM" and exits with 0. Scale 0 only starts and ends.
 *
 * Hosted by Linux this is start.h of the programs that the command line carries; on a bare machine (-DBARE) bare.h.
 */

#ifdef BARE
#include "bare.h"
#else
#include "start.h"
#endif

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define NOINLINE __attribute__((noinline))

static u32 work(u32 scale);

/* Folds a value into a checksum: FNV-1a over the whole word. */
static inline u32 fold(u32 sum, u32 value)
{
    return (sum ^ value) * 16777619u;
}

#define FOLD_START 2166136261u

/* A linear congruential generator, Knuth's constants for 32 bits (The Art of Computer Programming, vol. 2, 3.3.4). */
static inline u32 next_random(u32 *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* A random number below `limit`, without a division; 24 random bits are enough for every limit here. */
static inline u32 random_below(u32 *state, u32 limit)
{
    return (u32)(((u64)next_random(state) * limit) >> 24);
}

static char *put_text(char *to, const char *from)
{
    while (*from)
        *to++ = *from++;
    return to;
}

static char *put_hexadecimal(char *to, u32 value)
{
    for (int shift = 28; shift >= 0; shift -= 4)
        *to++ = "0123456789abcdef"[(value >> shift) & 15];
    return to;
}

/* Digits are counted off by subtraction: alpha has no divide instruction. */
static char *put_decimal(char *to, u32 value)
{
    static const u32 powers[] = { 1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1 };
    char *first = to;

    for (unsigned i = 0; i < sizeof powers / sizeof *powers; i++) {
        char digit = '0';
        for (; value >= powers[i]; value -= powers[i])
            digit++;
        if (digit != '0' || to != first || powers[i] == 1)
            *to++ = digit;
    }
    return to;
}

static u32 number(const char *text)
{
    u32 value = 0;

    while (*text >= '0' && *text <= '9')
        value = value * 10 + (u32)(*text++ - '0');
    return value;
}

#define DEFAULT_SCALE 10

void start(const unsigned long *words)
{
    char line[64], *end = line;
    const char *scale_text = words[0] > 1 ? (const char *)words[2] : "";
    u32 scale = *scale_text ? number(scale_text) : DEFAULT_SCALE;

    end = put_text(end, PROGRAM " ");
    end = put_decimal(end, scale);
    *end++ = ' ';
    end = put_hexadecimal(end, scale ? work(scale) : 0);
    *end++ = '\n';
    invoke(SYS_WRITE, 1, (long)line, end - line);
    leave(0);
}
