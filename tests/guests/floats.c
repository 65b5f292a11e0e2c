/*
 * Floating point in single and double precision: all operations that C has on values at the edges, conversions, comparisons,
 * rounding of halves. Results are printed as bits. Where doubles are computed in wider registers (x87) some bits differ from
 * other machines', so that each userland is its own judge.
 */

#include "guest.h"

union number64 {
    u64 bits;
    double value;
};

union number32 {
    u32 bits;
    float value;
};

static const u64 edges[] = {
    0x0000000000000000ull, 0x8000000000000000ull,   /* zeros */
    0x0000000000000001ull, 0x800fffffffffffffull,   /* denormal */
    0x0010000000000000ull, 0x7fefffffffffffffull,   /* smallest and largest normal */
    0x3ff0000000000000ull, 0xbff0000000000000ull,   /* 1, -1 */
    0x3ff0000000000001ull, 0x3fefffffffffffffull,   /* their neighbours */
    0x4008000000000000ull, 0x3fd5555555555555ull,   /* 3, 1/3 */
    0x41dfffffffc00000ull, 0xc1e0000000000000ull,   /* 2^31 - 1, -2^31 */
    0x43dfffffffffffffull, 0x4340000000000001ull,   /* near 2^63, 2^53 + 2 */
    0x7ff0000000000000ull, 0xfff0000000000000ull,   /* infinities */
    0x7ff8000000000000ull,                          /* a quiet NaN */
    0x3fb999999999999aull, 0xc05edd2f1a9fbe77ull,   /* 0.1, -123.456 */
};

#define EDGES (int)(sizeof edges / sizeof *edges)

NOINLINE static double add(double a, double b) { return a + b; }
NOINLINE static double subtract(double a, double b) { return a - b; }
NOINLINE static double multiply(double a, double b) { return a * b; }
NOINLINE static double divide(double a, double b) { return a / b; }
NOINLINE static double negate(double a) { return -a; }
NOINLINE static double absolute(double a) { return __builtin_fabs(a); }
NOINLINE static int less(double a, double b) { return a < b; }
NOINLINE static int less_equal(double a, double b) { return a <= b; }
NOINLINE static int equal(double a, double b) { return a == b; }
NOINLINE static int unordered(double a, double b) { return __builtin_isunordered(a, b); }
NOINLINE static float to_float(double a) { return (float)a; }
NOINLINE static double to_double(float a) { return a; }
NOINLINE static int to_int(double a) { return (int)a; }
NOINLINE static long long to_long_long(double a) { return (long long)a; }
NOINLINE static double from_int(int a) { return a; }
NOINLINE static double from_long_long(long long a) { return (double)a; }
NOINLINE static float add_float(float a, float b) { return a + b; }
NOINLINE static float multiply_float(float a, float b) { return a * b; }
NOINLINE static float divide_float(float a, float b) { return a / b; }

static u64 bits_of(double value)
{
    union number64 number = { .value = value };
    /* Which NaN comes out of two differs even between processors of one architecture. */
    return value != value ? 0x7ff8dead00000000ull : number.bits;
}

static u32 bits_of_float(float value)
{
    union number32 number = { .value = value };
    return value != value ? 0x7fc0dead : number.bits;
}

static double edge(int index)
{
    union number64 number = { .bits = edges[index] };
    return number.value;
}

static void doubles(void)
{
    for (int i = 0; i < EDGES; i++)
        for (int k = 0; k < EDGES; k++) {
            double a = edge(i), b = edge(k);
            say("%X %X: %X %X %X %X %d%d%d%d", edges[i], edges[k], bits_of(add(a, b)), bits_of(subtract(a, b)), bits_of(multiply(a, b)),
                bits_of(divide(a, b)), less(a, b), less_equal(a, b), equal(a, b), unordered(a, b));
        }
    for (int i = 0; i < EDGES; i++)
        say("%X: %X %X", edges[i], bits_of(negate(edge(i))), bits_of(absolute(edge(i))));
}

static void singles(void)
{
    for (int i = 0; i < EDGES; i++)
        for (int k = 0; k < EDGES; k++) {
            float a = to_float(edge(i)), b = to_float(edge(k));
            say("%x %x: %x %x %x", bits_of_float(a), bits_of_float(b), bits_of_float(add_float(a, b)), bits_of_float(multiply_float(a, b)),
                bits_of_float(divide_float(a, b)));
        }
}

static void conversions(void)
{
    static const double values[] = {
        0, -0.0, 0.5, 0.999999, 1, 1.5, 2.5, -0.5, -1.5, -2.5, 123456789.75, -123456789.75, 2147483647, -2147483648.0, 1e-300,
    };
    static const long long integers[] = {
        0, 1, -1, 0x7fffffff, -0x7fffffffll - 1, 0x20000000000001ll, 0x20000000000003ll, 0x7fffffffffffffffll, -0x7fffffffffffffffll - 1, 0x123456789abcdefll,
    };

    for (unsigned i = 0; i < sizeof values / sizeof *values; i++)
        say("%X: int %d, long long %X, float %x", bits_of(values[i]), to_int(values[i]), (u64)to_long_long(values[i]), bits_of_float(to_float(values[i])));
    for (unsigned i = 0; i < sizeof integers / sizeof *integers; i++)
        say("%X: %X, int %X", (u64)integers[i], bits_of(from_long_long(integers[i])), bits_of(from_int((int)integers[i])));
    say("double of a denormal float: %X", bits_of(to_double(to_float(1e-40))));
}

/* Series whose every step rounds. */
static void series(void)
{
    double sum = 0, power = 1, root = 2;
    float single = 0;

    for (int i = 1; i < 200; i++) {
        sum = add(sum, divide(1, from_int(i)));
        power = multiply(power, 1.01);
        single = add_float(single, 0.1f);
    }
    for (int i = 0; i < 30; i++)
        root = multiply(0.5, add(root, divide(2, root)));
    say("harmonic %X, power %X, tenths %x, root of 2 %X", bits_of(sum), bits_of(power), bits_of_float(single), bits_of(root));
}

static int run(int argc UNUSED, char **argv UNUSED, char **envp UNUSED)
{
    doubles();
    singles();
    conversions();
    series();
    return 0;
}
