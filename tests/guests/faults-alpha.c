/* What alpha adds to faults: accesses that the kernel aligns, gentrap, breakpoints, arithmetic traps, every register through a signal. */

#include "guest.h"

static const char *code_of(int signal, int code)
{
    static const struct name trap[] = { NAME(TRAP_BRKPT), NAME(TRAP_TRACE), NAME(TRAP_UNK) };
    static const struct name floating[] = {
        NAME(FPE_INTDIV), NAME(FPE_INTOVF), NAME(FPE_FLTDIV), NAME(FPE_FLTOVF), NAME(FPE_FLTUND), NAME(FPE_FLTRES), NAME(FPE_FLTINV), NAME(FPE_FLTUNK),
    };
    static const struct name bus[] = { NAME(BUS_ADRALN), NAME(BUS_ADRERR) };
    static const struct name illegal[] = { NAME(ILL_ILLOPC), NAME(ILL_ILLOPN), NAME(ILL_ILLTRP), NAME(ILL_PRVOPC) };
    static const struct name segment[] = { NAME(SEGV_MAPERR), NAME(SEGV_ACCERR) };
    const char *found = signal == SIGTRAP ? name_in(trap, 3, code) : signal == SIGFPE ? name_in(floating, 8, code)
        : signal == SIGBUS ? name_in(bus, 2, code) : signal == SIGILL ? name_in(illegal, 4, code)
        : signal == SIGSEGV ? name_in(segment, 2, code) : 0;

    return found ? found : "another";
}

static char *label, *resume;
static u64 control, result;

static void on_fault(int signal, siginfo_t *info, struct context *context)
{
    control = context->machine.sc_fpcr;
    result = context->machine.sc_fpregs[11];
    say("  %n, %s, pc: %d behind the label", signal, code_of(signal, info->si_code), (int)(CONTEXT_PC(context) - (long)label));
    CONTEXT_PC(context) = (long)resume;
}

#define FAULT(what, ...) do { \
        say("%s", what); \
        __asm__ volatile("lda $1, 1f; stq $1, %0; lda $1, 2f; stq $1, %1; " __VA_ARGS__ "\n2:" : "=m"(label), "=m"(resume) \
                         :: "$0", "$1", "$2", "$3", "$16", "$f10", "$f11", "$f12", "memory"); \
    } while (0)

/* Linux does what the processor does not, for processes that did not ask for SIGBUS. */
static void unaligned(void)
{
    static u64 room[4] __attribute__((aligned(32)));
    u8 *at = (u8 *)room;
    u64 quad, stored = 0x1122334455667788ull;
    long word_value, short_value, long_value;

    for (int i = 0; i < 32; i++)
        at[i] = (u8)(0xf0 - i * 7);
    for (int offset = 1; offset < 8; offset += 2) {
        __asm__ volatile("ldq %0, 0(%1)" : "=r"(quad) : "r"(at + offset) : "memory");
        __asm__ volatile("ldl %0, 0(%1)" : "=r"(long_value) : "r"(at + offset) : "memory");
        __asm__ volatile(".arch ev6; ldwu %0, 0(%1)" : "=r"(word_value) : "r"(at + offset) : "memory");
        __asm__ volatile("sextw %1, %0" : "=r"(short_value) : "r"(word_value));
        say("loads at +%d: %X %X %X %X", offset, quad, (u64)long_value, (u64)word_value, (u64)short_value);
    }
    __asm__ volatile("stq %0, 0(%1)" :: "r"(stored), "r"(at + 3) : "memory");
    __asm__ volatile("stl %0, 0(%1)" :: "r"(stored), "r"(at + 13) : "memory");
    __asm__ volatile(".arch ev6; stw %0, 0(%1)" :: "r"(stored), "r"(at + 21) : "memory");
    say("stores: %X %X %X %X", room[0], room[1], room[2], room[3]);
    {
        double value = 1.5;
        __asm__ volatile("stt %1, 5(%0); ldt $f10, 5(%0); stt $f10, 0(%0)" :: "r"(at), "f"(value) : "memory", "$f10");
        say("floating: %X", room[0]);
    }
    /* Not aligned on purpose: ldq_u. */
    __asm__ volatile("ldq_u %0, 5(%1)" : "=r"(quad) : "r"(at) : "memory");
    say("ldq_u: %?", quad == room[0]);
}

static void traps(void)
{
    FAULT("illegal", "1: .long 0x04000000");
    FAULT("privileged", "1: call_pal 0x30");        /* swpctx */
    FAULT("breakpoint", "1: call_pal 0x80");
    FAULT("bugchk", "1: call_pal 0x81");
    FAULT("gentrap, integer overflow", "lda $16, -1($31)\n1: call_pal 0xaa");
    FAULT("gentrap, division by zero", "lda $16, -2($31)\n1: call_pal 0xaa");
    FAULT("gentrap, floating overflow", "lda $16, -3($31)\n1: call_pal 0xaa");
    FAULT("gentrap, floating division", "lda $16, -4($31)\n1: call_pal 0xaa");
    FAULT("gentrap, floating underflow", "lda $16, -5($31)\n1: call_pal 0xaa");
    FAULT("gentrap, invalid", "lda $16, -6($31)\n1: call_pal 0xaa");
    FAULT("gentrap, inexact", "lda $16, -7($31)\n1: call_pal 0xaa");
    FAULT("gentrap, subscript", "lda $16, -18($31)\n1: call_pal 0xaa");
    FAULT("gentrap, unknown", "lda $16, 100($31)\n1: call_pal 0xaa");
    FAULT("load from null", "1: ldq $1, 0($31)\n ldq $1, 8($31)");
    FAULT("a load to $31 is a prefetch", "1: ldl $31, 0($31)");
}

#define ONE "lda $2, 0x3ff($31); sll $2, 52, $2; stq $2, 0($30); ldt $f10, 0($30)\n"

/* Exceptions that have been noted: invalid, division, overflow, underflow, integer overflow. Inexact ones are left out: QEMU notes more of them. */
#define NOTED() say("  noted: %x", (u32)(control >> 52) & 0x2f)

/* Without /s in the instruction, an arithmetic trap ends in SIGFPE, at the trap barrier at the latest. */
static void arithmetic(void)
{
    FAULT("1 / 0 without software completion", ONE "1: divt $f10, $f31, $f11; trapb");
    NOTED();
    FAULT("0 / 0", "1: divt $f31, $f31, $f11; trapb");
    NOTED();
    FAULT("integer overflow, addqv", "lda $2, -1($31); srl $2, 1, $2\n1: addqv $2, 1, $3; trapb");
    NOTED();
    FAULT("mullv", "ldah $2, 0x7000($31)\n1: mullv $2, $2, $3; trapb");
    NOTED();
    FAULT("cvttqv of a large one", "lda $2, 0x43e($31); sll $2, 52, $2; stq $2, 0($30); ldt $f10, 0($30)\n1: cvttq/v $f10, $f11; trapb");
    NOTED();
}

/* Traps that a program has asked for, and nothing noted: the word of include/uapi/asm/fpu.h. */
static void ask_for(u64 traps)
{
    u64 word_value[1] = { traps };

    if (CALL2(osf_setsysinfo, 14, word_value) != 0)
        say("SSI_IEEE_FP_CONTROL is refused");
}

/* With /s the kernel completes the instruction before the signal: the result is there, and which exception it was. */
#define COMPLETED(what, ...) do { \
        ask_for(0x3e); \
        FAULT(what, __VA_ARGS__ "; trapb"); \
        if ((result << 1) > 0x7ffull << 53) \
            result &= ~0ull >> 1;        /* the sign of a NaN: QEMU has none */ \
        say("  result: %X", result); \
        NOTED(); \
    } while (0)

static void completed(void)
{
    COMPLETED("1 / 0, completed", ONE "1: divt/su $f10, $f31, $f11");
    COMPLETED("0 / 0, completed", "1: divt/su $f31, $f31, $f11");
    COMPLETED("1 / 0, single", ONE "1: divs/su $f10, $f31, $f11");
    COMPLETED("overflow, up", "lda $2, 0x7fe($31); sll $2, 52, $2; stq $2, 0($30); ldt $f10, 0($30)\n1: mult/su $f10, $f10, $f11");
    COMPLETED("overflow, to zero", "lda $2, 0x7fe($31); sll $2, 52, $2; stq $2, 0($30); ldt $f10, 0($30)\n1: mult/suc $f10, $f10, $f11");
    COMPLETED("overflow, single", "lda $2, 0x5fe($31); sll $2, 52, $2; stq $2, 0($30); ldt $f10, 0($30)\n1: cvtts/su $f10, $f11");
    COMPLETED("underflow", "lda $2, 0x1ff($31); sll $2, 52, $2; lda $2, 1($2); stq $2, 0($30); ldt $f10, 0($30)\n1: mult/su $f10, $f10, $f11");
    COMPLETED("underflow, single", "lda $2, 0x370($31); sll $2, 52, $2; lda $2, 1($2); stq $2, 0($30); ldt $f10, 0($30)\n1: cvtts/su $f10, $f11");
    COMPLETED("inexact", ONE "lda $2, 0x401($31); sll $2, 52, $2; lda $2, 1($2); stq $2, 0($30); ldt $f12, 0($30)\n1: divt/sui $f10, $f12, $f11");
    COMPLETED("root of -1", "lda $2, 0xbff($31); sll $2, 52, $2; stq $2, 0($30); ldt $f10, 0($30)\n1: .arch ev6; sqrtt/su $f10, $f11");
    COMPLETED("a signalling NaN", "lda $2, 0x7ff($31); sll $2, 52, $2; lda $2, 1($2); stq $2, 0($30); ldt $f10, 0($30)\n1: addt/su $f10, $f31, $f11");
    COMPLETED("less than a NaN", "lda $2, 0x7ff($31); sll $2, 52, $2; lda $2, 1($2); stq $2, 0($30); ldt $f10, 0($30)\n1: cmptlt/su $f10, $f31, $f11");
    ask_for(0);
}

u64 values[31], after[31], floats[31], floats_after[31];

static void on_registers(int signal, siginfo_t *info UNUSED, struct context *context)
{
    struct sigcontext *machine = &context->machine;

    say("  %n", signal);
    for (int i = 0; i < 31; i++) {
        if (i == 29 || i == 30)
            continue;
        say("  $%d: %X, $f%d: %X", i, (u64)machine->sc_regs[i], i, (u64)machine->sc_fpregs[i]);
        machine->sc_regs[i] = ~machine->sc_regs[i];
        machine->sc_fpregs[i] ^= 0xff;
    }
    say("  $31: %X, fpcr %X", (u64)machine->sc_regs[31], (u64)machine->sc_fpcr & 0x7cff800000000000ull);
    CONTEXT_PC(context) = (long)resume;
    __asm__ volatile("fclr $f3; fclr $f20" ::: "$f3");
}

/* $0 has the address of the values; $29 and $30 keep their own. */
NOINLINE static void registers(void)
{
    say("every register");
    catch_signal(SIGTRAP, on_registers, SA_SIGINFO, 0);
    for (u64 i = 0; i < 31; i++) {
        values[i] = 0x1111111111111111ull * i + 0x0123456789abcdefull;
        floats[i] = 0x4000000000000000ull + (i << 48);
    }
    __asm__ volatile(
        "lda $0, 2f; stq $0, %0\n"
        "lda $30, -128($30)\n"
        "stq $9, 0($30); stq $10, 8($30); stq $11, 16($30); stq $12, 24($30); stq $13, 32($30); stq $14, 40($30); stq $15, 48($30); stq $26, 56($30)\n"
        "stt $f2, 64($30); stt $f3, 72($30); stt $f4, 80($30); stt $f5, 88($30); stt $f6, 96($30); stt $f7, 104($30); stt $f8, 112($30); stt $f9, 120($30)\n"
        ".set noat\n"
        "lda $0, floats\n"
        ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30\n ldt $f\\n, 8*\\n($0)\n .endr\n"
        "lda $0, values\n"
        ".irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28\n ldq $\\n, 8*\\n($0)\n .endr\n"
        "ldq $0, 0($0)\n"
        "call_pal 0x81\n"
        "2: stq $1, -8($30)\n"
        "lda $1, after\n"
        ".irp n, 0,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28\n stq $\\n, 8*\\n($1)\n .endr\n"
        "ldq $0, -8($30); stq $0, 8($1)\n"
        "lda $1, floats_after\n"
        ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30\n stt $f\\n, 8*\\n($1)\n .endr\n"
        ".set at\n"
        "ldt $f2, 64($30); ldt $f3, 72($30); ldt $f4, 80($30); ldt $f5, 88($30); ldt $f6, 96($30); ldt $f7, 104($30); ldt $f8, 112($30); ldt $f9, 120($30)\n"
        "ldq $9, 0($30); ldq $10, 8($30); ldq $11, 16($30); ldq $12, 24($30); ldq $13, 32($30); ldq $14, 40($30); ldq $15, 48($30); ldq $26, 56($30)\n"
        "lda $30, 128($30)\n"
        : "=m"(resume) :: "$0", "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$16", "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24", "$25",
        "$27", "$28", "$f0", "$f1", "$f10", "$f11", "$f12", "$f13", "$f14", "$f15", "$f16", "$f17", "$f18", "$f19", "$f20", "$f21", "$f22", "$f23",
        "$f24", "$f25", "$f26", "$f27", "$f28", "$f29", "$f30", "memory");
    for (int i = 0; i < 31; i++)
        if (i != 29 && i != 30)
            say("  after: $%d %X, $f%d %X", i, after[i], i, floats_after[i]);
}

static void unique(void)
{
    u64 value;

    __asm__ volatile("lda $16, 0x1234($31); call_pal 0x9f; call_pal 0x9e; mov $0, %0" : "=r"(value) :: "$0", "$16", "$1", "$22", "$23", "$24", "$25");
    say("rduniq after wruniq: %X", value);
}

static int run(int argc UNUSED, char **argv UNUSED, char **envp UNUSED)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };

    for (int i = 0; i < 5; i++)
        catch_signal(signals[i], on_fault, SA_SIGINFO, 0);
    unaligned();
    traps();
    arithmetic();
    completed();
    registers();
    unique();
    return 0;
}
