/* What a program starts with: arguments, environment, auxiliary vector, registers and stack, bss. Exit code: the number of arguments. */

#include "guest.h"

static u8 zeroed[100000];
static u8 initialised[5] = { 1, 2, 3, 4, 5 };

static const word *auxiliary_vector;

static word auxiliary(word type)
{
    for (const word *at = auxiliary_vector; at[0]; at += 2)
        if (at[0] == type)
            return at[1];
    return 0;
}

static int run(int argc, char **argv, char **envp)
{
    int zero = 1, count = 0;
    char **at = envp;

    say("argc %d", argc);
    for (int i = 1; i < argc; i++)
        say("argument %d: '%s' of %w bytes", i, argv[i], length_of(argv[i]));
    say("argv ends: %?", argv[argc] == 0);
    for (; *at; at++, count++)
        say("environment: '%s'", *at);
    auxiliary_vector = (const word *)(at + 1);
    say("AT_PHDR, AT_ENTRY, AT_RANDOM are there: %?", auxiliary(AT_PHDR) && auxiliary(AT_ENTRY) && auxiliary(AT_RANDOM));
    say("AT_BASE %w, AT_FLAGS %w, AT_SECURE %w, AT_PHNUM %?", auxiliary(AT_BASE), auxiliary(AT_FLAGS), auxiliary(AT_SECURE),
        auxiliary(AT_PHNUM) > 0);
    say("AT_EXECFN is argv[0]: %?", same_text((const char *)auxiliary(AT_EXECFN), argv[0]));
    for (unsigned i = 0; i < sizeof zeroed; i++)
        zero &= zeroed[i] == 0;
    say("bss is zero: %?, data %d", zero, initialised[0] + initialised[4]);
    return argc;
}
