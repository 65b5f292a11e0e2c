/* Quicksort of pointers to records, by a comparator that is called through a pointer: calls, returns, branches nobody can foretell. */

#define PROGRAM "qsortp"
#include "bench.h"

#define RECORDS 150000

struct record {
    u32 key;
    u32 place;
};

typedef int comparator(const struct record *, const struct record *);

static struct record records[RECORDS];
static struct record *order[RECORDS];

static int by_key(const struct record *a, const struct record *b)
{
    return a->key < b->key ? -1 : a->key > b->key;
}

static int by_key_backwards(const struct record *a, const struct record *b)
{
    return by_key(b, a);
}

/* volatile: the compiler must not know whom the sort calls. */
static comparator *volatile comparators[2] = { by_key, by_key_backwards };

static void swap(struct record **a, struct record **b)
{
    struct record *held = *a;
    *a = *b;
    *b = held;
}

static void sort(struct record **first, struct record **last, comparator *compare)
{
    while (last - first > 8) {
        struct record **middle = first + ((last - first) >> 1), **low = first, **high = last;
        struct record *pivot;

        if (compare(*middle, *first) < 0)
            swap(middle, first);
        if (compare(*last, *middle) < 0) {
            swap(last, middle);
            if (compare(*middle, *first) < 0)
                swap(middle, first);
        }
        pivot = *middle;
        for (;;) {
            do
                low++;
            while (compare(*low, pivot) < 0);
            do
                high--;
            while (compare(pivot, *high) < 0);
            if (low >= high)
                break;
            swap(low, high);
        }
        /* The shorter part by recursion, so that the stack stays shallow. */
        if (high - first < last - high) {
            sort(first, high, compare);
            first = high + 1;
        } else {
            sort(high + 1, last, compare);
            last = high;
        }
    }
    for (struct record **at = first + 1; at <= last; at++) {
        struct record *held = *at, **hole = at;
        for (; hole > first && compare(held, hole[-1]) < 0; hole--)
            *hole = hole[-1];
        *hole = held;
    }
}

static u32 work(u32 scale)
{
    u32 sum = FOLD_START, random = 4;

    for (u32 round = 0; round < scale; round++) {
        for (u32 i = 0; i < RECORDS; i++) {
            /* The low bits make all keys differ, so that the order does not depend on the sort. */
            records[i].key = next_random(&random) << 18 | i;
            records[i].place = i;
            order[i] = &records[i];
        }
        sort(order, order + RECORDS - 1, comparators[round & 1]);
        for (u32 i = 0; i < RECORDS; i += 97)
            sum = fold(sum, order[i]->place);
    }
    return sum;
}
