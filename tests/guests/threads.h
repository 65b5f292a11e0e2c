/* Threads by clone(), for the guests that need some: up to THREADS at a time. */

#define THREADS 4
#define STACK_BYTES 65536

#define THREAD_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM \
    | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

struct thread {
    void *self;                                     /* what the thread pointer finds */
    int number;
    int tid;                                        /* the kernel's: set at the start, zero and woken at the end */
    int result;
    void (*work)(struct thread *);
#ifdef __i386__
    struct { u32 entry, base, limit, flags; } descriptor;
#endif
};

static struct thread threads[THREADS];
static u8 stacks[THREADS][STACK_BYTES] __attribute__((aligned(16)));

static void end_thread(void)
{
    for (;;)
        CALL1(exit, 0);
}

static void begin(void *argument)
{
    struct thread *thread = argument;

    thread->work(thread);
    end_thread();
}

UNUSED static long wait_while(volatile int *at, int value)
{
    return CALL4(futex, at, FUTEX_WAIT, value, 0);
}

UNUSED static void start_thread(int number, void (*work)(struct thread *))
{
    struct thread *thread = &threads[number];
    void *pointer = thread;
    long result;

    thread->self = thread;
    thread->number = number;
    thread->result = 0;
    thread->work = work;
#ifdef __i386__
    /* A segment of the global descriptor table: the kernel chooses which. A new thread comes up with its parent's %gs. */
    thread->descriptor.entry = (u32)-1;
    thread->descriptor.base = (u32)thread;
    thread->descriptor.limit = 0xfffff;
    thread->descriptor.flags = 0x51;
    {
        static u32 chosen;
        if (!chosen) {
            u16 old;
            CALL1(set_thread_area, &thread->descriptor);
            chosen = thread->descriptor.entry;
            old = (u16)(chosen * 8 + 3);
            __asm__ volatile("movw %0, %%gs" :: "r"(old));
        }
        thread->descriptor.entry = chosen;
    }
    pointer = &thread->descriptor;
#endif
    result = clone_thread(THREAD_FLAGS, stacks[number] + STACK_BYTES, &thread->tid, pointer, &thread->tid, begin, thread);
    if (result < 0)
        say("clone: %r", result);
}

UNUSED static void join(int number)
{
    int tid;

    while ((tid = *(volatile int *)&threads[number].tid) != 0)
        wait_while(&threads[number].tid, tid);
}
