/* Programs that write programs: into fresh pages, over instructions that ran, under write protection, from another process. */

#include "guest.h"

typedef int function(void);

static int result_of(u8 *code)
{
    return ((function *)(void *)code)();
}

static void fresh(void)
{
    u8 *page = map_pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
    int sum = 0;

    for (int i = 0; i < 100; i++) {
        put_return(page, i);
        code_was_written();
        sum = sum * 3 % 10007 + result_of(page);
    }
    say("the same instruction, a hundred times changed: %d", sum);

    sum = 0;
    for (word at = 0; at + 16 <= page_bytes; at += 16)
        put_return(page + at, (int)(at >> 4));
    code_was_written();
    for (int round = 0; round < 3; round++)
        for (word at = 0; at + 16 <= 4096; at += 16)
            sum = (sum + result_of(page + at)) % 100003;
    say("a page full of functions: %d", sum);
    put_return(page + 160, 1000);
    code_was_written();
    say("one of them changed: %d %d %d", result_of(page + 144), result_of(page + 160), result_of(page + 176));
}

static void protected(void)
{
    u8 *page = map_pages(1, PROT_READ | PROT_WRITE);
    int sum = 0;

    for (int i = 0; i < 20; i++) {
        CALL3(mprotect, page, page_bytes, PROT_READ | PROT_WRITE);
        put_return(page, i + 1);
        code_was_written();
        CALL3(mprotect, page, page_bytes, PROT_READ | PROT_EXEC);
        sum += result_of(page);
    }
    say("written, then executed, in turn: %d", sum);
}

static void replaced(void)
{
    u8 *page = map_pages(1, PROT_READ | PROT_WRITE | PROT_EXEC), *other;
    int sum = 0;

    for (int i = 0; i < 10; i++) {
        put_return(page, i + 7);
        code_was_written();
        sum = sum * 2 + result_of(page);
        CALL2(munmap, page, page_bytes);
        map_at(page, page_bytes, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    }
    say("another page at the same place: %d", sum);
    other = map_pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
    put_return(page, 1);
    put_return(other, 2);
    code_was_written();
    sum = result_of(page) * 10 + result_of(other);
    CALL5(mremap, other, page_bytes, page_bytes, MREMAP_MAYMOVE | MREMAP_FIXED, page);
    code_was_written();
    say("moved over it: %d then %d", sum, result_of(page));
}

/* Two addresses of one page: written at one, executed at the other. */
static void twice(const char *directory)
{
    static char path[400];
    u8 *write, *execute;
    int sum = 0;
    long descriptor;

    copy_text(path, directory);
    copy_text(path + length_of(path), "/code");
    descriptor = CALL4(openat, AT_FDCWD, path, O_RDWR | O_CREAT, 0600);
    CALL2(ftruncate, descriptor, page_bytes);
    write = map_at(0, page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, (int)descriptor, 0);
    execute = map_at(0, page_bytes, PROT_READ | PROT_EXEC, MAP_SHARED, (int)descriptor, 0);
    for (int i = 0; i < 50; i++) {
        put_return(write, i);
        code_was_written();
        sum += result_of(execute);
    }
    say("by another address: %d", sum);

    /* And by write(), which no store instruction does. */
    {
        u8 code[16];
        unsigned bytes = put_return(code, 321);
        CALL4(pwrite64, descriptor, code, bytes, 0);
        code_was_written();
        say("by the kernel: %d", result_of(execute));
    }
    {
        long child = CALL0(fork);
        if (child == 0) {
            put_return(write, 654);
            leave(0);
        }
        reap(child);
        code_was_written();
        say("by a child: %d", result_of(execute));
    }
}

static void copied(void)
{
    u8 *page = map_pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
    long child;

    put_return(page, 10);
    code_was_written();
    say("before fork: %d", result_of(page));
    child = CALL0(fork);
    if (child == 0) {
        put_return(page, 20);
        code_was_written();
        leave(result_of(page));
    }
    say_status("the child's copy, 20", reap(child));
    say("the parent's: %d", result_of(page));
}

/* Data and code in one page, in turn, as in just-in-time compilers. */
static void beside(void)
{
    u8 *page = map_pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
    volatile int *data = (volatile int *)(void *)(page + 2048);
    int sum = 0;

    put_return(page, 3);
    code_was_written();
    for (int i = 0; i < 2000; i++) {
        *data = i;
        sum = (sum + result_of(page) + *data) & 0xffff;
    }
    say("data beside code: %d", sum);
}

/* A function at the end of a page that goes on in the next one. */
static void across(void)
{
    u8 *pages = map_pages(2, PROT_READ | PROT_WRITE | PROT_EXEC), *at = pages + page_bytes - 4;

    put_return(at, 1111);
    code_was_written();
    say("across pages: %d", result_of(at));
    put_return(at, 2222);
    code_was_written();
    say("changed: %d", result_of(at));
    CALL3(mprotect, pages, page_bytes, PROT_READ | PROT_EXEC);
    say("first page protected: %d", result_of(at));
}

static int run(int argc, char **argv, char **envp UNUSED)
{
    fresh();
    protected();
    replaced();
    copied();
    beside();
    across();
    if (argc > 1)
        twice(argv[1]);
    return 0;
}
