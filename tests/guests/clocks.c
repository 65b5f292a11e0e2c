/* Clocks go forward, sleep takes its time, and what cannot be is refused. Nothing here says what time it is. */

#include "guest.h"

/* In nanoseconds, modulo 2^64. */
static u64 now(int clock)
{
    struct two_words time = { 0, 0 };

    CALL2(clock_gettime, clock, &time);
    return (u64)time.seconds * 1000000000u + (u64)time.nanoseconds;
}

static int run(int argc UNUSED, char **argv UNUSED, char **envp UNUSED)
{
    struct two_words time, sleep = { 0, 20000000 }, wrong = { 0, 1000000000 }, before = { -1, 0 };
    struct { long seconds, microseconds; } day;
    u64 first, second;
    int forward = 1;
    long result;

    for (int clock = 0; clock < 2; clock++) {
        u64 last = now(clock);
        for (int i = 0; i < 1000; i++) {
            u64 next = now(clock);
            forward &= next >= last;
            last = next;
        }
    }
    say("clocks go forward: %?", forward);
    result = CALL2(clock_gettime, CLOCK_REALTIME, &time);
    say("clock_gettime: %r, nanoseconds in range: %?", result, time.nanoseconds >= 0 && time.nanoseconds < 1000000000);
    result = CALL2(gettimeofday, &day, 0);
    say("gettimeofday: %r, the same second or the next: %?", result, day.seconds - time.seconds == 0 || day.seconds - time.seconds == 1);
    say("clock_getres: %k, no such clock: %r, bad address: %r", CALL2(clock_getres, CLOCK_MONOTONIC, &time), CALL2(clock_gettime, 99, &time),
        CALL2(clock_gettime, CLOCK_MONOTONIC, 16));

    first = now(CLOCK_MONOTONIC);
    say("nanosleep: %r", CALL2(nanosleep, &sleep, 0));
    second = now(CLOCK_MONOTONIC);
    say("20 ms or more: %?, less than ten seconds: %?", second - first >= 20000000, second - first < 10000000000ull);
    say("wrong: %r %r %r", CALL2(nanosleep, &wrong, 0), CALL2(nanosleep, &before, 0), CALL2(nanosleep, 16, 0));
    sleep.nanoseconds = 0;
    say("no time: %r", CALL2(nanosleep, &sleep, 0));

    first = now(CLOCK_MONOTONIC);
    time.seconds = 0, time.nanoseconds = 10000000;
    say("clock_nanosleep: %r", CALL4(clock_nanosleep, CLOCK_MONOTONIC, 0, &time, 0));
    CALL2(clock_gettime, CLOCK_MONOTONIC, &time);
    time.nanoseconds += 10000000;
    if (time.nanoseconds >= 1000000000)
        time.seconds++, time.nanoseconds -= 1000000000;
    say("until a time: %r", CALL4(clock_nanosleep, CLOCK_MONOTONIC, 1, &time, 0));
    second = now(CLOCK_MONOTONIC);
    say("20 ms or more: %?", second - first >= 20000000);
    say("until a time that is over: %r", CALL4(clock_nanosleep, CLOCK_MONOTONIC, 1, &sleep, 0));
    say("CPU time: %?", now(CLOCK_PROCESS_CPUTIME_ID) > 0);
    return 0;
}
