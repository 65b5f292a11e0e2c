/*
 * Systems code in small, after the mix that Weicker describes for Dhrystone (Communications of the ACM 27, 1984): records through
 * pointers, short procedures with a few parameters, string assignment and comparison, a switch over an enumeration, globals, a
 * little arithmetic with a division. The text is our own.
 */

#define PROGRAM "dhry"
#include "bench.h"

#define ROUNDS 45000
#define TEXT_BYTES 32

enum colour { RED, GREEN, BLUE, YELLOW, COLOURS };

struct item {
    struct item *partner;
    enum colour colour;
    int weight;
    char name[TEXT_BYTES];
};

static struct item first_item, second_item;
static struct item *volatile current = &first_item;
static int table[50], matrix[50][50];
static int total;
static char mark;

static NOINLINE void assign_text(char *to, const char *from)
{
    while ((*to++ = *from++) != 0)
        ;
}

static NOINLINE int compare_text(const char *a, const char *b)
{
    for (; *a && *a == *b; a++, b++)
        ;
    return (u8)*a - (u8)*b;
}

/* Field by field: for an assignment some compilers call memcpy, which only a libc has. */
static void copy_item(struct item *to, const struct item *from)
{
    to->partner = from->partner;
    to->colour = from->colour;
    to->weight = from->weight;
    for (int i = 0; i < TEXT_BYTES; i++)
        to->name[i] = from->name[i];
}

static NOINLINE enum colour next_colour(enum colour colour)
{
    switch (colour) {
    case RED:
        return total > 100 ? GREEN : YELLOW;
    case GREEN:
        return BLUE;
    case BLUE:
        mark ^= 1;
        return RED;
    case YELLOW:
        return GREEN;
    default:
        return RED;
    }
}

static NOINLINE int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static NOINLINE void fill(int *row, int (*cells)[50], int index, int value)
{
    int at = clamp(index + 5, 0, 44);

    row[at] = value;
    row[at + 1] = row[at];
    row[at + 5] = at;
    for (int column = at; column <= at + 1; column++)
        cells[at][column] = at;
    cells[at][at - 1 < 0 ? 0 : at - 1] += 1;
    cells[at + 5][at] = row[at];
    total += 5;
}

static NOINLINE void visit(struct item *item)
{
    struct item *partner = item->partner;

    copy_item(partner, item);
    partner->partner = partner;
    partner->weight = clamp(item->weight + 7, 0, 1000);
    partner->colour = next_colour(item->colour);
    if (partner->colour == BLUE)
        partner->weight += 3;
    else
        copy_item(item, partner);
    item->partner = &second_item;
}

#ifdef __alpha__
/* alpha divides by a routine of libc's. This one takes its place: bit by bit, for numbers that are not negative. */
static NOINLINE int quotient(int amount, int parts)
{
    u32 rest = 0, digits = (u32)amount;

    for (int bit = 0; bit < 32; bit++) {
        rest = rest << 1 | digits >> 31;
        digits <<= 1;
        if (rest >= (u32)parts) {
            rest -= (u32)parts;
            digits++;
        }
    }
    return (int)digits;
}
#else
static inline int quotient(int amount, int parts)
{
    return amount / parts;
}
#endif

/* What each gets, and what nobody gets. */
static NOINLINE int share(int amount, int parts)
{
    int each = quotient(amount, parts);
    return each + (amount - each * parts);
}

static u32 work(u32 scale)
{
    u32 sum = FOLD_START;

    assign_text(first_item.name, "dhrystone-like, first text");
    first_item.partner = &second_item;
    first_item.colour = RED;
    first_item.weight = 40;
    total = 0;
    for (u32 round = 0; round < scale * ROUNDS; round++) {
        char here[TEXT_BYTES], there[TEXT_BYTES];
        int turn = (int)(round & 31), part;

        assign_text(here, "dhrystone-like, second text");
        assign_text(there, turn & 1 ? "dhrystone-like, second text" : "dhrystone-like, third text");
        if (compare_text(here, there) > 0)
            total += 2;
        part = share(total & 1023, turn + 1);
        fill(table, matrix, turn, part);
        visit(current);
        for (enum colour colour = RED; colour < COLOURS; colour++)
            if (next_colour(colour) == first_item.colour)
                part += compare_text(first_item.name, there) < 0 ? 1 : 2;
        total = (total + part) & 0xffff;
        if (turn == 31)
            sum = fold(sum, (u32)total + (u32)mark + (u32)matrix[7][7] + (u32)second_item.weight + (u32)table[30]);
    }
    return sum;
}
