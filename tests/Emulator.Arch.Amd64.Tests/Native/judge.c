/*
 * Runs single instructions on the processor that it is run on, and tells what became of registers, flags and memory.
 * Reads cases from standard input and writes as many results to standard output; the layouts are those of NativeCase.cs.
 * Behind the instruction lie int3 instructions: wherever it goes, the next trap shows its state.
 * Built for x86-64 and for i386.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define CODE_PAGE 0x20000000u
#define CODE_AT (CODE_PAGE + 0x400)
#define DATA_PAGES 0x30000000u
#define DATA_AT (DATA_PAGES + 0x1000 - 256)
#define READ_ONLY_PAGE 0x32000000u

struct machine {
    uint64_t general[16];
    uint64_t pc, flags;
    uint8_t fx[512];
    uint8_t data[512];
};

struct test {
    uint8_t code[32];
    struct machine before;
};

struct result {
    uint32_t signal, trap, error, reserved;
    uint64_t address;
    struct machine after;
};

uint8_t start_fx[512] __attribute__((aligned(16)));
uint64_t start_general[16], start_flags;
uintptr_t start_target = CODE_AT;
static struct result result;
static sigjmp_buf back;

void enter(void);

#ifdef __x86_64__
#define LOAD(n, r) "movq start_general+8*" #n "(%rip), %" #r "\n"
__asm__(".text\nenter:\n"
        "fxrstor64 start_fx(%rip)\n"
        "pushq start_flags(%rip)\npopfq\n"
        LOAD(0, rax) LOAD(1, rcx) LOAD(2, rdx) LOAD(3, rbx) LOAD(5, rbp) LOAD(6, rsi) LOAD(7, rdi)
        LOAD(8, r8) LOAD(9, r9) LOAD(10, r10) LOAD(11, r11) LOAD(12, r12) LOAD(13, r13) LOAD(14, r14) LOAD(15, r15)
        LOAD(4, rsp)
        "jmp *start_target(%rip)\n");
static const int registers[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                  REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
#define COUNT 16
#define PC REG_RIP
#define FX_OFFSET 0
#else
#define LOAD(n, r) "movl start_general+8*" #n ", %" #r "\n"
__asm__(".text\nenter:\n"
        "fxrstor start_fx\n"
        "pushl start_flags\npopfl\n"
        LOAD(0, eax) LOAD(1, ecx) LOAD(2, edx) LOAD(3, ebx) LOAD(5, ebp) LOAD(6, esi) LOAD(7, edi) LOAD(4, esp)
        "jmp *start_target\n");
static const int registers[8] = {REG_EAX, REG_ECX, REG_EDX, REG_EBX, REG_ESP, REG_EBP, REG_ESI, REG_EDI};
#define COUNT 8
#define PC REG_EIP
#define FX_OFFSET 112   /* behind the image of FSAVE: arch/x86/include/uapi/asm/sigcontext.h */
#endif

static void stopped(int signal, siginfo_t *info, void *context)
{
    ucontext_t *user = context;

    (void)info;
    memset(&result, 0, sizeof result);
    result.signal = signal;
    result.trap = user->uc_mcontext.gregs[REG_TRAPNO];
    result.error = user->uc_mcontext.gregs[REG_ERR];
#ifdef __x86_64__
    result.address = user->uc_mcontext.gregs[REG_CR2];
#else
    result.address = user->uc_mcontext.cr2;
#endif
    for (int i = 0; i < COUNT; i++)
        result.after.general[i] = COUNT == 16 ? (uint64_t)user->uc_mcontext.gregs[registers[i]] : (uint32_t)user->uc_mcontext.gregs[registers[i]];
    result.after.pc = (uintptr_t)user->uc_mcontext.gregs[PC];
    result.after.flags = (uintptr_t)user->uc_mcontext.gregs[REG_EFL];
    memcpy(result.after.fx, (char *)user->uc_mcontext.fpregs + FX_OFFSET, 464);
    siglongjmp(back, 1);
}

static void *map(uintptr_t at, size_t bytes, int protection)
{
    void *found = mmap((void *)at, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (found == MAP_FAILED) {
        perror("judge: mmap");
        _Exit(2);
    }
    return found;
}

int main(void)
{
    static char stack[1 << 16];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_sigaction = stopped, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    int signals[] = {SIGSEGV, SIGILL, SIGFPE, SIGTRAP, SIGBUS, SIGSYS};
    static struct test test;

    sigaltstack(&alternate, 0);
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, 0);
    uint8_t *code = map(CODE_PAGE, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
    uint8_t *data = map(DATA_PAGES, 8192, PROT_READ | PROT_WRITE);
    volatile uint8_t *read_only = map(READ_ONLY_PAGE, 4096, PROT_READ);
    (void)*read_only;       /* present from now on: stores find it protected */
    memset(code, 0xcc, 4096);
    while (fread(&test, sizeof test, 1, stdin) == 1) {
        memcpy((void *)CODE_AT, test.code, sizeof test.code);
        memset(data, 0, 8192);
        memcpy((void *)DATA_AT, test.before.data, sizeof test.before.data);
        memcpy(start_general, test.before.general, sizeof start_general);
        memcpy(start_fx, test.before.fx, sizeof start_fx);
        start_flags = test.before.flags;
        if (sigsetjmp(back, 0) == 0)
            enter();
        memcpy(result.after.data, (void *)DATA_AT, sizeof result.after.data);
        if (fwrite(&result, sizeof result, 1, stdout) != 1)
            return 1;
    }
    return 0;
}
