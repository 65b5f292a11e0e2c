/* Prints what execve() left on its stack, and exits with argc. */

#include "start.h"

#define OUTPUT_BYTES 6000

/* .bss: longer than a page of most machines, so that some of it is beyond the last page with bytes of the file. */
static char output[OUTPUT_BYTES];

/* .data: the free bytes of output. It has to be in the file and has to be writable. */
static unsigned long room = OUTPUT_BYTES;

/* .rodata. Digits are counted off by subtraction: alpha has no divide instruction and there is no libgcc here. */
static const unsigned long powers_of_ten[] = { 1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1 };

static void flush(void)
{
    const char *from = output;
    unsigned long left = OUTPUT_BYTES - room;

    while (left) {
        long written = invoke(SYS_WRITE, 1, (long)from, (long)left);
        if (written <= 0)
            leave(255);
        from += written;
        left -= (unsigned long)written;
    }
    room = OUTPUT_BYTES;
}

static void put(char c)
{
    output[OUTPUT_BYTES - room] = c;
    if (--room == 0)
        flush();
}

static void text(const char *from)
{
    while (*from)
        put(*from++);
}

static void decimal(unsigned long value)
{
    int started = 0;

    for (unsigned i = 0; i < sizeof powers_of_ten / sizeof *powers_of_ten; i++) {
        char digit = '0';
        for (; value >= powers_of_ten[i]; value -= powers_of_ten[i])
            digit++;
        started |= digit != '0' || powers_of_ten[i] == 1;
        if (started)
            put(digit);
    }
}

static void hexadecimal(unsigned long value)
{
    int shift = (int)sizeof value * 8 - 4;

    while (shift && !(value >> shift))
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        put("0123456789abcdef"[(value >> shift) & 15]);
}

static void field(const char *name, unsigned long value)
{
    text(name);
    decimal(value);
}

void start(const unsigned long *words)
{
    unsigned long argc = words[0];
    const unsigned long *envp = words + 1 + argc + 1;
    unsigned long envc = 0;

    while (envp[envc])
        envc++;

    field("argc ", argc);
    field("\nenvc ", envc);
    put('\n');
    for (const unsigned long *aux = envp + envc + 1; aux[0]; aux += 2) {
        field("auxv ", aux[0]);
        text(" 0x");
        hexadecimal(aux[1]);
        put('\n');
    }
    text("hello from " ABI "\n");
    flush();
    leave((long)(argc & 0xff));
}
