/*
 * The same programs without an operating system, for qemu-system-*: entry, one line to the serial port, the end of the machine.
 * Takes the place of start.h. The command line is the scale.
 *
 * alpha    qemu-system-alpha -M clipper -kernel PROGRAM -append SCALE: kernel mode in KSEG, entered by the firmware's PALcode.
 *          The superpage needs no page tables; every access still goes through QEMU's TLB.
 * x86_64   qemu-system-x86_64 -M pc -kernel PROGRAM: entered by PVH (Xen, docs/misc/pvh.pandoc) in 32-bit mode without paging;
 *          goes to long mode with four levels of tables and pages of 4 KiB, as a process has them.
 * i386     the same entry, then two levels of tables.
 */

enum { SYS_WRITE, SYS_EXIT };

static void enter(const char *command_line) __attribute__((noreturn, used));
static void put_byte(unsigned char byte);
static void flush_tlb(void);
static void end_machine(void) __attribute__((noreturn));
void start(const unsigned long *words);

#define STACK_BYTES 65536

static unsigned char stack[STACK_BYTES] __attribute__((aligned(4096), used));

#if defined(__alpha__)

/* QEMU puts the command line 0x6000 below the kernel (hw/alpha/dp264.c), which is linked at 0xfffffc0000310000. */
#define COMMAND_LINE ((const char *)0xfffffc000030a000ul)

/* call_pal 0x2b is wrfen: floating point on. */
__asm__(".text; .globl _start; .ent _start\n"
        "_start: .frame $15, 0, $26, 0\n"
        "        br $27, 1f\n"
        "1:      ldgp $29, 0($27)\n"
        "        lda $30, stack\n"
        "        ldah $30, 1($30)\n"
        "        mov 1, $16\n"
        "        call_pal 0x2b\n"
        "        mov $31, $15\n"
        "        lda $27, enter_alpha\n"
        "        jsr $26, ($27), enter_alpha\n"
        "        .end _start\n");

static void enter_alpha(void) __attribute__((noreturn, used));

static void enter_alpha(void)
{
    enter(COMMAND_LINE);
}

/* The first serial port in the I/O space of the Typhoon's first PCI bus, 0x801fc000000, by way of the superpage. */
static void put_byte(unsigned char byte)
{
    __asm__ volatile(".arch ev56; stb %0, 0(%1); mb" :: "r"((unsigned long)byte), "r"(0xfffffd01fc0003f8ul) : "memory");
}

/* call_pal tbi with -2 is tbia. */
static void flush_tlb(void)
{
    __asm__ volatile("lda $16, -2($31); call_pal 0x33" ::: "$0", "$1", "$16", "$17", "$22", "$23", "$24", "$25", "memory");
}

#define FIRST_PAGE 0xfffffc0000400000ul
#define PAGE_BYTES 8192

static void end_machine(void)
{
    for (;;)
        __asm__ volatile("call_pal 0");             /* halt: the firmware ends the machine */
}

#elif defined(__x86_64__) || defined(__i386__)

/* 128 MiB in pages of 4 KiB, where they are: 32768 entries. */
#define PAGES 32768

#ifdef __x86_64__
typedef unsigned long page_entry;
#define ENTRY_SHIFT "3"
#else
typedef unsigned int page_entry;
#define ENTRY_SHIFT "2"
#endif

static page_entry leaf_tables[PAGES] __attribute__((aligned(4096), used));
static page_entry upper_tables[3 * 4096 / sizeof(page_entry)] __attribute__((aligned(4096), used));

/* Xen's note 18, XEN_ELFNOTE_PHYS32_ENTRY: where to enter, with paging off, and %ebx pointing at hvm_start_info. */
__asm__(".pushsection .note.Xen, \"a\", @note\n"
        "        .balign 4; .long 4, 8, 18; .asciz \"Xen\"; .long _start, 0\n"
        "        .popsection\n"
        ".text; .code32; .globl _start\n"
        "_start: cld\n"
        "        movl 24(%ebx), %ebp\n"             /* hvm_start_info.cmdline_paddr */
        "        movl $leaf_tables, %edi\n"
        "        movl $3, %eax\n"                   /* present, writable */
        "1:      movl %eax, (%edi)\n"
        "        addl $1 << " ENTRY_SHIFT ", %edi\n"
        "        addl $4096, %eax\n"
        "        cmpl $32768 * 4096 + 3, %eax\n"
        "        jne 1b\n"
        "        movl $upper_tables, %edi\n"
        "        movl $leaf_tables + 3, %eax\n"
        "2:      movl %eax, (%edi)\n"
        "        addl $1 << " ENTRY_SHIFT ", %edi\n"
        "        addl $4096, %eax\n"
        "        cmpl $leaf_tables + (32768 << " ENTRY_SHIFT ") + 3, %eax\n"
        "        jne 2b\n"
#ifdef __x86_64__
        "        movl $upper_tables + 3, upper_tables + 4096\n"
        "        movl $upper_tables + 4096 + 3, upper_tables + 8192\n"
        "        movl $upper_tables + 8192, %eax\n"
        "        movl %eax, %cr3\n"
        "        movl $0x620, %eax\n"               /* CR4: PAE, OSFXSR, OSXMMEXCPT */
        "        movl %eax, %cr4\n"
        "        movl $0xc0000080, %ecx\n"          /* EFER: LME */
        "        rdmsr\n"
        "        orl $0x100, %eax\n"
        "        wrmsr\n"
        "        movl $0x80010033, %eax\n"          /* CR0: PG, WP, NE, ET, MP, PE */
        "        movl %eax, %cr0\n"
        "        lgdt gdt_register\n"
        "        ljmp $8, $3f\n"
        "        .code64\n"
        "3:      movl $stack + 65536, %esp\n"
        "        movl %ebp, %edi\n"
        "        xorl %ebp, %ebp\n"
        "        call enter\n"
        "        .balign 8\n"
        "gdt:    .quad 0, 0x00209a0000000000\n"     /* 8: 64-bit code */
        "gdt_register: .word 15; .long gdt\n"
#else
        "        movl $upper_tables, %eax\n"
        "        movl %eax, %cr3\n"
        "        movl $0x600, %eax\n"               /* CR4: OSFXSR, OSXMMEXCPT */
        "        movl %eax, %cr4\n"
        "        movl $0x80010033, %eax\n"
        "        movl %eax, %cr0\n"
        "        jmp 3f\n"
        "3:      movl $stack + 65536, %esp\n"
        "        movl %ebp, %eax\n"
        "        xorl %ebp, %ebp\n"
        "        subl $12, %esp\n"
        "        pushl %eax\n"
        "        fninit\n"
        "        call enter\n"
#endif
        );

static void put_byte(unsigned char byte)
{
    __asm__ volatile("outb %0, %1" :: "a"(byte), "d"((unsigned short)0x3f8));
}

static void flush_tlb(void)
{
    unsigned long root;
    __asm__ volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(root) :: "memory");
}

#define FIRST_PAGE 0x400000ul
#define PAGE_BYTES 4096

/* -device isa-debug-exit,iobase=0xf4,iosize=4: the machine ends with status 2 * value + 1. */
static void end_machine(void)
{
    for (;;)
        __asm__ volatile("outl %0, %1" :: "a"(0x10), "d"((unsigned short)0xf4));
}

#else
#error "no bare machine for this userland"
#endif

static void enter(const char *command_line)
{
    unsigned long words[] = { 2, 0, (unsigned long)command_line, 0 };

    /*
     * QEMU's TLB has 256 entries at first and doubles at a flush that finds it full. Where an operating system flushes now and then it
     * is as large as its programs ask for; so it is here, for the 64 MiB of the largest.
     */
    for (int doubled = 0; doubled < 8; doubled++) {
        for (unsigned long at = 0; at < 80ul << 20; at += PAGE_BYTES)
            (void)*(volatile unsigned char *)(FIRST_PAGE + at);
        flush_tlb();
    }
    start(words);
    end_machine();
}

static long invoke(long number, long descriptor, long from, long bytes)
{
    (void)number, (void)descriptor;
    for (long i = 0; i < bytes; i++)
        put_byte(((const unsigned char *)from)[i]);
    return bytes;
}

static void leave(long status)
{
    (void)status;
    end_machine();
}
