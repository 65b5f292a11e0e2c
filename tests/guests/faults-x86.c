/* What x86 adds to faults: trap numbers and error codes, every register through a signal, divide errors, privileged instructions. */

#include "guest.h"

#ifdef __x86_64__
#define PREFIX "r"
#define PC rip
#else
#define PREFIX "e"
#define PC eip
#endif

static word resume;                                 /* where the handler goes on */
static char *fault_label;

static void on_fault(int signal, siginfo_t *info, struct context *context)
{
    const struct sigcontext *machine = &context->machine;
    word flags;

    /* In a handler the direction flag is clear, whatever it was. */
    __asm__ volatile("pushf; pop %0" : "=r"(flags));
    say("  %n, code %d, trap %u, error %u, at the label: %?, address: %s, direction %u", signal, info->si_code, (unsigned)machine->trapno,
        (unsigned)machine->err & 0xffff, (word)machine->PC == (word)fault_label, info->si_addr == 0 ? "zero" : (word)info->si_addr == (word)machine->PC
        ? "the instruction's" : "another", (unsigned)(flags >> 10 & 1));
    context->machine.PC = resume;
}

/* Executes text, which faults at label 1; the handler goes on at label 2, which is at the end unless the text has its own. */
#ifdef __x86_64__
#define SET_LABELS "leaq 1f(%%rip), %%rax; movq %%rax, %0; leaq 2f(%%rip), %%rax; movq %%rax, %1\n"
#else
#define SET_LABELS "movl $1f, %0; movl $2f, %1\n"
#endif
#define FAULT(what, text) do { \
        say("%s", what); \
        __asm__ volatile(SET_LABELS text "\n2:\n" : "=m"(fault_label), "=m"(resume) :: "eax", "ecx", "edx", "memory", "cc"); \
    } while (0)

static void exceptions(void)
{
    FAULT("divide by zero", "xorl %%edx, %%edx; movl $5, %%eax; xorl %%ecx, %%ecx\n1: divl %%ecx");
    FAULT("signed division that overflows", "movl $0x80000000, %%eax; cltd; movl $-1, %%ecx\n1: idivl %%ecx");
    FAULT("byte division that overflows", "movl $0x1234, %%eax; movl $1, %%ecx\n1: divb %%cl");
    FAULT("ud2", "1: ud2");
    FAULT("hlt", "1: hlt");
    FAULT("in", "1: inb $0x80, %%al");
    FAULT("out", "1: outb %%al, $0x80");
    FAULT("cli", "1: cli");
    FAULT("lgdt", "1: lgdt (%%" PREFIX "sp)");
    FAULT("mov to cr0", "1: mov %%" PREFIX "ax, %%cr0");
    FAULT("rdmsr", "1: rdmsr");
    FAULT("wbinvd", "1: wbinvd");
    FAULT("int3", "int3\n1:");
    FAULT("int $3", "int $3\n1:");
    FAULT("int $0x42", "1: int $0x42");
    FAULT("a selector that is not there", "movl $0x1234, %%eax\n1: movw %%ax, %%es");
    FAULT("movaps, not aligned", "1: movaps 8(%%" PREFIX "sp), %%xmm0; movaps 4(%%" PREFIX "sp), %%xmm0");
    FAULT("write to null", "xorl %%eax, %%eax\n1: movl %%eax, (%%" PREFIX "ax)");
    FAULT("read from null, direction set", "xorl %%eax, %%eax; std\n1: movb (%%" PREFIX "ax), %%al\n2: cld");
#ifdef __x86_64__
    FAULT("an address that is not canonical", "movabsq $0x8000000000000000, %%rax\n1: movq (%%rax), %%rcx");
    FAULT("the same by the stack", "movq %%rsp, %%rcx; movabsq $0x8000000000000000, %%rsp\n1: pushq %%rax\n2: movq %%rcx, %%rsp");
    FAULT("push in 64-bit mode of es: illegal", "1: .byte 0x06");
    FAULT("into in 64-bit mode: illegal", "1: .byte 0xce");
#else
    FAULT("into", "movl $0x7fffffff, %%eax; incl %%eax; into\n1:");
    FAULT("bound", "movl $77, %%eax\n1: boundl %%eax, bounds");
    FAULT("aaa does not fault", "1: movl $0x000f, %%eax; aaa; cmpl $0x0105, %%eax; je 2f; ud2");
    FAULT("aam with 0", "movl $77, %%eax\n1: .byte 0xd4, 0");
#endif
}

#ifndef __x86_64__
__asm__(".data; bounds: .long 1, 50; .text");
#endif

/* EFLAGS.AC: data that is not aligned is SIGBUS. */
static void alignment(void)
{
    FAULT("alignment check", "pushf; orl $0x40000, (%%" PREFIX "sp); popf; xorl %%ecx, %%ecx\n"
          "1: movl 1(%%" PREFIX "sp), %%eax\n2: pushf; andl $~0x40000, (%%" PREFIX "sp); popf");
}

#ifdef __x86_64__

/* Every register has a value when the signal comes, the handler sees and changes them, and then they have the changed ones. */
u64 values[16], after[16], vector[32][2], vectors_after[32][2];
word flags_after;

static void on_registers(int signal, siginfo_t *info UNUSED, struct context *context)
{
    struct sigcontext *machine = &context->machine;
    u64 *seen[] = {
        (u64 *)&machine->rax, (u64 *)&machine->rbx, (u64 *)&machine->rcx, (u64 *)&machine->rdx, (u64 *)&machine->rsi, (u64 *)&machine->rdi,
        (u64 *)&machine->rbp, 0, (u64 *)&machine->r8, (u64 *)&machine->r9, (u64 *)&machine->r10, (u64 *)&machine->r11, (u64 *)&machine->r12,
        (u64 *)&machine->r13, (u64 *)&machine->r14, (u64 *)&machine->r15,
    };
    u32 *xmm = (u32 *)((u8 *)machine->fpstate + 160);

    say("  %n", signal);
    for (int i = 0; i < 16; i++)
        if (seen[i]) {
            say("  register %d: %X", i, *seen[i]);
            *seen[i] = ~*seen[i];
        }
    for (int i = 0; i < 16; i++) {
        say("  xmm%d: %x %x %x %x", i, xmm[4 * i + 3], xmm[4 * i + 2], xmm[4 * i + 1], xmm[4 * i]);
        xmm[4 * i] += 1;
    }
    say("  flags %x, cs %x, mxcsr %x", (u32)machine->eflags & 0xcd5, (u32)machine->cs, ((u32 *)machine->fpstate)[6]);
    machine->eflags ^= 0x8d5;
    machine->rip += 2;
    /* What the handler itself does to them is forgotten. */
    __asm__ volatile("pxor %%xmm3, %%xmm3; pxor %%xmm12, %%xmm12" ::: "xmm3", "xmm12");
}

NOINLINE static void registers(void)
{
    say("every register");
    catch_signal(SIGILL, on_registers, SA_SIGINFO, 0);
    for (int i = 0; i < 16; i++) {
        values[i] = 0x1111111111111111ull * (u64)i + 0x0123456789abcdefull;
        vector[i][0] = values[i] * 3;
        vector[i][1] = values[i] * 5;
    }
    __asm__ volatile(
        "pushq %%rbx; pushq %%rbp; pushq %%r12; pushq %%r13; pushq %%r14; pushq %%r15\n"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n movups vector+\\n*16(%%rip), %%xmm\\n\n .endr\n"
        "movq values+8(%%rip), %%rbx; movq values+16(%%rip), %%rcx; movq values+24(%%rip), %%rdx; movq values+32(%%rip), %%rsi\n"
        "movq values+40(%%rip), %%rdi; movq values+48(%%rip), %%rbp\n"
        ".irp n, 8, 9, 10, 11, 12, 13, 14, 15\n movq values+\\n*8(%%rip), %%r\\n\n .endr\n"
        "xorl %%eax, %%eax; stc; movq values(%%rip), %%rax\n"
        "ud2\n"
        "pushf; popq flags_after(%%rip)\n"
        "movq %%rax, after(%%rip); movq %%rbx, after+8(%%rip); movq %%rcx, after+16(%%rip); movq %%rdx, after+24(%%rip); movq %%rsi, after+32(%%rip)\n"
        "movq %%rdi, after+40(%%rip); movq %%rbp, after+48(%%rip)\n"
        ".irp n, 8, 9, 10, 11, 12, 13, 14, 15\n movq %%r\\n, after+\\n*8(%%rip)\n .endr\n"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n movups %%xmm\\n, vectors_after+\\n*16(%%rip)\n .endr\n"
        "popq %%r15; popq %%r14; popq %%r13; popq %%r12; popq %%rbp; popq %%rbx\n"
        ::: "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",
        "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
    for (int i = 0; i < 16; i++)
        if (i != 7)
            say("  after %d: %X", i, after[i]);
    for (int i = 0; i < 16; i++)
        say("  xmm%d after: %X %X", i, vectors_after[i][1], vectors_after[i][0]);
    say("  flags after %x", (u32)flags_after & 0xcd5);
}

#else

u32 values[8], after[8];
word flags_after;

static void on_registers(int signal, siginfo_t *info UNUSED, struct context *context)
{
    struct sigcontext *machine = &context->machine;
    u32 *seen[] = {
        (u32 *)&machine->eax, (u32 *)&machine->ebx, (u32 *)&machine->ecx, (u32 *)&machine->edx, (u32 *)&machine->esi, (u32 *)&machine->edi,
        (u32 *)&machine->ebp,
    };

    say("  %n", signal);
    for (int i = 0; i < 7; i++) {
        say("  register %d: %x", i, *seen[i]);
        *seen[i] = ~*seen[i];
    }
    say("  flags %x, cs %x, esp_at_signal is esp: %?", (u32)machine->eflags & 0xcd5, (u32)machine->cs, machine->esp == machine->esp_at_signal);
    machine->eflags ^= 0x8d5;
    machine->eip += 2;
}

NOINLINE static void registers(void)
{
    say("every register");
    catch_signal(SIGILL, on_registers, SA_SIGINFO, 0);
    for (u32 i = 0; i < 8; i++)
        values[i] = 0x11111111 * i + 0x01234567;
    __asm__ volatile(
        "pushal\n"
        "movl values+4, %%ebx; movl values+8, %%ecx; movl values+12, %%edx; movl values+16, %%esi; movl values+20, %%edi; movl values+24, %%ebp\n"
        "xorl %%eax, %%eax; stc; movl values, %%eax\n"
        "ud2\n"
        "pushf; popl flags_after\n"
        "movl %%eax, after; movl %%ebx, after+4; movl %%ecx, after+8; movl %%edx, after+12; movl %%esi, after+16; movl %%edi, after+20; movl %%ebp, after+24\n"
        "popal\n" ::: "memory", "cc");
    for (int i = 0; i < 7; i++)
        say("  after %d: %x", i, after[i]);
    say("  flags after %x", (u32)flags_after & 0xcd5);
}

#endif

/* Floating-point exceptions that are not masked. */
static void floating(void)
{
    static u32 all_traps = 0x0000, default_mxcsr = 0x1f80;
    static u16 all_x87_traps = 0x0340;

    catch_signal(SIGFPE, on_fault, SA_SIGINFO, 0);
    __asm__ volatile("ldmxcsr %0" :: "m"(all_traps));
    FAULT("1.0 / 0.0", "movl $0x3f800000, %%eax; movd %%eax, %%xmm0; pxor %%xmm1, %%xmm1\n1: divss %%xmm1, %%xmm0");
    __asm__ volatile("ldmxcsr %0" :: "m"(all_traps));
    FAULT("0.0 / 0.0", "pxor %%xmm0, %%xmm0; pxor %%xmm1, %%xmm1\n1: divss %%xmm1, %%xmm0");
    __asm__ volatile("ldmxcsr %0" :: "m"(all_traps));
    FAULT("1.0 / 3.0, inexact", "movl $0x3f800000, %%eax; movd %%eax, %%xmm0; movl $0x40400000, %%eax; movd %%eax, %%xmm1\n1: divss %%xmm1, %%xmm0");
    __asm__ volatile("ldmxcsr %0" :: "m"(all_traps));
    FAULT("largest squared, overflow", "movl $0x7f7fffff, %%eax; movd %%eax, %%xmm0\n1: mulss %%xmm0, %%xmm0");
    __asm__ volatile("ldmxcsr %0" :: "m"(default_mxcsr));
    __asm__ volatile("fninit; fldcw %0" :: "m"(all_x87_traps));
    FAULT("x87: 1 / 0, at the next instruction", "fldz; fld1; fdiv %%st(1), %%st\n1: fwait");
    __asm__ volatile("fninit");
    say("x87 again: masked");
}

static int run(int argc UNUSED, char **argv UNUSED, char **envp UNUSED)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };

    /* Some of the faults leave no stack to handle them on. */
    static u8 room[65536] __attribute__((aligned(16)));
    stack_t stack = { .ss_sp = room, .ss_size = sizeof room };

    CALL2(sigaltstack, &stack, 0);
    for (int i = 0; i < 5; i++)
        catch_signal(signals[i], on_fault, SA_SIGINFO | SA_ONSTACK, 0);
    exceptions();
    alignment();
    registers();
    floating();
    return 0;
}
