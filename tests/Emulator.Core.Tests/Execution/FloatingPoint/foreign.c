/* Executes floating-point instructions of s390x, ppc64 or sparc64 on operands from standard input, without a library.
 *
 *     qemu-MACHINE foreign < cases > outcomes
 *
 * A case:     name of the instruction, 16 bytes; control register, 8 bytes; three operands, 16 bytes each.
 * An outcome: result, 16 bytes; control register, 8 bytes; a number, 8 bytes.
 * Operands are numbers of 128 bits, all in the machine's order. ForeignUnit.cs reads and writes these; change both.
 */
typedef unsigned long u64;
typedef unsigned int u32;
struct in { char name[16]; u64 control, ahigh, alow, bhigh, blow, chigh, clow; };
struct out { u64 high, low, control, number; };

static long call(long number, long a, const void *b, long c)
{
#if defined(__s390x__)
    register long r1 __asm__("1") = number, r2 __asm__("2") = a, r4 __asm__("4") = c;
    register const void *r3 __asm__("3") = b;
    __asm__ volatile("svc 0" : "+d"(r2) : "d"(r1), "d"(r3), "d"(r4) : "memory", "cc");
    return r2;
#elif defined(__powerpc64__)
    register long r0 __asm__("0") = number, r3 __asm__("3") = a, r5 __asm__("5") = c;
    register const void *r4 __asm__("4") = b;
    __asm__ volatile("sc; bns+ 1f; neg 3, 3; 1:" : "+r"(r3), "+r"(r0), "+r"(r4), "+r"(r5)
        : : "memory", "cc", "ctr", "6", "7", "8", "9", "10", "11", "12");
    return r3;
#elif defined(__sparc_v9__)
    register long g1 __asm__("g1") = number, o0 __asm__("o0") = a, o2 __asm__("o2") = c;
    register const void *o1 __asm__("o1") = b;
    __asm__ volatile("ta 0x6d; bcs,a 1f; neg %%o0; 1:" : "+r"(o0) : "r"(g1), "r"(o1), "r"(o2) : "memory", "cc");
    return o0;
#endif
}

static union { double d; u64 u; } box64;
static inline double f64(u64 bits) { box64.u = bits; return box64.d; }
static inline u64 bits64(double value) { box64.d = value; return box64.u; }
static union { float f; u32 u; } box32;
static inline float f32(u64 bits) { box32.u = (u32)bits; return box32.f; }
static inline u64 bits32(float value) { box32.f = value; return box32.u; }
static union { long double q; u64 u[2]; } box128;
static inline long double f128(u64 high, u64 low) { box128.u[0] = high; box128.u[1] = low; return box128.q; }

static int same(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

#define CASE(n) if (same(i->name, n))
#define A32 f32(i->alow)
#define B32 f32(i->blow)
#define C32 f32(i->clow)
#define A64 f64(i->alow)
#define B64 f64(i->blow)
#define C64 f64(i->clow)
#define A128 f128(i->ahigh, i->alow)
#define B128 f128(i->bhigh, i->blow)
#define PUT32 o->low = bits32(r)
#define PUT64 o->low = bits64(r)
#define PUT128 (box128.q = r, o->high = box128.u[0], o->low = box128.u[1])
#define PUTI o->low = (u64)r

static int run(const struct in *i, struct out *o)
{
#if defined(__s390x__)
    u32 fpc = (u32)i->control;
#define SET "sfpc %1\n\t"
#define GET "\n\tefpc %1"
#define TWO(n, T, bits) CASE(n) { T r = A##bits, b = B##bits; __asm__ volatile(SET n " %0,%2" GET : "+f"(r), "+d"(fpc) : "f"(b)); PUT##bits; goto done; }
#define ONE(n, code, T, out, F, in) CASE(n) { T r; F a = A##in; __asm__ volatile(SET code GET : "=f"(r), "+d"(fpc) : "f"(a)); PUT##out; goto done; }
#define MA(n, T, bits) CASE(n) { T r = C##bits, a = A##bits, b = B##bits; __asm__ volatile(SET n " %0,%2,%3" GET : "+f"(r), "+d"(fpc) : "f"(a), "f"(b)); PUT##bits; goto done; }
#define INT(n, code, R, F, in) CASE(n) { R r; F a = A##in; __asm__ volatile(SET code GET : "=d"(r), "+d"(fpc) : "f"(a) : "cc"); PUTI; goto done; }
#define FROM(n, T, bits, I) CASE(n) { T r; I a = (I)i->alow; __asm__ volatile(SET n " %0,%2" GET : "=f"(r), "+d"(fpc) : "d"(a)); PUT##bits; goto done; }
#define CMP(n, T, bits) CASE(n) { T a = A##bits, b = B##bits; u64 cc; __asm__ volatile(SET n " %2,%3\n\tipm %0" GET : "=d"(cc), "+d"(fpc) : "f"(a), "f"(b) : "cc"); o->number = cc >> 28 & 3; goto done; }
    TWO("aebr", float, 32) TWO("sebr", float, 32) TWO("meebr", float, 32) TWO("debr", float, 32)
    TWO("adbr", double, 64) TWO("sdbr", double, 64) TWO("mdbr", double, 64) TWO("ddbr", double, 64)
    TWO("axbr", long double, 128) TWO("sxbr", long double, 128) TWO("mxbr", long double, 128) TWO("dxbr", long double, 128)
    ONE("sqebr", "sqebr %0,%2", float, 32, float, 32) ONE("sqdbr", "sqdbr %0,%2", double, 64, double, 64) ONE("sqxbr", "sqxbr %0,%2", long double, 128, long double, 128)
    MA("maebr", float, 32) MA("madbr", double, 64) MA("msebr", float, 32) MA("msdbr", double, 64)
    ONE("ledbr", "ledbr %0,%2", float, 32, double, 64) ONE("ldebr", "ldebr %0,%2", double, 64, float, 32)
    ONE("lxdbr", "lxdbr %0,%2", long double, 128, double, 64) ONE("lxebr", "lxebr %0,%2", long double, 128, float, 32)
    /* The first operand of these must be a pair of registers, although half of it is the result. */
    CASE("ldxbr") { long double r, a = A128; __asm__ volatile(SET "ldxbr %0,%2" GET : "=f"(r), "+d"(fpc) : "f"(a)); PUT128; o->low = o->high; o->high = 0; goto done; }
    CASE("lexbr") { long double r, a = A128; __asm__ volatile(SET "lexbr %0,%2" GET : "=f"(r), "+d"(fpc) : "f"(a)); PUT128; o->low = o->high >> 32; o->high = 0; goto done; }
    ONE("fidbr", "fidbr %0,0,%2", double, 64, double, 64) ONE("fidbr-away", "fidbr %0,1,%2", double, 64, double, 64)
    ONE("fixbr", "fixbr %0,0,%2", long double, 128, long double, 128) ONE("fixbr-away", "fixbr %0,1,%2", long double, 128, long double, 128)
    ONE("fiebr", "fiebr %0,0,%2", float, 32, float, 32)
    INT("cfdbr", "cfdbr %0,0,%2", int, double, 64) INT("cgdbr", "cgdbr %0,0,%2", long, double, 64) INT("cfdbr-away", "cfdbr %0,1,%2", int, double, 64)
    INT("cgdbr-away", "cgdbr %0,1,%2", long, double, 64) INT("cgxbr", "cgxbr %0,0,%2", long, long double, 128) INT("cfxbr-away", "cfxbr %0,1,%2", int, long double, 128)
    INT("cgxbr-away", "cgxbr %0,1,%2", long, long double, 128) INT("cfebr", "cfebr %0,0,%2", int, float, 32)
    FROM("cdgbr", double, 64, long) FROM("cegbr", float, 32, long) FROM("cxgbr", long double, 128, long)
    CMP("cdbr", double, 64) CMP("kdbr", double, 64) CMP("cxbr", long double, 128) CMP("kebr", float, 32)
    return 0;
done:
    o->control = fpc;
#elif defined(__powerpc64__)
    double fpscr = f64(i->control);
#define SET "mtfsf 255,%1\n\t"
#define GET "\n\tmffs %1"
#define TWO(n) CASE(n) { double r, a = A64, b = B64; __asm__ volatile(SET n " %0,%2,%3" GET : "=&d"(r), "+&d"(fpscr) : "d"(a), "d"(b)); PUT64; goto done; }
#define ONE(n) CASE(n) { double r, a = A64; __asm__ volatile(SET n " %0,%2" GET : "=&d"(r), "+&d"(fpscr) : "d"(a)); PUT64; goto done; }
#define MA(n) CASE(n) { double r, a = A64, b = B64, c = C64; __asm__ volatile(SET n " %0,%2,%3,%4" GET : "=&d"(r), "+&d"(fpscr) : "d"(a), "d"(b), "d"(c)); PUT64; goto done; }
#define CMP(n) CASE(n) { double a = A64, b = B64; u64 cr; __asm__ volatile(SET n " 0,%2,%3\n\tmfcr %0" GET : "=&r"(cr), "+&d"(fpscr) : "d"(a), "d"(b) : "cr0"); o->number = cr >> 28 & 15; goto done; }
    TWO("fadd") TWO("fsub") TWO("fmul") TWO("fdiv") ONE("fsqrt") MA("fmadd") MA("fmsub")
    TWO("fadds") TWO("fsubs") TWO("fmuls") TWO("fdivs") ONE("fsqrts") MA("fmadds") MA("fmsubs")
    ONE("frsp") ONE("fctiw") ONE("fctiwz") ONE("fctid") ONE("fctidz") ONE("fcfid") ONE("frim") ONE("frin") CMP("fcmpu") CMP("fcmpo")
    return 0;
done:
    o->control = bits64(fpscr);
#elif defined(__sparc_v9__)
    u64 fsr = i->control;
#define SET "ldx %1,%%fsr\n\t"
#define GET "\n\tstx %%fsr,%1"
#define TWO(n, T, bits) CASE(n) { T r, a = A##bits, b = B##bits; __asm__ volatile(SET n " %2,%3,%0" GET : "=&e"(r), "+m"(fsr) : "e"(a), "e"(b)); PUT##bits; goto done; }
#define ONE(n, T, out, F, in) CASE(n) { T r; F a = A##in; __asm__ volatile(SET n " %2,%0" GET : "=&e"(r), "+m"(fsr) : "e"(a)); PUT##out; goto done; }
/* QEMU stores both halves of a register pair as the upper one (stq), and the compiler uses that: binary128 goes by hand. */
#define QUAD(n, in, code, out) CASE(n) { __asm__ volatile("ldx [%2],%%fsr\n\t" in "\n\t" code "\n\t" out "\n\tstx %%fsr,[%2]" \
        : : "r"(i), "r"(o), "r"(&fsr) : "memory", "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11"); goto done; }
#define LOAD64 "ldd [%0+32],%%f0"
#define LOAD128 "ldd [%0+24],%%f0; ldd [%0+32],%%f2; ldd [%0+40],%%f4; ldd [%0+48],%%f6"
#define STORE32 "st %%f8,[%1+12]"
#define STORE64 "std %%f8,[%1+8]"
#define STORE128 "std %%f8,[%1]; std %%f10,[%1+8]"
    TWO("fadds", float, 32) TWO("fmuls", float, 32) TWO("fdivs", float, 32)
    TWO("faddd", double, 64) TWO("fsubd", double, 64) TWO("fmuld", double, 64) TWO("fdivd", double, 64)
    QUAD("faddq", LOAD128, "faddq %%f0,%%f4,%%f8", STORE128) QUAD("fsubq", LOAD128, "fsubq %%f0,%%f4,%%f8", STORE128)
    QUAD("fmulq", LOAD128, "fmulq %%f0,%%f4,%%f8", STORE128) QUAD("fdivq", LOAD128, "fdivq %%f0,%%f4,%%f8", STORE128)
    QUAD("fsqrtq", LOAD128, "fsqrtq %%f0,%%f8", STORE128) QUAD("fqtod", LOAD128, "fqtod %%f0,%%f8", STORE64) QUAD("fqtos", LOAD128, "fqtos %%f0,%%f8", STORE32)
    QUAD("fqtox", LOAD128, "fqtox %%f0,%%f8", STORE64) QUAD("fdtoq", LOAD64, "fdtoq %%f0,%%f8", STORE128) QUAD("fxtoq", LOAD64, "fxtoq %%f0,%%f8", STORE128)
    ONE("fsqrtd", double, 64, double, 64) ONE("fdtos", float, 32, double, 64) ONE("fstod", double, 64, float, 32)
    ONE("fdtoi", float, 32, double, 64) ONE("fdtox", double, 64, double, 64) ONE("fxtod", double, 64, double, 64) ONE("fxtos", float, 32, double, 64)
    return 0;
done:
    o->control = fsr;
#endif
    return 1;
}

static char buffer[sizeof(struct in) * 512] __attribute__((aligned(16)));

void _start(void)
{
    for (;;)
    {
        long have = 0, got;
        while (have < (long)sizeof buffer && (got = call(3, 0, buffer + have, sizeof buffer - have)) > 0)
            have += got;
        for (long at = 0; at + (long)sizeof(struct in) <= have; at += sizeof(struct in))
        {
            struct out o = { 0, 0, 0, 0 };
            if (!run((const struct in *)(buffer + at), &o))
                call(1, 2, 0, 0);
            call(4, 1, &o, sizeof o);
        }
        if (have < (long)sizeof buffer)
            call(1, 0, 0, 0);
    }
}
