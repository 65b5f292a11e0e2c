/* Touches SCALE MiB, a byte in each page: what a page of guest memory costs the emulator besides itself, see ../../memory.sh. */

#define PROGRAM "touch"
#include "../bench.h"

#define MOST 512u

static volatile u8 memory[MOST << 20];

static u32 work(u32 scale)
{
    u32 sum = FOLD_START;

    if (scale > MOST)
        scale = MOST;
    for (u32 at = 0; at < scale << 20; at += 4096)
        sum += memory[at]++;
    return fold(sum, scale);
}
