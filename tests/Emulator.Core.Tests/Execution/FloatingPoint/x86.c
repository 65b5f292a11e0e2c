/* Executes floating-point instructions of this machine on operands from standard input: SSE, FMA3, x87, and gcc's __float128.
 *
 *     x86 OPERATION < cases > outcomes
 *
 * A case:     control (MXCSR or the x87 control word), 4 bytes; number, 4 bytes; three operands, 16 bytes each.
 * An outcome: two results, 16 bytes each; flags (MXCSR or the x87 status word), 4 bytes; a number, 4 bytes.
 * HostUnit.cs reads and writes these; change both.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct in { uint32_t control, number; unsigned char a[16], b[16], c[16]; };
struct out { unsigned char r[16], s[16]; uint32_t flags, number; };
typedef void run(const struct in *, struct out *);

static uint32_t get_mxcsr(void) { uint32_t v; __asm__ volatile("stmxcsr %0" : "=m"(v)); return v; }
static void set_mxcsr(uint32_t v) { __asm__ volatile("ldmxcsr %0" : : "m"(v)); }

/* SSE: result in xmm0, operands in xmm0 to xmm2. */
#define SSE(name, code) \
static void op_##name(const struct in *i, struct out *o) { \
    uint32_t n = o->number, flags = i->control, calm = 0x1f80; \
    __asm__ volatile("movdqu %3, %%xmm0; movdqu %4, %%xmm1; movdqu %5, %%xmm2; ldmxcsr %1; " code "; stmxcsr %1; ldmxcsr %6; movdqu %%xmm0, %0" \
        : "=m"(o->r), "+m"(flags), "+a"(n) : "m"(i->a), "m"(i->b), "m"(i->c), "m"(calm) : "xmm0", "xmm1", "xmm2", "cc", "memory"); \
    o->flags = flags & 0x3f; o->number = n; }

#define SSE_BOTH(name, code) SSE(name##64, code "sd %%xmm1, %%xmm0") SSE(name##32, code "ss %%xmm1, %%xmm0")
SSE_BOTH(add, "add") SSE_BOTH(sub, "sub") SSE_BOTH(mul, "mul") SSE_BOTH(div, "div") SSE_BOTH(min, "min") SSE_BOTH(max, "max")
SSE(sqrt64, "sqrtsd %%xmm0, %%xmm0") SSE(sqrt32, "sqrtss %%xmm0, %%xmm0")
#define FLAGS "; lahf; movzbl %%ah, %%eax"
SSE(ucomi64, "ucomisd %%xmm1, %%xmm0" FLAGS) SSE(ucomi32, "ucomiss %%xmm1, %%xmm0" FLAGS)
SSE(comi64, "comisd %%xmm1, %%xmm0" FLAGS) SSE(comi32, "comiss %%xmm1, %%xmm0" FLAGS)
SSE(round64, "roundsd $4, %%xmm0, %%xmm0") SSE(round32, "roundss $4, %%xmm0, %%xmm0")
SSE(roundquiet64, "roundsd $12, %%xmm0, %%xmm0") SSE(roundquiet32, "roundss $12, %%xmm0, %%xmm0")
/* Which operand is the multiplicand: Intel SDM vol. 2, VFMADD132SD and the rules for NaNs in vol. 1, 14.5.2. */
#define FMA(name, code) \
    SSE(name##64, code "sd %%xmm2, %%xmm0, %%xmm1; movaps %%xmm1, %%xmm0") SSE(name##32, code "ss %%xmm2, %%xmm0, %%xmm1; movaps %%xmm1, %%xmm0")
FMA(fmadd, "vfmadd213") FMA(fmsub, "vfmsub213") FMA(fnmadd, "vfnmadd213") FMA(fnmsub, "vfnmsub213")
SSE(fmadd_132_64, "vfmadd132sd %%xmm1, %%xmm2, %%xmm0") SSE(fmadd_231_64, "vfmadd231sd %%xmm1, %%xmm0, %%xmm2; movaps %%xmm2, %%xmm0")
SSE(f64to32, "cvtsd2ss %%xmm0, %%xmm0") SSE(f32to64, "cvtss2sd %%xmm0, %%xmm0")
SSE(f64toi32, "cvtsd2si %%xmm0, %%eax; movd %%eax, %%xmm0") SSE(f32toi32, "cvtss2si %%xmm0, %%eax; movd %%eax, %%xmm0")
SSE(f64cuti32, "cvttsd2si %%xmm0, %%eax; movd %%eax, %%xmm0") SSE(f32cuti32, "cvttss2si %%xmm0, %%eax; movd %%eax, %%xmm0")
SSE(f64toi64, "cvtsd2si %%xmm0, %%rax; movq %%rax, %%xmm0") SSE(f32toi64, "cvtss2si %%xmm0, %%rax; movq %%rax, %%xmm0")
SSE(f64cuti64, "cvttsd2si %%xmm0, %%rax; movq %%rax, %%xmm0") SSE(f32cuti64, "cvttss2si %%xmm0, %%rax; movq %%rax, %%xmm0")
SSE(i32tof64, "movd %%xmm0, %%eax; cvtsi2sdl %%eax, %%xmm0") SSE(i32tof32, "movd %%xmm0, %%eax; cvtsi2ssl %%eax, %%xmm0")
SSE(i64tof64, "movq %%xmm0, %%rax; cvtsi2sdq %%rax, %%xmm0") SSE(i64tof32, "movq %%xmm0, %%rax; cvtsi2ssq %%rax, %%xmm0")

/* x87: st(0) is a, st(1) is b; st(0) and, where there is one, the next are stored. Exceptions may be unmasked: nothing here waits for them. */
#define X87(name, code, store) \
static void op_##name(const struct in *i, struct out *o) { \
    uint16_t control = (uint16_t)i->control, status; \
    __asm__ volatile("fninit; fldt %4; fldt %3; fldcw %2; " code "; fnstsw %1; fnclex; " store "; fninit" \
        : "+m"(*o), "=m"(status) : "m"(control), "m"(i->a), "m"(i->b), "m"(i->c), "r"(&o->r), "r"(&o->s) : "memory", "cc"); \
    o->flags = status; }
#define ONE "fstpt (%6)"
#define TWO "fstpt (%6); fstpt (%7)"
X87(fadd, "fadd %%st(1), %%st", ONE) X87(fsub, "fsub %%st(1), %%st", ONE) X87(fmul, "fmul %%st(1), %%st", ONE)
X87(fdiv, "fdiv %%st(1), %%st", ONE) X87(fsqrt, "fsqrt", ONE) X87(frndint, "frndint", ONE)
X87(fprem, "fprem", ONE) X87(fprem1, "fprem1", ONE) X87(fscale, "fscale", ONE) X87(fxtract, "fxtract", TWO)
X87(fcom, "fcom %%st(1)", ONE) X87(fucom, "fucom %%st(1)", ONE) X87(fxam, "fxam", ONE) X87(fchs, "fchs", ONE) X87(fabs, "fabs", ONE)
X87(fst32, "fstps (%6)", "nop") X87(fst64, "fstpl (%6)", "nop")
X87(fld32, "flds %3", ONE) X87(fld64, "fldl %3", ONE)
X87(fild16, "filds %3", ONE) X87(fild32, "fildl %3", ONE) X87(fild64, "fildq %3", ONE)
X87(fist16, "fistps (%6)", "nop") X87(fist32, "fistpl (%6)", "nop") X87(fist64, "fistpq (%6)", "nop")
X87(fisttp16, "fisttps (%6)", "nop") X87(fisttp32, "fisttpl (%6)", "nop") X87(fisttp64, "fisttpq (%6)", "nop")
X87(fbld, "fbld %3", ONE) X87(fbstp, "fbstp (%6)", "nop")
X87(fld1, "fld1", ONE) X87(fldl2t, "fldl2t", ONE) X87(fldl2e, "fldl2e", ONE) X87(fldpi, "fldpi", ONE) X87(fldlg2, "fldlg2", ONE)
X87(fldln2, "fldln2", ONE) X87(fldz, "fldz", ONE)
X87(f2xm1, "f2xm1", ONE) X87(fyl2x, "fyl2x", ONE) X87(fyl2xp1, "fyl2xp1", ONE) X87(fpatan, "fpatan", ONE)
X87(fptan, "fptan", TWO) X87(fsin, "fsin", ONE) X87(fcos, "fcos", ONE) X87(fsincos, "fsincos", TWO)

/* binary128: libgcc's arithmetic, which rounds as MXCSR says and sets flags there or in the x87 status word. */
#define QUAD(name, code) \
static void op_##name(const struct in *i, struct out *o) { \
    volatile __float128 a, b, c, y, r = 0; volatile double d = 0; volatile float f = 0; volatile long double x = 0; \
    volatile int64_t l = 0; volatile uint64_t u = 0; volatile int32_t w = 0; \
    memcpy((void *)&a, i->a, 16); memcpy((void *)&b, i->b, 16); memcpy((void *)&c, i->c, 16); memcpy((void *)&d, i->a, 8); memcpy((void *)&f, i->a, 4); memcpy((void *)&x, i->a, 10); \
    memcpy((void *)&l, i->a, 8); memcpy((void *)&u, i->a, 8); memcpy((void *)&w, i->a, 4); \
    { long double t; memcpy(&t, i->b, 10); y = t; } \
    (void)r; (void)y; set_mxcsr(i->control); __asm__ volatile("fninit"); code; \
    uint16_t status; __asm__ volatile("fnstsw %0; fninit" : "=m"(status)); o->flags = (get_mxcsr() | status) & 0x3f; set_mxcsr(0x1f80); }
#define PUT(v, n) memcpy(o->r, (void *)&v, n)
QUAD(addq, r = a + b; PUT(r, 16)) QUAD(subq, r = a - b; PUT(r, 16)) QUAD(mulq, r = a * b; PUT(r, 16)) QUAD(divq, r = a / b; PUT(r, 16))
QUAD(qto64, d = (double)a; PUT(d, 8)) QUAD(qto32, f = (float)a; PUT(f, 4)) QUAD(qto80, x = (long double)a; PUT(x, 10))
QUAD(f64toq, r = d; PUT(r, 16)) QUAD(f32toq, r = f; PUT(r, 16)) QUAD(f80toq, r = x; PUT(r, 16))
QUAD(i64toq, r = l; PUT(r, 16)) QUAD(u64toq, r = u; PUT(r, 16)) QUAD(i32toq, r = w; PUT(r, 16))
QUAD(fmaq, r = fmaf128(a, b, c); PUT(r, 16)) QUAD(sqrtq, r = sqrtf128(a); PUT(r, 16)) QUAD(remq, r = remainderf128(a, b); PUT(r, 16))
QUAD(rintq, r = rintf128(a); PUT(r, 16))

/* What x87's functions should give, to 113 bits, from glibc. */
#define TRUE(name, code) QUAD(name, __float128 X = x; __float128 Y = y; (void)Y; r = code; PUT(r, 16))
TRUE(true_f2xm1, expm1f128(X * M_LN2f128)) TRUE(true_fyl2x, Y * (log1pf128(X - 1) * M_LOG2Ef128)) TRUE(true_fyl2xp1, Y * (log1pf128(X) * M_LOG2Ef128))
TRUE(true_fpatan, atan2f128(Y, X)) TRUE(true_fsin, sinf128(X)) TRUE(true_fcos, cosf128(X)) TRUE(true_fptan, tanf128(X))

struct { const char *name; run *run; } operations[] = {
#define O(name) { #name, op_##name },
#define OO(name) O(name##64) O(name##32)
    OO(add) OO(sub) OO(mul) OO(div) OO(min) OO(max) OO(sqrt) OO(ucomi) OO(comi) OO(round) OO(roundquiet)
    OO(fmadd) OO(fmsub) OO(fnmadd) OO(fnmsub) O(fmadd_132_64) O(fmadd_231_64) O(f64to32) O(f32to64) O(f64toi32) O(f32toi32) O(f64cuti32) O(f32cuti32)
    O(f64toi64) O(f32toi64) O(f64cuti64) O(f32cuti64) O(i32tof64) O(i32tof32) O(i64tof64) O(i64tof32)
    O(fadd) O(fsub) O(fmul) O(fdiv) O(fsqrt) O(frndint) O(fprem) O(fprem1) O(fscale) O(fxtract) O(fcom) O(fucom) O(fxam) O(fchs) O(fabs)
    O(fst32) O(fst64) O(fld32) O(fld64) O(fild16) O(fild32) O(fild64) O(fist16) O(fist32) O(fist64) O(fisttp16) O(fisttp32) O(fisttp64)
    O(fbld) O(fbstp) O(fld1) O(fldl2t) O(fldl2e) O(fldpi) O(fldlg2) O(fldln2) O(fldz)
    O(f2xm1) O(fyl2x) O(fyl2xp1) O(fpatan) O(fptan) O(fsin) O(fcos) O(fsincos)
    O(addq) O(subq) O(mulq) O(divq) O(qto64) O(qto32) O(qto80) O(f64toq) O(f32toq) O(f80toq) O(i64toq) O(u64toq) O(i32toq) O(fmaq) O(sqrtq) O(remq) O(rintq)
    O(true_f2xm1) O(true_fyl2x) O(true_fyl2xp1) O(true_fpatan) O(true_fsin) O(true_fcos) O(true_fptan)
};

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "has-fma") == 0)
        return __builtin_cpu_supports("fma") ? 0 : 1;
    for (size_t n = 0; argc == 2 && n < sizeof operations / sizeof *operations; n++)
        if (strcmp(argv[1], operations[n].name) == 0)
        {
            struct in i;
            while (fread(&i, sizeof i, 1, stdin) == 1)
            {
                struct out o;
                memset(&o, 0, sizeof o);
                operations[n].run(&i, &o);
                fwrite(&o, sizeof o, 1, stdout);
            }
            return 0;
        }
    fprintf(stderr, "no operation %s\n", argc == 2 ? argv[1] : "given");
    return 2;
}
