/*
 * What of a test guest depends on the machine: system calls with six arguments, signal frames, threads, and instructions that the
 * tests write themselves. Userlands so far: x86_64, i386, alpha. Entry and exit are in start.h of the programs that the command
 * line carries; numbers and structures are the kernel's own headers (Debian: libc6-dev-*-cross, or libc6.1-dev-alpha-cross).
 */

#include "start.h"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/poll.h>
#include <asm/signal.h>
#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include <asm/stat.h>
#include <asm/termbits.h>
#include <asm/unistd.h>
#include <linux/auxvec.h>
#include <linux/fcntl.h>
#include <linux/futex.h>
#include <linux/mman.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/stat.h>
#include <linux/time.h>
#include <linux/utsname.h>
#include <linux/wait.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned long word;

#define INLINE static inline __attribute__((always_inline, unused))
#define UNUSED __attribute__((unused))
#define NOINLINE __attribute__((noinline, unused))

struct context;

/* One access each, at a place that is known. after_probe returns what is in the register of results. */
u32 probe_load(const void *at);
u32 probe_store(void *at, u32 value);
extern char load_instruction[], store_instruction[], after_probe[];

/* ------------------------------------------------------------------------------------------------------------------- x86_64 */
#if defined(__x86_64__)

#define CALL_MMAP __NR_mmap
#define MMAP_OFFSET_UNIT 1

/* Inline, because the child of a vfork must not return from a function of its parent. */
INLINE long call(long number, long a, long b, long c, long d, long e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "cc", "memory");
    return result;
}

/* rt_sigaction() takes this; a handler must come back through rt_sigreturn(). */
struct action {
    void *handler;
    word flags;
    void (*restorer)(void);
    u64 mask;
};

void restore(void);
__asm__(".text; .globl restore; restore: movl $15, %eax; syscall\n");
#define RESTORER(flags) restore
#define ACTION_RESTORER 0x04000000

struct context {
    word flags;
    struct context *link;
    stack_t stack;
    struct sigcontext machine;
    u64 mask;
};

#define CONTEXT_PC(context) ((context)->machine.rip)
#define CONTEXT_SP(context) ((context)->machine.rsp)
#define CONTEXT_RESULT(context) ((context)->machine.rax)

__asm__(".text; .globl probe_load, probe_store, load_instruction, store_instruction, after_probe\n"
        "probe_load: load_instruction: movl (%rdi), %eax\n"
        "        jmp after_probe\n"
        "probe_store: movl %esi, %eax\n"
        "store_instruction: movl %esi, (%rdi)\n"
        "after_probe: ret\n");

/* A thread begins in entry(argument) on the stack whose end is given, and never returns from there. */
long clone_thread(word flags, void *stack_end, int *parent_tid, void *thread_pointer, int *child_tid, void (*entry)(void *), void *argument);
__asm__(".text; .globl clone_thread\n"
        "clone_thread:\n"
        "        subq $16, %rsi\n"
        "        movq %r9, (%rsi)\n"
        "        movq 8(%rsp), %rax\n"
        "        movq %rax, 8(%rsi)\n"
        "        movq %r8, %r10\n"                  /* child_tid; the thread pointer is the fifth argument of the call */
        "        movq %rcx, %r8\n"
        "        movl $56, %eax\n"
        "        syscall\n"
        "        testq %rax, %rax\n"
        "        jz 1f\n"
        "        ret\n"
        "1:      xorl %ebp, %ebp\n"
        "        popq %rax\n"
        "        popq %rdi\n"
        "        call *%rax\n"
        "        hlt\n");

INLINE void *thread_pointer(void)
{
    void *value;
    __asm__("movq %%fs:0, %0" : "=r"(value));       /* the first word of the block points at the block */
    return value;
}

#define ILLEGAL_INSTRUCTION "ud2"
#define PRIVILEGED_INSTRUCTION "hlt"

/* ---------------------------------------------------------------------------------------------------------------------- i386 */
#elif defined(__i386__)

#define CALL_MMAP __NR_mmap2
#define MMAP_OFFSET_UNIT 4096

INLINE long call(long number, long a, long b, long c, long d, long e, long f)
{
    long result;
    __asm__ volatile("pushl %[f]\n pushl %%ebp\n movl 4(%%esp), %%ebp\n int $0x80\n popl %%ebp\n addl $4, %%esp"
                     : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e), [f] "m"(f) : "cc", "memory");
    return result;
}

struct action {
    void *handler;
    word flags;
    void (*restorer)(void);
    u64 mask __attribute__((packed));
};

/* Without SA_SIGINFO the frame is the old one, and so is the way back. */
void restore(void), restore_old(void);
__asm__(".text; .globl restore; restore: movl $173, %eax; int $0x80\n"
        ".globl restore_old; restore_old: popl %eax; movl $119, %eax; int $0x80\n");
#define RESTORER(flags) ((flags) & SA_SIGINFO ? restore : restore_old)
#define ACTION_RESTORER 0x04000000

struct context {
    word flags;
    struct context *link;
    stack_t stack;
    struct sigcontext machine;
    u64 mask __attribute__((packed));
};

#define CONTEXT_PC(context) ((context)->machine.eip)
#define CONTEXT_SP(context) ((context)->machine.esp)
#define CONTEXT_RESULT(context) ((context)->machine.eax)

__asm__(".text; .globl probe_load, probe_store, load_instruction, store_instruction, after_probe\n"
        "probe_load: movl 4(%esp), %edx\n"
        "load_instruction: movl (%edx), %eax\n"
        "        jmp after_probe\n"
        "probe_store: movl 4(%esp), %edx\n"
        "        movl 8(%esp), %eax\n"
        "store_instruction: movl %eax, (%edx)\n"
        "after_probe: ret\n");

/* The thread pointer is a struct user_desc here. */
long clone_thread(word flags, void *stack_end, int *parent_tid, void *thread_pointer, int *child_tid, void (*entry)(void *), void *argument);
__asm__(".text; .globl clone_thread\n"
        "clone_thread:\n"
        "        pushl %ebx\n pushl %esi\n pushl %edi\n"
        "        movl 16(%esp), %ebx\n"
        "        movl 20(%esp), %ecx\n"
        "        subl $16, %ecx\n"
        "        movl 36(%esp), %eax\n"
        "        movl %eax, 4(%ecx)\n"
        "        movl 40(%esp), %eax\n"
        "        movl %eax, (%ecx)\n"
        "        movl 24(%esp), %edx\n"
        "        movl 28(%esp), %esi\n"
        "        movl 32(%esp), %edi\n"
        "        movl $120, %eax\n"
        "        int $0x80\n"
        "        testl %eax, %eax\n"
        "        jz 1f\n"
        "        popl %edi\n popl %esi\n popl %ebx\n"
        "        ret\n"
        "1:      xorl %ebp, %ebp\n"
        "        movl 4(%esp), %eax\n"
        "        call *%eax\n"
        "        hlt\n");

INLINE void *thread_pointer(void)
{
    void *value;
    __asm__("movl %%gs:0, %0" : "=r"(value));
    return value;
}

#define ILLEGAL_INSTRUCTION "ud2"
#define PRIVILEGED_INSTRUCTION "hlt"

/* --------------------------------------------------------------------------------------------------------------------- alpha */
#elif defined(__alpha__)

#define CALL_MMAP __NR_mmap
#define MMAP_OFFSET_UNIT 1

INLINE long call(long number, long a, long b, long c, long d, long e, long f)
{
    register long v0 __asm__("$0") = number;
    register long a0 __asm__("$16") = a;
    register long a1 __asm__("$17") = b;
    register long a2 __asm__("$18") = c;
    register long a3 __asm__("$19") = d;
    register long a4 __asm__("$20") = e;
    register long a5 __asm__("$21") = f;
    __asm__ volatile("callsys" : "+r"(v0), "+r"(a3), "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a4), "+r"(a5)
                     :: "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$22", "$23", "$24", "$25", "$27", "$28", "memory");
    return a3 ? -v0 : v0;
}

struct action {
    void *handler;
    word flags;
    u64 mask;
};

/* The fifth argument of rt_sigaction(). Without SA_SIGINFO the frame is the old one, and so is the way back. */
void restore(void), restore_old(void);
__asm__(".text; .globl restore; .ent restore; restore: mov $30, $16; lda $0, 351($31); callsys; .end restore\n"
        ".globl restore_old; .ent restore_old; restore_old: mov $30, $16; lda $0, 103($31); callsys; .end restore_old\n");
#define RESTORER(flags) ((flags) & SA_SIGINFO ? restore : restore_old)
#define ACTION_RESTORER 0

struct context {
    word flags;
    struct context *link;
    word osf_mask;
    stack_t stack;
    struct sigcontext machine;
    u64 mask;
};

#define CONTEXT_PC(context) ((context)->machine.sc_pc)
#define CONTEXT_SP(context) ((context)->machine.sc_regs[30])
#define CONTEXT_RESULT(context) ((context)->machine.sc_regs[0])

__asm__(".text; .globl probe_load, probe_store, load_instruction, store_instruction, after_probe\n"
        ".ent probe_load; probe_load: load_instruction: ldl $0, 0($16)\n"
        "        br $31, after_probe\n"
        "probe_store: mov $17, $0\n"
        "store_instruction: stl $17, 0($16)\n"
        "after_probe: ret $31, ($26), 1\n"
        "        .end probe_load\n");

long clone_thread(word flags, void *stack_end, int *parent_tid, void *thread_pointer, int *child_tid, void (*entry)(void *), void *argument);
__asm__(".text; .globl clone_thread; .ent clone_thread\n"
        "clone_thread: .frame $30, 0, $26, 0\n"
        "        .prologue 0\n"
        "        subq $17, 16, $17\n"
        "        stq $21, 0($17)\n"
        "        ldq $1, 0($30)\n"
        "        stq $1, 8($17)\n"
        "        mov $19, $1\n"                     /* alpha's clone: flags, stack, parent_tid, child_tid, thread pointer */
        "        mov $20, $19\n"
        "        mov $1, $20\n"
        "        lda $0, 312($31)\n"
        "        callsys\n"
        "        bne $19, 2f\n"
        "        beq $0, 1f\n"
        "        ret $31, ($26), 1\n"
        "2:      subq $31, $0, $0\n"
        "        ret $31, ($26), 1\n"
        "1:      mov $31, $15\n"
        "        ldq $27, 0($30)\n"
        "        ldq $16, 8($30)\n"
        "        lda $30, 16($30)\n"
        "        jsr $26, ($27)\n"
        "        halt\n"
        "        .end clone_thread\n");

/* call_pal rduniq. */
INLINE void *thread_pointer(void)
{
    register void *value __asm__("$0");
    __asm__("call_pal 0x9e" : "=r"(value));
    return value;
}

#define ILLEGAL_INSTRUCTION ".long 0x04000000"      /* opcode 01 is reserved */
#define PRIVILEGED_INSTRUCTION "call_pal 0x30"      /* swpctx */

#else
#error "no test guests for this userland yet"
#endif

/* ----------------------------------------------------------------------------------------------- instructions written by tests */

#if defined(__x86_64__) || defined(__i386__)

/* Writes a function that returns the value; at most 8 bytes. */
UNUSED static unsigned put_return(u8 *at, int value)
{
    at[0] = 0xb8;                                   /* mov $value, %eax */
    for (int i = 0; i < 4; i++)
        at[1 + i] = (u8)((u32)value >> (8 * i));
    at[5] = 0xc3;                                   /* ret */
    return 6;
}

/* A processor notices what it stores into its own instructions, at the latest at a jump. */
INLINE void code_was_written(void)
{
    __asm__ volatile("" ::: "memory");
}

#elif defined(__alpha__)

UNUSED static unsigned put_return(u8 *at, int value)
{
    u32 *instruction = (u32 *)(void *)at;
    instruction[0] = 0x201f0000 | (u32)(u16)value;  /* lda $0, value($31) */
    instruction[1] = 0x6bfa8001;                    /* ret $31, ($26), 1 */
    return 8;
}

/* call_pal imb, the instruction memory barrier. */
INLINE void code_was_written(void)
{
    __asm__ volatile("call_pal 0x86" ::: "memory");
}

#endif
