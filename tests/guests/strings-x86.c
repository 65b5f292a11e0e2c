/* The string instructions of x86: every width, both directions, repeated and not, no repetition at all, across pages, faults inside. */

#include "guest.h"

static u8 from[512], to[512];

static void prepare(void)
{
    for (int i = 0; i < 512; i++) {
        from[i] = (u8)(i * 13 + 7);
        to[i] = (u8)(i ^ 0x55);
    }
}

static u32 sum_of(const u8 *at, int count)
{
    u32 sum = 0;

    while (count--)
        sum = sum * 31 + *at++;
    return sum;
}

static void say_sums(const char *what, word count, word source, word target)
{
    say("%s: %x %x, left %w, source %d, target %d", what, sum_of(from, 512), sum_of(to, 512), count, (int)(source - (word)from), (int)(target - (word)to));
}

#define MOVE(what, text, count, source, target) do { \
        word left = (count), si = (word)(source), di = (word)(target); \
        prepare(); \
        __asm__ volatile(text "\ncld" : "+c"(left), "+S"(si), "+D"(di) :: "memory", "cc"); \
        say_sums(what, left, si, di); \
    } while (0)

#define STORE(what, text, count, value, target) do { \
        word left = (count), di = (word)(target); \
        prepare(); \
        __asm__ volatile(text "\ncld" : "+c"(left), "+D"(di) : "a"(value) : "memory", "cc"); \
        say_sums(what, left, (word)from, di); \
    } while (0)

#define COMPARE(what, text, count, source, target) do { \
        word left = (count), si = (word)(source), di = (word)(target), flags; \
        __asm__ volatile(text "\npushf; pop %3\ncld" : "+c"(left), "+S"(si), "+D"(di), "=r"(flags) :: "memory", "cc"); \
        say("%s: left %w, source %d, target %d, flags %w", what, left, (int)(si - (word)from), (int)(di - (word)to), flags & 0x8d5); \
    } while (0)

#define SCAN(what, text, count, value, target) do { \
        word left = (count), di = (word)(target), flags; \
        __asm__ volatile(text "\npushf; pop %2\ncld" : "+c"(left), "+D"(di), "=r"(flags) : "a"(value) : "memory", "cc"); \
        say("%s: left %w, target %d, flags %w", what, left, (int)(di - (word)to), flags & 0x8d5); \
    } while (0)

static void moves(void)
{
    MOVE("movsb", "movsb", 5, from, to);
    MOVE("rep movsb", "rep movsb", 100, from + 3, to + 5);
    MOVE("rep movsb, nothing", "rep movsb", 0, from, to);
    MOVE("rep movsw", "rep movsw", 50, from + 1, to);
    MOVE("rep movsl", "rep movsl", 60, from, to + 2);
    MOVE("rep movsb, backwards", "std; rep movsb", 100, from + 200, to + 300);
    MOVE("rep movsl, backwards", "std; rep movsl", 30, from + 200, to + 300);
    MOVE("rep movsb, overlapping by one", "rep movsb", 100, to, to + 1);
    MOVE("rep movsl, overlapping", "rep movsl", 50, to, to + 4);
    MOVE("rep movsl, overlapping by one", "rep movsl", 50, to, to + 1);
    MOVE("rep movsb, onto the front", "rep movsb", 100, to + 1, to);
    MOVE("repne movsb", "repne movsb", 10, from, to);
#ifdef __x86_64__
    MOVE("rep movsq", "rep movsq", 40, from + 8, to + 16);
    MOVE("rep movsq, backwards", "std; rep movsq", 20, from + 300, to + 300);
#endif
}

static void stores(void)
{
    STORE("stosb", "stosb", 3, 0x12345678, to);
    STORE("rep stosb", "rep stosb", 300, 0x12345678, to + 3);
    STORE("rep stosw", "rep stosw", 100, 0x12345678, to + 1);
    STORE("rep stosl", "rep stosl", 100, 0x12345678, to + 100);
    STORE("rep stosl, backwards", "std; rep stosl", 50, 0x12345678, to + 400);
    STORE("rep stosb, nothing", "rep stosb", 0, 0x12345678, to);
#ifdef __x86_64__
    STORE("rep stosq", "rep stosq", 50, 0x123456789abcdef0, to);
#endif
}

static void comparisons(void)
{
    prepare();
    for (int i = 0; i < 100; i++)
        to[i] = from[i];
    to[37] ^= 0x80;
    COMPARE("cmpsb", "cmpsb", 7, from, to);
    COMPARE("repe cmpsb", "repe cmpsb", 100, from, to);
    COMPARE("repe cmpsb, equal", "repe cmpsb", 30, from, to);
    COMPARE("repe cmpsw", "repe cmpsw", 50, from, to);
    COMPARE("repe cmpsl", "repe cmpsl", 25, from, to);
    COMPARE("repne cmpsb", "repne cmpsb", 30, from + 100, to + 5);
    COMPARE("repe cmpsb, backwards", "std; repe cmpsb", 100, from + 99, to + 99);
    COMPARE("repe cmpsb, nothing", "cmpl %%eax, %%eax; stc; repe cmpsb", 0, from, to);
    SCAN("scasb", "scasb", 9, from[0], to);
    SCAN("repne scasb", "repne scasb", 200, from[50], to);
    SCAN("repne scasb, not there", "repne scasb", 20, 0, to);
    SCAN("repe scasb", "repe scasb", 20, from[0], to);
    SCAN("repne scasw", "repne scasw", 50, from[20] | from[21] << 8, to);
    SCAN("repne scasl", "repne scasl", 25, 0x12345678, to);
    SCAN("repne scasb, backwards", "std; repne scasb", 100, from[3], to + 99);
}

static void loads(void)
{
    word si = (word)from, result = ~(word)0;

    __asm__ volatile("lodsb" : "+S"(si), "+a"(result));
    say("lodsb: %w, %d", result, (int)(si - (word)from));
    __asm__ volatile("lodsw" : "+S"(si), "+a"(result));
    say("lodsw: %w, %d", result, (int)(si - (word)from));
    __asm__ volatile("lodsl" : "+S"(si), "+a"(result));
    say("lodsl: %w, %d", result, (int)(si - (word)from));
    {
        word count = 5;
        __asm__ volatile("std; rep lodsb; cld" : "+S"(si), "+a"(result), "+c"(count));
        say("rep lodsb, backwards: %w, %d, left %w", result, (int)(si - (word)from), count);
    }
}

/* A repetition that faults has done what came before, and its registers say so; then it goes on. */
static u8 *pages;

static void on_fault(int signal, siginfo_t *info, struct context *context)
{
#ifdef __x86_64__
    word count = context->machine.rcx, si = context->machine.rsi, di = context->machine.rdi;
#else
    word count = context->machine.ecx, si = context->machine.esi, di = context->machine.edi;
#endif
    say(" %n: address %d, count %w, source %d, target %d", signal, (int)((word)info->si_addr - (word)pages), count,
        si - (word)from < 512 ? (int)(si - (word)from) : -1, (int)(di - (word)pages));
    CALL3(mprotect, (word)info->si_addr & -page_bytes, page_bytes, PROT_READ | PROT_WRITE);
}

static void interrupted(void)
{
    word count, si, di;

    pages = map_pages(4, PROT_READ | PROT_WRITE);
    catch_signal(SIGSEGV, on_fault, SA_SIGINFO, 0);
    CALL3(mprotect, pages + page_bytes, page_bytes, PROT_NONE);
    prepare();
    say("rep movsb into a page without rights");
    count = 200, si = (word)from, di = (word)(pages + page_bytes - 77);
    __asm__ volatile("rep movsb" : "+c"(count), "+S"(si), "+D"(di) :: "memory");
    say(" left %w, %x", count, sum_of(pages + page_bytes - 77, 200));

    CALL3(mprotect, pages + page_bytes, page_bytes, PROT_NONE);
    say("rep stosl across the boundary, not aligned");
    count = 40, di = (word)(pages + page_bytes - 42);
    __asm__ volatile("rep stosl" : "+c"(count), "+D"(di) : "a"(0x01020304) : "memory");
    say(" left %w, %x", count, sum_of(pages + page_bytes - 42, 160));

    CALL3(mprotect, pages + page_bytes, page_bytes, PROT_READ);
    say("rep stosb backwards into a read only page");
    count = 100, di = (word)(pages + 2 * page_bytes + 50);
    __asm__ volatile("std; rep stosb; cld" : "+c"(count), "+D"(di) : "a"(9) : "memory");
    say(" left %w, %x", count, sum_of(pages + 2 * page_bytes - 60, 120));

    CALL3(mprotect, pages + page_bytes, page_bytes, PROT_NONE);
    say("repne scasb");
    count = 1000, di = (word)(pages + page_bytes - 500);
    pages[page_bytes - 1] = 0;
    __asm__ volatile("repne scasb" : "+c"(count), "+D"(di) : "a"(0xee) : "memory", "cc");
    say(" left %w", count);
}

/* The address size prefix: the low half of the registers alone. */
static void short_addresses(void)
{
#ifdef __x86_64__
    u8 *low = map_at((void *)0x50000000, page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    word count = 0x100000005, si = (word)low | 0xdead00000000, di = (word)(low + 100) | 0xbeef00000000;

    for (int i = 0; i < 64; i++)
        low[i] = (u8)(i + 1);
    __asm__ volatile("addr32 rep movsb" : "+c"(count), "+S"(si), "+D"(di) :: "memory");
    say("addr32 rep movsb: count %w, source %w, target %w, %x", count, si, di, sum_of(low, 128));
#endif
}

static int run(int argc UNUSED, char **argv UNUSED, char **envp UNUSED)
{
    moves();
    stores();
    comparisons();
    loads();
    interrupted();
    short_addresses();
    return 0;
}
