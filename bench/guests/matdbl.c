/*
 * Matrices of doubles, 200 x 200. All values are small integers, so that every product and sum is exact in 53 bits (and in the
 * 64 bits of x87), and the checksum does not depend on how a machine rounds.
 */

#define PROGRAM "matdbl"
#include "bench.h"

#define N 200

static double left[N][N], right[N][N], product[N][N];

static u32 work(u32 scale)
{
    u32 sum = FOLD_START, random = 2;

    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            left[i][j] = (double)(int)(next_random(&random) & 1023);
            right[i][j] = (double)(int)(next_random(&random) & 1023);
        }
    for (u32 round = 0; round < scale; round++) {
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                double cell = 0;
                for (int k = 0; k < N; k++)
                    cell += left[i][k] * right[k][j];
                product[i][j] = cell;               /* below 200 * 2^20 < 2^28 */
            }
        for (int i = 0; i < N; i++) {
            u32 cell = (u32)(int)product[round % N][i];
            left[i][round % N] = (double)(int)((cell >> 3) & 1023);
            sum = fold(sum, (u32)(int)product[i][N - 1 - i]);
        }
    }
    return sum;
}
