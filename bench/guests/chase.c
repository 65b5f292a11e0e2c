/*
 * A pointer chase: one random cycle through 1 Mi nodes of 64 bytes, 64 MiB in all. Every hop is another page, cache line and TLB
 * entry; one round is 1 Mi hops. The cycle is Sattolo's ("An algorithm to generate a random cyclic permutation", Information
 * Processing Letters 22, 1986), made once.
 */

#define PROGRAM "chase"
#include "bench.h"

#define NODES (1u << 20)

struct node {
    struct node *next;
    u32 number;
} __attribute__((aligned(64)));

static struct node nodes[NODES];

static u32 work(u32 scale)
{
    u32 sum = FOLD_START, random = 5;
    struct node *at = nodes;

    for (u32 i = 0; i < NODES; i++) {
        nodes[i].next = &nodes[i];
        nodes[i].number = i * 2654435761u;
    }
    for (u32 i = NODES - 1; i > 0; i--) {
        u32 other = random_below(&random, i);
        struct node *held = nodes[i].next;
        nodes[i].next = nodes[other].next;
        nodes[other].next = held;
    }
    for (u32 hop = 0; hop < scale * NODES; hop++) {
        sum += at->number ^ hop;
        at = at->next;
    }
    return fold(sum, at->number);
}
