/* The sieve of Eratosthenes over 2 Mi bytes: byte stores with growing strides, nearly no arithmetic. */

#define PROGRAM "sieve"
#include "bench.h"

#define LIMIT (2u << 20)

static u8 composite[LIMIT];

static u32 work(u32 scale)
{
    u32 sum = FOLD_START;

    for (u32 round = 0; round < scale; round++) {
        u32 primes = 0;

        for (u32 i = 0; i < LIMIT; i++)
            composite[i] = 0;
        for (u32 i = 2; i < LIMIT; i++) {
            if (composite[i])
                continue;
            primes++;
            for (u32 multiple = i + i; multiple < LIMIT; multiple += i)
                composite[multiple] = 1;
        }
        sum = fold(sum, primes + round);
    }
    return sum;
}
