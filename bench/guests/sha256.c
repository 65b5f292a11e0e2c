/*
 * SHA-256 (FIPS 180-4, section 6.2) of a message of `scale` times 512 KiB: rotations, additions and logic on 32-bit words, long
 * basic blocks. The checksum is the first word of the hash; the message is the bytes of the generator, the same in every part.
 */

#define PROGRAM "sha256"
#include "bench.h"

#define PART_BYTES (512u << 10)

static u8 part[PART_BYTES];

static const u32 first_hash[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static const u32 round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline u32 rotate_right(u32 value, int bits)
{
    return value >> bits | value << (32 - bits);
}

static inline u32 big_endian_word(const u8 *at)
{
    return (u32)at[0] << 24 | (u32)at[1] << 16 | (u32)at[2] << 8 | at[3];
}

static NOINLINE void compress(u32 hash[8], const u8 *block)
{
    u32 schedule[64];
    u32 a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4], f = hash[5], g = hash[6], h = hash[7];

    for (int t = 0; t < 16; t++)
        schedule[t] = big_endian_word(block + 4 * t);
    for (int t = 16; t < 64; t++) {
        u32 w2 = schedule[t - 2], w15 = schedule[t - 15];
        schedule[t] = (rotate_right(w2, 17) ^ rotate_right(w2, 19) ^ w2 >> 10) + schedule[t - 7]
            + (rotate_right(w15, 7) ^ rotate_right(w15, 18) ^ w15 >> 3) + schedule[t - 16];
    }
    for (int t = 0; t < 64; t++) {
        u32 first = h + (rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25)) + ((e & f) ^ (~e & g))
            + round_constants[t] + schedule[t];
        u32 second = (rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
    }
    hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d, hash[4] += e, hash[5] += f, hash[6] += g, hash[7] += h;
}

static u32 work(u32 scale)
{
    u32 hash[8], random = 3;
    u64 bits = (u64)scale * PART_BYTES * 8;
    u8 last[64];

    for (int i = 0; i < 8; i++)
        hash[i] = first_hash[i];
    for (u32 i = 0; i < PART_BYTES; i++)
        part[i] = (u8)next_random(&random);
    for (u32 round = 0; round < scale; round++)
        for (u32 at = 0; at < PART_BYTES; at += 64)
            compress(hash, part + at);
    /* The message is whole blocks: the last block is all padding. */
    for (int i = 0; i < 56; i++)
        last[i] = i ? 0 : 0x80;
    for (int i = 0; i < 8; i++)
        last[56 + i] = (u8)(bits >> (56 - 8 * i));
    compress(hash, last);
    return hash[0];
}
