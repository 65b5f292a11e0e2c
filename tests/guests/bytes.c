/* Loads and stores of every size, signed and not, at every offset in a word, aligned for the machine and not, across pages. */

#include "guest.h"

typedef signed char s8;
typedef short s16;

struct __attribute__((packed, may_alias)) loose {
    u8 u8;
    u16 u16;
    u32 u32;
    u64 u64;
};

typedef u16 __attribute__((may_alias)) alias16;
typedef u32 __attribute__((may_alias)) alias32;
typedef u64 __attribute__((may_alias)) alias64;

NOINLINE static int load_s8(const s8 *at) { return *at; }
NOINLINE static int load_s16(const s16 *at) { return *at; }
NOINLINE static void store_u8(u8 *at, u8 value) { *at = value; }
NOINLINE static void store_u16(alias16 *at, u16 value) { *at = value; }
NOINLINE static void store_u32(alias32 *at, u32 value) { *at = value; }
NOINLINE static void store_u64(alias64 *at, u64 value) { *at = value; }
NOINLINE static u64 load_loose(const struct loose *at) { return at->u8 + ((u64)at->u16 << 8) + at->u32 * 3ull + at->u64; }
NOINLINE static void store_loose(struct loose *at, u64 value)
{
    at->u8 = (u8)value;
    at->u16 = (u16)(value >> 8);
    at->u32 = (u32)(value >> 24);
    at->u64 = value;
}

static void sign(void)
{
    static const s8 bytes[] = { 0, 1, -1, 127, -128 };
    static const s16 shorts[] = { 0, 1, -1, 32767, -32768 };

    for (int i = 0; i < 5; i++)
        say("signed %d %d", load_s8(&bytes[i]), load_s16(&shorts[i]));
}

/* Values are put together from bytes by the machine's order, so that the sums do not show it. */
static void neighbours(void)
{
    static union {
        u8 bytes[32];
        u64 words[4];
    } room;
    u32 changed = 0;

    for (int at = 0; at < 16; at++) {
        for (int i = 0; i < 32; i++)
            room.bytes[i] = (u8)(0xa0 + i);
        store_u8(&room.bytes[8 + at], 0x11);
        if ((at & 1) == 0)
            store_u16((alias16 *)(void *)&room.bytes[8 + at], 0x2222);
        if ((at & 3) == 0)
            store_u32((alias32 *)(void *)&room.bytes[8 + at], 0x33333333);
        if ((at & 7) == 0)
            store_u64((alias64 *)(void *)&room.bytes[8 + at], 0x4444444444444444ull);
        for (int i = 0; i < 32; i++)
            changed = changed * 31 + (room.bytes[i] != 0xa0 + i ? room.bytes[i] : 1);
    }
    say("stores change nothing beside them: %x", changed);
}

static void loose(void)
{
    u8 *pages = map_pages(2, PROT_READ | PROT_WRITE);
    u64 sum = 0;

    for (word at = 0; at < 32; at++) {
        struct loose *here = (struct loose *)(pages + page_bytes - 16 + at);
        store_loose(here, 0x0123456789abcdefull * (at + 1));
        sum = sum * 7 + load_loose(here);
    }
    say("packed structures at every offset, across the end of a page: %X", sum);
}

static void copies(void)
{
    static u8 from[96], to[96];
    u32 sum = 0;

    for (int i = 0; i < 96; i++)
        from[i] = (u8)(i * 7);
    for (int source = 0; source < 9; source++)
        for (int target = 0; target < 9; target++)
            for (int count = 0; count < 24; count += 5) {
                for (int i = 0; i < 96; i++)
                    to[i] = 0xee;
                for (int i = 0; i < count; i++)
                    to[target + i] = from[source + i];
                for (int i = 0; i < 40; i++)
                    sum = sum * 33 + to[i];
            }
    say("copies %x", sum);
}

static int run(int argc UNUSED, char **argv UNUSED, char **envp UNUSED)
{
    sign();
    neighbours();
    loose();
    copies();
    return 0;
}
