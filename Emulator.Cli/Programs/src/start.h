/*
 * The only machine dependent file: for each userland its name, its _start, and the two system calls the programs need.
 *
 * Linux enters a new program with argc, argv[], NULL, envp[], NULL, auxv[] on the stack and promises nothing else
 * (System V ABI, processor supplements, "Process Initialization"). _start hands the address of argc to start() in the
 * first argument register of the ABI and makes the stack frame that a C function may expect of its caller.
 *
 * invoke(number, a, b, c) returns the kernel's result, or something negative when it failed.
 */

void start(const unsigned long *words) __attribute__((noreturn, used));

#if defined(__x86_64__)

#define ABI "x86_64"
enum { SYS_WRITE = 1, SYS_EXIT = 60 };

__asm__(".text; .globl _start; .type _start, @function\n"
        "_start: xorl %ebp, %ebp\n"
        "        movq %rsp, %rdi\n"
        "        andq $-16, %rsp\n"
        "        call start\n");

static long invoke(long number, long a, long b, long c)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "cc", "memory");
    return result;
}

#elif defined(__i386__)

#define ABI "i386"
enum { SYS_WRITE = 4, SYS_EXIT = 1 };

/* The i386 ABI passes arguments on the stack: 12 bytes of padding and the pointer keep it 16-byte aligned at the call. */
__asm__(".text; .globl _start; .type _start, @function\n"
        "_start: xorl %ebp, %ebp\n"
        "        movl %esp, %eax\n"
        "        andl $-16, %esp\n"
        "        subl $12, %esp\n"
        "        pushl %eax\n"
        "        call start\n");

static long invoke(long number, long a, long b, long c)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "cc", "memory");
    return result;
}

#elif defined(__s390__)

enum { SYS_WRITE = 4, SYS_EXIT = 1 };

/* A caller owns a register save area above its stack pointer: 160 bytes, or 96 in the 31-bit ABI. */
#ifdef __s390x__
#define ABI "s390x"
__asm__(".text; .globl _start; .type _start, @function\n"
        "_start: lgr  %r2, %r15\n"
        "        aghi %r15, -160\n"
        "        xc   0(8,%r15), 0(%r15)\n"
        "        brasl %r14, start\n");
#else
#define ABI "s390"
__asm__(".text; .globl _start; .type _start, @function\n"
        "_start: lr   %r2, %r15\n"
        "        ahi  %r15, -96\n"
        "        xc   0(4,%r15), 0(%r15)\n"
        "        bras %r14, start\n");
#endif

static long invoke(long number, long a, long b, long c)
{
    register long r1 __asm__("r1") = number;
    register long r2 __asm__("r2") = a;
    register long r3 __asm__("r3") = b;
    register long r4 __asm__("r4") = c;
    __asm__ volatile("svc 0" : "+d"(r2) : "d"(r1), "d"(r3), "d"(r4) : "cc", "memory");
    return r2;
}

#elif defined(__alpha__)

#define ABI "alpha"
enum { SYS_WRITE = 4, SYS_EXIT = 1 };

/* $27 is the procedure value from which start() computes its global pointer; nobody has set it for _start. */
__asm__(".text; .globl _start; .ent _start\n"
        "_start: .frame $15, 0, $26, 0\n"
        "        br $27, 1f\n"
        "1:      ldgp $29, 0($27)\n"
        "        mov $31, $15\n"
        "        mov $30, $16\n"
        "        jsr $26, start\n"
        "        .end _start\n");

/* $19 tells failure, and $0 is then a positive errno. */
static long invoke(long number, long a, long b, long c)
{
    register long v0 __asm__("$0") = number;
    register long a0 __asm__("$16") = a;
    register long a1 __asm__("$17") = b;
    register long a2 __asm__("$18") = c;
    register long a3 __asm__("$19");
    __asm__ volatile("callsys" : "+r"(v0), "=r"(a3), "+r"(a0), "+r"(a1), "+r"(a2)
                     :: "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$20", "$21", "$22", "$23", "$24", "$25", "$27",
                        "$28", "memory");
    return a3 ? -v0 : v0;
}

#elif defined(__sparc__)

enum { SYS_WRITE = 4, SYS_EXIT = 1 };

/*
 * %sp points at the save area of a register window: 16 words, 2047 below which it is biased in the 64-bit ABI. argc comes
 * directly above, where a callee may store its six register arguments, so room for these is made first. The carry bit
 * tells failure.
 */
#ifdef __arch64__
#define ABI "sparc64"
#define TRAP "ta 0x6d; bcc,pt %%xcc, 1f; nop; sub %%g0, %%o0, %%o0; 1:"
__asm__(".text; .globl _start; .type _start, #function\n"
        "_start: mov %g0, %fp\n"
        "        add %sp, 2047 + 16 * 8, %o0\n"
        "        call start\n"
        "        sub %sp, 6 * 8, %sp\n");
#else
#define ABI "sparc32"
#define TRAP "ta 0x10; bcc 1f; nop; sub %%g0, %%o0, %%o0; 1:"
__asm__(".text; .globl _start; .type _start, #function\n"
        "_start: mov %g0, %fp\n"
        "        add %sp, 16 * 4, %o0\n"
        "        call start\n"
        "        sub %sp, 8 * 4, %sp\n");
#endif

static long invoke(long number, long a, long b, long c)
{
    register long g1 __asm__("g1") = number;
    register long o0 __asm__("o0") = a;
    register long o1 __asm__("o1") = b;
    register long o2 __asm__("o2") = c;
    __asm__ volatile(TRAP : "+r"(g1), "+r"(o0), "+r"(o1), "+r"(o2)
                     :: "g2", "g3", "g4", "g5", "o3", "o4", "o5", "o7", "cc", "memory");
    return o0;
}

#elif defined(__powerpc__)

enum { SYS_WRITE = 4, SYS_EXIT = 1 };

#ifdef __powerpc64__
#define ABI "ppc64"
/* In the ELFv1 ABI a function's symbol, e_entry too, is a descriptor: code address, TOC pointer, environment. */
__asm__(".section .opd, \"aw\"; .balign 8; .globl _start; .type _start, @function\n"
        "_start:  .quad ._start, .TOC.@tocbase, 0\n"
        ".text\n"
        "._start: mr   3, 1\n"
        "         li   0, 0\n"
        "         stdu 0, -112(1)\n"
        "         bl   start\n"
        "         nop\n");
#else
#define ABI "ppc32"
__asm__(".text; .globl _start; .type _start, @function\n"
        "_start: mr   3, 1\n"
        "        li   0, 0\n"
        "        stwu 0, -16(1)\n"
        "        bl   start\n");
#endif

/* The summary overflow bit of cr0 tells failure, and r3 is then a positive errno. */
static long invoke(long number, long a, long b, long c)
{
    register long r0 __asm__("r0") = number;
    register long r3 __asm__("r3") = a;
    register long r4 __asm__("r4") = b;
    register long r5 __asm__("r5") = c;
    __asm__ volatile("sc; bns+ 1f; neg 3, 3; 1:" : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5)
                     :: "r6", "r7", "r8", "r9", "r10", "r11", "r12", "ctr", "xer", "cr0", "memory");
    return r3;
}

#else
#error "no userland of this project"
#endif

static void __attribute__((noreturn)) leave(long status)
{
    for (;;)
        invoke(SYS_EXIT, status, 0, 0);
}
