/* Integer arithmetic of every width that C has, on values at the edges; the results are the same on every machine. */

#include "guest.h"

static const u64 edges[] = {
    0, 1, 2, 3, 7, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000ull,
    0x123456789abcdefull, 0x7fffffffffffffffull, 0x8000000000000000ull, 0xfedcba9876543210ull, 0xffffffffffffffffull,
};

#define EDGES (int)(sizeof edges / sizeof *edges)

/* Functions and volatile hide the values from the compiler. */
#define BINARY(type, name, expression) NOINLINE static type name##_##type(type a, type b) { return (type)(expression); }
#define ALL_BINARY(type) \
    BINARY(type, add, a + b) BINARY(type, subtract, a - b) BINARY(type, multiply, a * b) BINARY(type, and, a & b) \
    BINARY(type, or, a | b) BINARY(type, xor, a ^ b) BINARY(type, and_not, a & ~b) BINARY(type, less, a < b) \
    BINARY(type, equal, a == b) BINARY(type, select, a < b ? a : b)

ALL_BINARY(u8)
ALL_BINARY(u16)
ALL_BINARY(u32)
ALL_BINARY(u64)

typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

#define SIGNED(type, name, expression) NOINLINE static type name##_##type(type a, type b) { return (type)(expression); }
#define ALL_SIGNED(type) SIGNED(type, less, a < b) SIGNED(type, select, a < b ? a : b) SIGNED(type, negative, a < 0 ? -1 : b > 0)

ALL_SIGNED(s8)
ALL_SIGNED(s16)
ALL_SIGNED(s32)
ALL_SIGNED(s64)

static u64 fold(u64 sum, u64 value)
{
    return (sum ^ value) * 0x100000001b3ull + 1;
}

#define RUN_BINARY(type, name) { \
    u64 sum = 14695981039346656037ull; \
    for (int i = 0; i < EDGES; i++) \
        for (int k = 0; k < EDGES; k++) \
            sum = fold(sum, (u64)name##_##type((type)edges[i], (type)edges[k])); \
    say(#name " " #type " %X", sum); }

#define RUN_ALL(type) RUN_BINARY(type, add) RUN_BINARY(type, subtract) RUN_BINARY(type, multiply) RUN_BINARY(type, and) \
    RUN_BINARY(type, or) RUN_BINARY(type, xor) RUN_BINARY(type, and_not) RUN_BINARY(type, less) RUN_BINARY(type, equal) \
    RUN_BINARY(type, select)

#define RUN_SIGNED(type) RUN_BINARY(type, less) RUN_BINARY(type, select) RUN_BINARY(type, negative)

NOINLINE static u32 shift_left_32(u32 a, int by) { return a << by; }
NOINLINE static u32 shift_right_32(u32 a, int by) { return a >> by; }
NOINLINE static s32 shift_signed_32(s32 a, int by) { return a >> by; }
NOINLINE static u32 rotate_32(u32 a, int by) { return a << by | a >> (-by & 31); }
NOINLINE static u64 shift_left_64(u64 a, int by) { return by ? a << 1 << (by - 1) : a; }
NOINLINE static u64 high_product(u32 a, u32 b) { return (u64)a * b >> 32; }
NOINLINE static s64 signed_product(s32 a, s32 b) { return (s64)a * b; }

static void shifts(void)
{
    u64 sum[5] = { 1, 2, 3, 4, 5 };

    for (int i = 0; i < EDGES; i++)
        for (int by = 0; by < 32; by++) {
            sum[0] = fold(sum[0], shift_left_32((u32)edges[i], by));
            sum[1] = fold(sum[1], shift_right_32((u32)edges[i], by));
            sum[2] = fold(sum[2], (u64)shift_signed_32((s32)edges[i], by));
            sum[3] = fold(sum[3], rotate_32((u32)edges[i], by));
            sum[4] = fold(sum[4], shift_left_64(edges[i], by));
        }
    say("shift left %X, right %X, right signed %X, rotate %X, left 64 %X", sum[0], sum[1], sum[2], sum[3], sum[4]);
}

static void products(void)
{
    u64 high = 1, full = 2;

    for (int i = 0; i < EDGES; i++)
        for (int k = 0; k < EDGES; k++) {
            high = fold(high, high_product((u32)edges[i], (u32)edges[k]));
            full = fold(full, (u64)signed_product((s32)edges[i], (s32)edges[k]));
        }
    say("high product %X, signed product %X", high, full);
}

/* Carries through many words, as in long arithmetic: 2^512 - 1 is added to itself, shifted and counted. */
static void carries(void)
{
    u32 number[16], carry = 0, bits = 0;

    for (int i = 0; i < 16; i++)
        number[i] = 0xffffffff;
    for (int i = 0; i < 16; i++) {
        u64 sum = (u64)number[i] + number[i] + carry;
        number[i] = (u32)sum;
        carry = (u32)(sum >> 32);
    }
    for (int i = 0; i < 16; i++)
        for (u32 rest = number[i]; rest; rest &= rest - 1)
            bits++;
    say("carry %u, bits %u, first word %x", carry, bits, number[0]);
}

NOINLINE static int chosen(int which)
{
    switch (which) {
    case 0: return 11;
    case 1: return 7;
    case 2: return 29;
    case 3: return 3;
    case 4: return 17;
    case 5: return 5;
    case 6: return 23;
    case 9: return 2;
    case 100: return 19;
    case -5: return 13;
    default: return 1;
    }
}

static void switches(void)
{
    int sum = 0;

    for (int which = -8; which < 110; which++)
        sum = sum * 3 + chosen(which);
    say("switch %d", sum);
}

NOINLINE static word ackermann(word m, word n)
{
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

NOINLINE static int sum_of(int count, ...)
{
    __builtin_va_list values;
    int sum = 0;

    __builtin_va_start(values, count);
    while (count--)
        sum = sum * 10 + __builtin_va_arg(values, int);
    __builtin_va_end(values);
    return sum;
}

struct pair {
    u64 first;
    u32 second;
    char third[3];
};

NOINLINE static struct pair twist(struct pair pair)
{
    struct pair twisted = { pair.first << 1, ~pair.second, { pair.third[2], pair.third[1], pair.third[0] } };
    return twisted;
}

static void calls(void)
{
    struct pair pair = { 0x123456789abcdefull, 0xf00dbabe, { 'a', 'b', 'c' } };
    int (*volatile pointer)(int) = chosen;

    pair = twist(pair);
    say("ackermann %w, arguments %d, structure %X %x %c, pointer %d", ackermann(2, 9), sum_of(9, 1, 2, 3, 4, 5, 6, 7, 8, 9), pair.first,
        pair.second, pair.third[0], pointer(2));
}

static int run(int argc UNUSED, char **argv UNUSED, char **envp UNUSED)
{
    RUN_ALL(u8)
    RUN_ALL(u16)
    RUN_ALL(u32)
    RUN_ALL(u64)
    RUN_SIGNED(s8)
    RUN_SIGNED(s16)
    RUN_SIGNED(s32)
    RUN_SIGNED(s64)
    shifts();
    products();
    carries();
    switches();
    calls();
    return 0;
}
