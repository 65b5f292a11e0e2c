/* POSIX threads: creation, join, mutexes, condition variables, thread-local storage, once, cancellation, keys with destructors. */

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 4

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static sem_t semaphore;
static __thread int mine = 5;
static int counter, turn, destroyed, initialised;
static char order[64];

static void initialise(void)
{
    initialised++;
}

static void destroy(void *value)
{
    pthread_mutex_lock(&lock);
    destroyed += *(int *)value;
    pthread_mutex_unlock(&lock);
    free(value);
}

static void *work(void *argument)
{
    int number = (int)(long)argument, *value = malloc(sizeof *value);

    pthread_once(&once, initialise);
    *value = number + 1;
    pthread_setspecific(key, value);
    for (int i = 0; i < 1000; i++) {
        pthread_mutex_lock(&lock);
        counter++;
        pthread_mutex_unlock(&lock);
        mine += number;
    }
    pthread_mutex_lock(&lock);
    while (turn != number)
        pthread_cond_wait(&changed, &lock);
    order[turn] = (char)('a' + number);
    turn++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return (void *)(long)mine;
}

static void *wait_for_ever(void *argument)
{
    (void)argument;
    sem_post(&semaphore);
    for (;;)
        pthread_testcancel();
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS], other;
    void *result;

    pthread_key_create(&key, destroy);
    sem_init(&semaphore, 0, 0);
    for (long i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, (void *)i))
            printf("no thread\n");
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &result);
        printf("thread %d: %ld\n", i, (long)result);
    }
    printf("counter %d, order %s, mine %d, once %d, destroyed %d\n", counter, order, mine, initialised, destroyed);
    pthread_create(&other, NULL, wait_for_ever, NULL);
    sem_wait(&semaphore);
    printf("cancel %d\n", pthread_cancel(other));
    pthread_join(other, &result);
    printf("cancelled %d\n", result == PTHREAD_CANCELED);
    return 0;
}
