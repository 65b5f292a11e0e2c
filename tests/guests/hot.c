/*
 * Loops that run so long that an emulator translates them, and what may happen to a loop meanwhile: its code is rewritten, its pages are
 * protected, taken away, moved and copied, signals come, a program takes its place, another thread works on the same words.
 *
 * hot [SCENARIO [SCALE]]: one of those in the table below, else all but exec; loops are SCALE times as long, at most 64. What is printed
 * depends neither on that nor on how fast the machine is: every number that does is checked here.
 */

#include "guest.h"
#include "threads.h"

static u32 scale = 1;

/* SIGALRM again and again; 0 for never. An emulator's microseconds may be a thousand instructions each. */
static void tick_every(u32 microseconds)
{
    long part = (long)(microseconds * scale);
    struct { struct two_words interval, value; } timer = { { 0, part }, { 0, part } };

    CALL3(setitimer, 0, &timer, 0);
}

#define FENCE() __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* ------------------------------------------------------------------------------------------------------- code that is rewritten */

#if defined(__alpha__)
#define FUNCTION(name) ".globl " name "; .ent " name "; " name ": lda $0, 1($31); ret $31, ($26), 1; .end " name "\n"
#else
#define FUNCTION(name) ".globl " name "; " name ": movl $1, %eax; ret\n"
#endif

/* near_value() is in the page of the loop that calls it, far_value() in one that has nothing else. */
int near_value(void), far_value(void);
__asm__(".pushsection .near, \"ax\", @progbits; .balign 8192\n" FUNCTION("near_value") ".balign 16; .popsection\n"
        ".pushsection .far, \"ax\", @progbits; .balign 8192\n" FUNCTION("far_value") ".balign 8192; .popsection\n");

/* An instruction of the loop itself. */
extern u8 changing_instruction[];
#if defined(__alpha__)
#define GET_CHANGING(value) __asm__ volatile("changing_instruction: lda %0, 1($31)" : "=r"(value))
#define CHANGE(value) (*(volatile u16 *)(void *)changing_instruction = (u16)(value))
#else
#define GET_CHANGING(value) __asm__ volatile("changing_instruction: movl $1, %%eax" : "=a"(value))
#define CHANGE(value) (*(volatile int *)(void *)(changing_instruction + 1) = (value))
#endif

static __attribute__((section(".near"), noinline, noclone)) int near_loop(u32 rounds, u32 again)
{
    u32 sum = 0, expected = 0, left = again;
    int now = 1;

    for (u32 i = 0; i < rounds; i++) {
        int value;
        GET_CHANGING(value);
        sum += (u32)(value + near_value());
        expected += 3 * (u32)now - (now == 1);
        if (--left == 0) {
            left = again;
            now++;
            CHANGE(now);
            put_return((u8 *)hidden((word)near_value), 2 * now);
            code_was_written();
        }
    }
    return sum == expected ? now : -1;
}

static NOINLINE u32 call_far(u32 rounds)
{
    u32 sum = 0;

    for (u32 i = 0; i < rounds; i++)
        sum += (u32)far_value();
    return sum;
}

static NOINLINE u32 call_through(int (*function)(void), u32 rounds)
{
    u32 sum = 0;

    for (u32 i = 0; i < rounds; i++)
        sum += (u32)function();
    return sum;
}

static void make_writable(const void *code)
{
    CALL3(mprotect, (word)code & -page_bytes, page_bytes, PROT_READ | PROT_WRITE | PROT_EXEC);
}

static void rewritten(void)
{
    u32 rounds = 30000 * scale;
    u8 *page = map_pages(2, PROT_READ | PROT_WRITE | PROT_EXEC), *end = page + page_bytes;
    int right = 0;

    make_writable((void *)near_loop);
    make_writable(far_value);
    say("code in the loop's own page, changed by it: %d", near_loop(12 * rounds, rounds));
    CHANGE(1);
    put_return((u8 *)hidden((word)near_value), 1);
    code_was_written();
    say("each thousandth round: %d", near_loop(100000, 1000));
    for (int i = 1; i <= 12; i++) {
        put_return((u8 *)hidden((word)far_value), i);
        code_was_written();
        right += call_far(rounds) == (u32)i * rounds;
    }
    say("code in a neighbouring page: %d of 12", right);

    /* Data that change beside code, as just-in-time compilers have them; and a function on two pages, of which either changes. */
    right = 0;
    for (int i = 1; i <= 12; i++) {
        put_return(page, i);
        put_return(end - 4, i * 256 + i);
        code_was_written();
        right += call_through((int (*)(void))(void *)page, rounds) == (u32)i * rounds;
        *(volatile int *)(void *)(page + 1024) = i;
        right += call_through((int (*)(void))(void *)(end - 4), rounds) == (u32)(i * 256 + i) * rounds;
        right += call_through((int (*)(void))(void *)page, rounds) == (u32)i * rounds;
    }
    say("code that was made: %d of 36", right);
}

/* Two pages of code that take turns at one address: moved there, both stay what they are. */
static void exchanged(void)
{
    u8 *place = (u8 *)hidden((word)far_value), *aside[2];
    u32 rounds = 40000 * scale;
    int right = 0;

    for (int i = 0; i < 2; i++) {
        aside[i] = map_pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
        put_return(aside[i], 100 + i);
    }
    code_was_written();
    for (int turn = 0; turn < 12; turn++) {
        int which = turn & 1;
        CALL5(mremap, aside[which], page_bytes, page_bytes, MREMAP_MAYMOVE | MREMAP_FIXED, place);
        code_was_written();
        right += call_far(rounds) == (u32)(100 + which) * rounds;
        right += call_through((int (*)(void))(void *)place, rounds) == (u32)(100 + which) * rounds;
        CALL5(mremap, place, page_bytes, page_bytes, MREMAP_MAYMOVE | MREMAP_FIXED, aside[which]);
    }
    say("pages of code that take turns: %d of 24", right);
    map_at(place, page_bytes, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

/* Children have the parent's code at the same addresses until one of them changes it. */
static void forked(void)
{
    u8 *page = map_pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
    u32 rounds = 30000 * scale;
    long children[6];
    int right = 0;

    put_return(page, 50);
    code_was_written();
    right += call_through((int (*)(void))(void *)page, rounds) == 50 * rounds;
    for (int i = 0; i < 6; i++) {
        children[i] = CALL0(fork);
        if (children[i] == 0) {
            right = call_through((int (*)(void))(void *)page, rounds) == 50 * rounds;
            put_return(page, 60 + i);
            code_was_written();
            right += call_through((int (*)(void))(void *)page, rounds) == (u32)(60 + i) * rounds;
            leave(right);
        }
        right += call_through((int (*)(void))(void *)page, rounds) == 50 * rounds;
    }
    for (int i = 0; i < 6; i++)
        right += reap(children[i]) == 2 << 8;
    say("children that change their copy of the code: %d of 13", right);
}

/* ---------------------------------------------------------------------------------------------------------- pages that change */

/* What the page of the loops holds is known: all words are `content`, unless a loop has stored there since. */
static volatile u32 *target;
static volatile int generation, ticks, repairs, strays;
static volatile u32 content, progress;              /* progress: rounds of a loop */
static volatile enum { MAPPED, PROTECTED, UNMAPPED } target_is;

static u32 words_per_page(void)
{
    return (u32)(page_bytes / sizeof(u32));
}

static void fill_words(volatile u32 *at, u32 value)
{
    for (u32 i = 0; i < words_per_page(); i++)
        at[i] = value;
}

static u32 sum_of_words(const volatile u32 *at)
{
    u32 sum = 0;

    for (u32 i = 0; i < words_per_page(); i++)
        sum = sum * 5 + at[i];
    return sum;
}

static void map_target(void)
{
    map_at((void *)target, page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

/* Makes the page accessible, and the instruction is done again. */
static void repair(int signal, siginfo_t *info, struct context *context UNUSED)
{
    if (((word)info->si_addr & -page_bytes) != (word)target)
        leave(128 + signal);
    while (generation & 1)                          /* another thread is changing it just now */
        CALL0(sched_yield);
    if (target_is == UNMAPPED) {
        generation += 2;
        content = 0;
        map_target();
    } else {
        CALL3(mprotect, target, page_bytes, PROT_READ | PROT_WRITE);
    }
    target_is = MAPPED;
    repairs++;
}

enum change { REPLACE, FORBID, MOVE, PROTECT, FORGET, TAKE, CHANGES };

static volatile u32 *watched;                       /* where the page went that was moved or given back: nobody stores there */
static u32 watched_sum;

static void watch(volatile u32 *page)
{
    if (watched) {
        if (sum_of_words(watched) != watched_sum)
            strays++;
        CALL2(munmap, watched, page_bytes);
    }
    watched = page;
    watched_sum = page ? sum_of_words(page) : 0;
}

/* A fresh page, which probably is in the frame that was given back last. */
static void watch_fresh(void)
{
    volatile u32 *page = (u32 *)(void *)map_pages(1, PROT_READ | PROT_WRITE);

    *page = 0;
    watch(page);
}

static void change(int how)
{
    u32 now = (u32)generation + 1000;
    volatile u32 *other;

    switch (how) {
    case REPLACE:
        map_target();
        watch_fresh();
        fill_words(target, now);
        content = now;
        target_is = MAPPED;
        break;
    case FORBID:
    case PROTECT:
        CALL3(mprotect, target, page_bytes, how == FORBID ? PROT_NONE : PROT_READ);
        target_is = PROTECTED;
        break;
    case MOVE:
        other = (u32 *)(void *)map_pages(1, PROT_READ | PROT_WRITE);
        fill_words(other, now);
        {
            volatile u32 *aside = (u32 *)(void *)map_pages(1, PROT_READ | PROT_WRITE);
            CALL5(mremap, target, page_bytes, page_bytes, MREMAP_MAYMOVE | MREMAP_FIXED, aside);
            CALL3(mprotect, aside, page_bytes, PROT_READ | PROT_WRITE);
            watch(aside);
        }
        CALL5(mremap, other, page_bytes, page_bytes, MREMAP_MAYMOVE | MREMAP_FIXED, target);
        content = now;
        target_is = MAPPED;
        break;
    case FORGET:
        CALL3(madvise, target, page_bytes, MADV_DONTNEED);
        watch_fresh();
        content = 0;
        break;
    case TAKE:
        CALL2(munmap, target, page_bytes);
        target_is = UNMAPPED;
        break;
    }
}

static void begin_target(void)
{
    target = (u32 *)(void *)map_pages(1, PROT_READ | PROT_WRITE);
    content = 0;
    ticks = repairs = strays = 0;
    target_is = MAPPED;
    catch_signal(SIGSEGV, repair, SA_SIGINFO, ~0ull);
}

static int end_target(void)
{
    watch(0);
    CALL2(munmap, target, page_bytes);
    return strays;
}

/* Reads until there were so many ticks; how often it was not what the page holds. */
static NOINLINE int read_until(int enough)
{
    volatile u32 *page = target;
    u32 i = 0;
    int wrong = 0;

    while (ticks < enough) {
        int before = generation;
        u32 seen = page[i++ & 1023], expected = content;
        wrong += generation == before && seen != expected;
        progress++;
    }
    return wrong;
}

/* Stores, and reads what it stored. */
static NOINLINE int store_until(int enough)
{
    volatile u32 *page = target;
    u32 i = 0;
    int wrong = 0;

    while (ticks < enough) {
        int before = generation;
        volatile u32 *at = page + (i & 1023);
        *at = i;
        u32 seen = *at;
        wrong += generation == before && seen != i;
        i++;
        progress++;
    }
    return wrong;
}

/* The same in a loop of some forty instructions without branches. */
static NOINLINE int store_long_until(int enough)
{
    volatile u32 *page = target;
    u32 i = 0;
    int wrong = 0;

    while (ticks < enough) {
        int before = generation;
        volatile u32 *at = page + (i & 511);
        u32 seen = 0;
        at[0] = i;
        at[64] = i * 3;
        at[128] = i * 5;
        at[192] = i * 7;
        at[256] = i * 9;
        at[320] = i * 11;
        at[384] = i * 13;
        at[448] = i * 17;
        seen = at[0] + at[64] + at[128] + at[192] + at[256] + at[320] + at[384] + at[448];
        wrong += (generation == before) & (seen != i * 66);
        i++;
        progress++;
    }
    return wrong;
}

/* Copies from a page that nothing happens to. */
static volatile u32 *source;

static NOINLINE int copy_until(int enough)
{
    volatile u32 *page = target;
    const volatile u32 *from = source;
    int wrong = 0;

    while (ticks < enough) {
        for (u32 i = 0; i < 256; i++) {
            int before = generation;
            page[i] = from[i];
            page[i + 256]++;
            u32 seen = page[i];
            wrong += generation == before && seen != i;
            progress++;
        }
    }
    return wrong;
}

/* Between loops: each of them finds the page changed, and mostly at its first access. */
static NOINLINE u32 store_and_sum(u32 rounds)
{
    volatile u32 *page = target;
    u32 sum = 0;

    for (u32 i = 0; i < rounds; i++) {
        page[i & 1023] = i;
        sum += page[(i + 512) & 1023];
    }
    return sum;
}

static NOINLINE u32 sum_only(u32 rounds)
{
    const volatile u32 *page = target;
    u32 sum = 0;

    for (u32 i = 0; i < rounds; i++)
        sum += page[i & 1023];
    return sum;
}

static void repaired(void)
{
    u32 rounds = 20480 * scale;                     /* whole pages */
    int right = 0, faults[CHANGES] = { 0 };

    begin_target();
    for (int i = 0; i < 6 * CHANGES; i++) {
        int how = i % CHANGES, before = repairs;
        fill_words(target, 7);
        content = 7;
        change(how);
        right += sum_only(rounds) == content * rounds;
        fill_words(target, 0);
        change(how);
        store_and_sum(rounds);
        right += target[1023] == rounds - 1 && target[0] == rounds - 1024;
        faults[how] += repairs - before;
    }
    say("loops that find their page changed: %d of 72, strays %d", right, end_target());
    say("faults: replaced %d, forbidden %d, moved %d, protected %d, forgotten %d, taken %d", faults[REPLACE], faults[FORBID], faults[MOVE],
        faults[PROTECT], faults[FORGET], faults[TAKE]);
}

/* Only when the loop has gone once round since the last change, for all that a slow machine may do. */
static void change_on_tick(int signal UNUSED)
{
    static u32 last;

    if (progress - last < 2)
        return;
    last = progress;
    change(ticks % CHANGES);
    generation += 2;
    ticks++;
}

static void while_remapped(const char *what, int (*loop)(int enough))
{
    int wrong;

    begin_target();
    tick_every(400);
    wrong = loop(5 * CHANGES + 1);
    tick_every(0);
    say("%s while the page changes: %d wrong, strays %d, faults %d", what, wrong, strays, repairs);
    end_target();
}

static void remapped(void)
{
    source = (u32 *)(void *)map_pages(1, PROT_READ | PROT_WRITE);
    for (u32 i = 0; i < 1024; i++)
        source[i] = i;
    catch_signal(SIGALRM, change_on_tick, 0, ~0ull);
    while_remapped("read", read_until);
    while_remapped("stored", store_until);
    while_remapped("stored at length", store_long_until);
    while_remapped("copied", copy_until);
}

/* ------------------------------------------------------------------------------------------------------------- copy on write */

static long copies[24];

/* A child's page stays what it was at the fork, whatever its parent stores meanwhile; and the child's stores stay its own. */
static void fork_on_tick(int signal UNUSED)
{
    if (ticks < 24) {
        long child = CALL0(fork);
        if (child == 0) {
            u32 sum = sum_of_words(target), good = 1;
            tick_every(0);
            for (u32 i = 0; i < 30 * scale; i++)
                good &= sum_of_words(target) == sum;
            fill_words(target, 0xdead);
            leave(good ? 3 : 4);
        }
        copies[ticks] = child;
    }
    generation += 2;
    ticks++;
}

static void copied(void)
{
    int wrong, good = 0;

    catch_signal(SIGALRM, fork_on_tick, 0, 0);
    begin_target();
    tick_every(400);
    wrong = store_until(24);
    tick_every(0);
    for (int i = 0; i < 24; i++)
        good += reap(copies[i]) == 3 << 8;
    say("stored while pages become copies: %d wrong, children %d of 24", wrong, good);
    end_target();
}

/* ------------------------------------------------------------------------------------------------------ changed by a thread */

static NOINLINE void work_on_target(struct thread *thread)
{
    volatile u32 *page = target;
    int wrong = 0;

    for (u32 i = 0; !ticks; i++) {
        int before = generation;
        volatile u32 *at = page + (i & 1023);
        u32 seen;
        FENCE();
        *at = i;
        seen = *at;
        FENCE();
        wrong += generation == before && !(before & 1) && seen != i;
        progress = i;
    }
    thread->result = wrong;
}

static NOINLINE void call_far_until(struct thread *thread)
{
    int wrong = 0;

    for (u32 i = 0; !ticks; i++) {
        int before = generation, seen;
        u32 now = content;
        code_was_written();
        seen = far_value();
        FENCE();
        wrong += generation == before && !(before & 1) && seen != (int)now;
        progress = i;
    }
    thread->result = wrong;
}

/* Until the other thread has gone round so often: what it is at now, it began with the page as it is. */
static NOINLINE void wait_for_rounds(u32 rounds)
{
    u32 from = progress;

    while (progress - from < rounds)
        ;
}

static void crowded(void)
{
    generation = 0;
    begin_target();
    start_thread(0, work_on_target);
    for (int i = 0; i < 8 * CHANGES; i++) {
        wait_for_rounds(5000 * scale);
        generation++;
        FENCE();
        change(i % CHANGES);
        FENCE();
        generation++;
    }
    wait_for_rounds(5000 * scale);
    ticks = 1;
    join(0);
    say("stored while another thread changes the page: %d wrong, strays %d", threads[0].result, end_target());

    make_writable(far_value);
    ticks = 0;
    generation = 1;
    content = 1;
    put_return((u8 *)hidden((word)far_value), 1);
    code_was_written();
    generation = 2;
    start_thread(1, call_far_until);
    for (int i = 2; i < 40; i++) {
        wait_for_rounds(5000 * scale);
        generation++;
        FENCE();
        put_return((u8 *)hidden((word)far_value), i);
        content = (u32)i;
        FENCE();
        generation++;
    }
    wait_for_rounds(5000 * scale);
    ticks = 1;
    join(1);
    say("called while another thread rewrites the function: %d wrong", threads[1].result);
}

/* ------------------------------------------------------------------------------------------------------------------- signals */

static void count_tick(int signal UNUSED)
{
    ticks++;
}

static NOINLINE u32 register_loop(u32 rounds)
{
    u32 value = 1;

    for (u32 i = 0; i < rounds; i++) {
        value = value * 1664525 + 1013904223;
        __asm__ volatile("" : "+r"(value));         /* once more each time that it is called */
    }
    return value;
}

static NOINLINE u32 memory_loop(volatile u32 *at, u32 rounds)
{
    u32 value = 1;

    for (u32 i = 0; i < rounds; i++) {
        value = value * 1664525 + at[i & 1023];
        at[(i + 77) & 1023] = value;
    }
    return value;
}

/* Two registers that are counted up for ever, the first first; what is left of the first after the second is taken away. */
int spin(void);
extern char spinning[], after_spin[];
#if defined(__alpha__)
__asm__(".text; .globl spin, spinning, after_spin; .ent spin; spin: mov $31, $0; mov $31, $1\n"
        "spinning: addq $0, 1, $0; addq $1, 1, $1; br $31, spinning; after_spin: subq $0, $1, $0; ret $31, ($26), 1; .end spin\n");
#else
__asm__(".text; .globl spin, spinning, after_spin; spin: xorl %eax, %eax; xorl %edx, %edx\n"
        "spinning: addl $1, %eax; addl $1, %edx; jmp spinning; after_spin: subl %edx, %eax; ret\n");
#endif

/* The third that interrupts the loop ends it, and goes on behind it. */
static void leave_on_tick(int signal UNUSED, siginfo_t *info UNUSED, struct context *context)
{
    if ((word)CONTEXT_PC(context) - (word)spinning >= (word)(after_spin - spinning))
        return;
    if (++ticks % 3 == 0)
        CONTEXT_PC(context) = (word)after_spin;
}

static NOINLINE u32 count_until(int enough)
{
    u32 rounds = 0;

    while (ticks < enough)
        rounds++;
    return rounds;
}

static void interrupted(void)
{
    volatile u32 *memory = (u32 *)(void *)map_pages(1, PROT_READ | PROT_WRITE);
    u32 rounds = 3000000 * scale, undisturbed, sum, left = 0;
    int seen;

    catch_signal(SIGALRM, count_tick, 0, 0);
    undisturbed = register_loop(rounds);
    ticks = 0;
    tick_every(200);
    sum = register_loop(rounds);
    tick_every(0);
    seen = ticks;
    say("registers only: the same %?, signals %?", sum == undisturbed, seen >= 3);

    rounds = 1500000 * scale;
    undisturbed = memory_loop(memory, rounds);
    fill_words(memory, 0);
    ticks = 0;
    tick_every(200);
    sum = memory_loop(memory, rounds);
    tick_every(0);
    seen = ticks;
    say("loads and stores: the same %?, signals %?", sum == undisturbed, seen >= 3);

    ticks = 0;
    tick_every(500);
    sum = count_until(20);
    tick_every(0);
    say("a loop that waits for 20 signals: %d, went round %?", ticks, sum > 20);

    catch_signal(SIGALRM, leave_on_tick, SA_SIGINFO, 0);
    ticks = 0;
    tick_every(500);
    for (int i = 0; i < 8; i++)
        left += (u32)spin() <= 1;
    tick_every(0);
    say("a loop without end, left 8 times: %d, between two instructions: %d", ticks, left);
}

/* ------------------------------------------------------------------------------------------------------------------- threads */

static volatile u32 shared_counter, wide_counter[64];
static volatile u32 flag, message[256];

static void count_up(struct thread *thread)
{
    for (u32 i = 0; i < 300000 * scale; i++) {
        __atomic_fetch_add(&shared_counter, 1, __ATOMIC_SEQ_CST);
        u32 seen = wide_counter[32];
        while (!__atomic_compare_exchange_n(&wide_counter[32], &seen, seen + 3, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
            ;
    }
    thread->result = 1;
}

/* A message of 256 words, and whose turn it is: plain loads and stores, and fences between them. */
static void hand_over(struct thread *thread)
{
    u32 me = (u32)thread->number - 2;
    int wrong = 0;

    for (u32 turn = me; turn < 120 * scale; turn += 2) {
        while (flag != turn)
            ;
        FENCE();
        for (u32 i = 0; i < 256; i++) {
            wrong += message[i] != turn * 3 + i;
            message[i] = (turn + 1) * 3 + i;
        }
        FENCE();
        flag = turn + 1;
    }
    thread->result = wrong;
}

static void together(void)
{
    start_thread(0, count_up);
    start_thread(1, count_up);
    join(0);
    join(1);
    say("two threads that count: %?, %?", shared_counter == 600000 * scale, wide_counter[32] == 3 * 600000 * scale);

    for (u32 i = 0; i < 256; i++)
        message[i] = i;
    start_thread(2, hand_over);
    start_thread(3, hand_over);
    join(2);
    join(3);
    say("handed over to and fro: %d wrong, at the end %?", threads[2].result + threads[3].result, flag == 120 * scale);
}

/* ---------------------------------------------------------------------------------------------------------------------- exec */

enum { EXECS = 9 };

static char *own_path;
static u32 exec_number;

static void exec_next(void)
{
    static char number[16], factor[16];
    char *words[] = { own_path, "exec", factor, number, 0 }, *none[] = { 0 };

    *put_number(factor, scale, 10) = 0;
    *put_number(number, exec_number + 1, 10) = 0;
    say("not replaced: %r", CALL3(execve, own_path, words, none));
    leave(1);
}

static void exec_on_tick(int signal UNUSED)
{
    if (++ticks < 6)
        return;
    tick_every(0);
    exec_next();
}

/* The call is the loop's own: it is behind a branch that was never taken before. */
static NOINLINE u32 exec_after(u32 rounds)
{
    u32 value = 1;

    for (u32 i = 0;; i++) {
        value = value * 1664525 + 1013904223;
        if (i == rounds)
            exec_next();
    }
    return value;
}

static void exec_in_thread(struct thread *thread UNUSED)
{
    exec_after(600000 * scale);
}

/* From a loop, from the handler of a signal that interrupts one, and from a thread while the first thread is in one, in turn. */
static void replaced(void)
{
    catch_signal(SIGALRM, (void *)1, 0, 0);         /* drops one that came while the last handler ran: it is pending still */
    set_mask(SIG_SETMASK, 0);
    say("program %u, threads' counter %u, signals %d", exec_number, shared_counter, ticks);
    if (exec_number == EXECS)
        return;
    shared_counter = exec_number + 7;
    switch (exec_number % 3) {
    case 0:
        exec_after(600000 * scale);
        break;
    case 1:
        catch_signal(SIGALRM, exec_on_tick, 0, 0);
        tick_every(300);
        count_until(1000);
        break;
    default:
        start_thread(1, exec_in_thread);
        count_until(1);
        break;
    }
}

/* --------------------------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*run)(void);
} scenarios[] = {
    { "rewritten", rewritten }, { "exchanged", exchanged }, { "forked", forked }, { "repaired", repaired }, { "remapped", remapped },
    { "copied", copied }, { "crowded", crowded }, { "interrupted", interrupted }, { "together", together }, { "exec", replaced },
};

static int run(int argc, char **argv, char **envp UNUSED)
{
    own_path = argv[0];
    if (argc > 2)
        scale = number_of(argv[2]);
    if (argc > 3)
        exec_number = number_of(argv[3]);
    for (unsigned i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
        if (argc > 1 ? same_text(argv[1], scenarios[i].name) : scenarios[i].run != replaced)
            scenarios[i].run();
    return 0;
}
