/*
 * strlen, memcpy and memcmp over strings of many lengths and alignments: byte loops as a small libc has them, and word loops as a
 * bigger one has them.
 */

#define PROGRAM "strmem"
#include "bench.h"

#define STRINGS 1024
#define ROOM 512            /* bytes for each string */

static char source[STRINGS * ROOM] __attribute__((aligned(64))), copy[STRINGS * ROOM + 64] __attribute__((aligned(64)));
static u32 lengths[STRINGS];

static NOINLINE unsigned long length_of(const char *text)
{
    const char *at = text;
    while (*at)
        at++;
    return (unsigned long)(at - text);
}

typedef unsigned long __attribute__((may_alias)) word;

static NOINLINE void copy_bytes(char *to, const char *from, unsigned long count)
{
    /* Words where both are aligned alike, bytes for the rest. */
    if ((((unsigned long)to ^ (unsigned long)from) & (sizeof(word) - 1)) == 0) {
        for (; count && ((unsigned long)to & (sizeof(word) - 1)); count--)
            *to++ = *from++;
        for (; count >= sizeof(word); count -= sizeof(word), to += sizeof(word), from += sizeof(word))
            *(word *)to = *(const word *)from;
    }
    for (; count; count--)
        *to++ = *from++;
}

static NOINLINE int compare_bytes(const char *a, const char *b, unsigned long count)
{
    for (; count; count--, a++, b++)
        if (*a != *b)
            return (u8)*a < (u8)*b ? -1 : 1;
    return 0;
}

static u32 work(u32 scale)
{
    u32 sum = FOLD_START, random = 6;

    for (u32 i = 0; i < STRINGS; i++) {
        u32 length = random_below(&random, ROOM - 1);
        for (u32 k = 0; k < length; k++)
            source[i * ROOM + k] = (char)('a' + random_below(&random, 26));
        source[i * ROOM + length] = 0;
    }
    for (u32 round = 0; round < 12 * scale; round++) {
        char *to = copy + (round & 15);

        for (u32 i = 0; i < STRINGS; i++) {
            lengths[i] = (u32)length_of(source + i * ROOM);
            copy_bytes(to + i * ROOM, source + i * ROOM, lengths[i] + 1);
        }
        /* One byte of one string differs in every round. */
        to[(round & (STRINGS - 1)) * ROOM] ^= 1;
        for (u32 i = 0; i < STRINGS; i++)
            sum = fold(sum, lengths[i] + (u32)compare_bytes(to + i * ROOM, source + i * ROOM, lengths[i]));
    }
    return sum;
}
