/* 32-bit integer matrices of 200 x 200, multiplied by the schoolbook; the inner loop walks a row and a column. */

#define PROGRAM "matint"
#include "bench.h"

#define N 200

static u32 left[N][N], right[N][N], product[N][N];

static u32 work(u32 scale)
{
    u32 sum = FOLD_START, random = 1;

    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            left[i][j] = next_random(&random);
            right[i][j] = next_random(&random);
        }
    for (u32 round = 0; round < scale; round++) {
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                u32 cell = 0;
                for (int k = 0; k < N; k++)
                    cell += left[i][k] * right[k][j];
                product[i][j] = cell;
            }
        /* The next round multiplies other numbers, so that no round can be left out. */
        for (int i = 0; i < N; i++) {
            left[i][round % N] += product[round % N][i];
            sum = fold(sum, product[i][N - 1 - i]);
        }
    }
    return sum;
}
