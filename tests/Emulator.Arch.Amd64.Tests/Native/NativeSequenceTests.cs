using System.Text;
using Emulator.Core.Execution;
using Emulator.Judges;
using Iced.Intel;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace Emulator.Arch.Amd64.Tests.Native;

/// <summary>
/// Some instructions in a row, whose condition codes or x87 registers each next one needs, against the processor of this computer: what
/// one leaves for later is found out by another.
/// </summary>
public class NativeSequenceTests
{
    private const ulong ComparedFlags = 0x8c5;      // without AF, which most of them leave undefined

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(64, EngineMode.Interpret, 2000)]
    [InlineData(32, EngineMode.Interpret, 2000)]
    [InlineData(64, EngineMode.Translate, 100)]
    [InlineData(32, EngineMode.Translate, 100)]
    public void Instructions_in_a_row_do_what_the_processor_does(int bits, EngineMode mode, int count) => Compare(bits, mode, count, Add);

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(64, EngineMode.Interpret, 2000)]
    [InlineData(32, EngineMode.Interpret, 2000)]
    [InlineData(64, EngineMode.Translate, 100)]
    [InlineData(32, EngineMode.Translate, 100)]
    public void Floating_point_instructions_in_a_row_do_what_the_processor_does(int bits, EngineMode mode, int count) => Compare(bits, mode, count, AddFloat);

    private static void Compare(int bits, EngineMode mode, int count, Action<Assembler, Random, int> add)
    {
        Random random = new(bits + count);
        CaseMaker maker = new(bits, Code.Nopd, bits);
        using FlatMachine machine = new(bits, mode);
        NativeCase[] cases = new NativeCase[count];
        (int Instructions, string Text)[] sequences = new (int, string)[count];
        for (int i = 0; i < count; i++)
        {
            cases[i] = maker.Make(out _);
            cases[i].Before.General[6] = NativeJudge.DataAt + 8UL * (ulong)random.Next(60);
            sequences[i] = Write(random, bits, add, ref cases[i]);
        }
        NativeResult[] expected = NativeJudge.Run(bits, cases);

        for (int i = 0; i < count; i++)
        {
            NativeResult found = machine.Run(cases[i], sequences[i].Instructions);
            string difference = Difference(expected[i], found);
            Assert.True(difference.Length == 0, $"{sequences[i].Text}:{difference}; from {string.Join(' ', ((ReadOnlySpan<ulong>)cases[i].Before.General).ToArray().Select(value => value.ToString("x")))}, "
                + $"flags {cases[i].Before.Flags:x}, x87 and SSE {Convert.ToHexString(((ReadOnlySpan<byte>)cases[i].Before.Fx)[..160])}, memory {Convert.ToHexString(((ReadOnlySpan<byte>)cases[i].Before.Data)[(int)(cases[i].Before.General[6] - NativeJudge.DataAt)..][..16])}");
        }
    }

    private static string Difference(NativeResult expected, NativeResult found)
    {
        StringBuilder text = new();
        for (int register = 0; register < 16; register++)
        {
            if (expected.After.General[register] != found.After.General[register])
                text.Append($" register {register} is {expected.After.General[register]:x}, found {found.After.General[register]:x};");
        }
        if ((expected.After.Flags & ComparedFlags) != (found.After.Flags & ComparedFlags))
            text.Append($" flags {expected.After.Flags & ComparedFlags:x}, found {found.After.Flags & ComparedFlags:x};");
        if (!((ReadOnlySpan<byte>)expected.After.Data).SequenceEqual(found.After.Data))
            text.Append(" memory is different;");
        ReadOnlySpan<byte> fx = expected.After.Fx, foundFx = found.After.Fx;
        foreach ((int at, int length) in (ReadOnlySpan<(int, int)>)[(0, 5), (24, 4), (32, 10), (48, 10), (64, 10), (80, 10), (96, 10), (112, 10), (128, 10), (144, 10), (160, 128)])
        {
            if (!fx.Slice(at, length).SequenceEqual(foundFx.Slice(at, length)))
                text.Append($" fx[{at}] is {Convert.ToHexString(fx.Slice(at, length))}, found {Convert.ToHexString(foundFx.Slice(at, length))};");
        }
        if (expected.Trap != found.Trap)
            text.Append($" trap {expected.Trap}, found {found.Trap};");
        return text.ToString();
    }

    /// <summary>Instructions on registers and the numbers that rsi points to, as many as there is room for.</summary>
    private static (int Count, string Text) Write(Random random, int bits, Action<Assembler, Random, int> add, ref NativeCase test)
    {
        const int Room = 30;
        List<byte> code = [];
        List<string> text = [];
        int wanted = random.Next(2, 7);
        while (text.Count < wanted)
        {
            Assembler assembler = new(bits);
            add(assembler, random, bits);
            using MemoryStream stream = new();
            assembler.Assemble(new StreamCodeWriter(stream), NativeJudge.CodeAt + (ulong)code.Count);
            if (code.Count + stream.Length > Room)
                break;
            code.AddRange(stream.ToArray());
            text.Add(string.Join("; ", assembler.Instructions));
        }
        ((Span<byte>)test.Code).Fill(0xcc);
        code.ToArray().CopyTo((Span<byte>)test.Code);
        return (text.Count, string.Join("; ", text));
    }

    private static void Add(Assembler a, Random random, int bits)
    {
        int x = random.Next(4), y = random.Next(4), n = random.Next(-3, 4);
        AssemblerRegister8 x8 = ((AssemblerRegister8[])[al, cl, dl, bl])[x];
        AssemblerMemoryOperand memory = bits == 64 ? __dword_ptr[rsi] : __dword_ptr[esi];
        switch (random.Next(4))
        {
            case 0 when bits == 64:
                {
                    AssemblerRegister64 d = ((AssemblerRegister64[])[rax, rcx, rdx, rbx])[x], s = ((AssemblerRegister64[])[rax, rcx, rdx, rbx])[y];
                    ((Action)(random.Next(12) switch
                    {
                        0 => () => a.adc(d, s),
                        1 => () => a.sbb(d, s),
                        2 => () => a.adc(d, __qword_ptr[rsi]),
                        3 => () => a.sbb(d, __qword_ptr[rsi]),
                        4 => () => a.adc(__qword_ptr[rsi], s),
                        5 => () => a.inc(d),
                        6 => () => a.dec(d),
                        7 => () => a.add(d, s),
                        8 => () => a.sub(d, n),
                        9 => () => a.cmp(d, s),
                        10 => () => a.cmovb(d, s),
                        _ => () => a.neg(d),
                    }))();
                    break;
                }
            case <= 1:
                {
                    AssemblerRegister32 d = ((AssemblerRegister32[])[eax, ecx, edx, ebx])[x], s = ((AssemblerRegister32[])[eax, ecx, edx, ebx])[y];
                    ((Action)(random.Next(21) switch
                    {
                        0 => () => a.adc(d, s),
                        1 => () => a.sbb(d, s),
                        2 => () => a.adc(d, memory),
                        3 => () => a.sbb(memory, s),
                        4 => () => a.inc(d),
                        5 => () => a.dec(memory),
                        6 => () => a.add(memory, s),
                        7 => () => a.sub(d, memory),
                        8 => () => a.and(d, s),
                        9 => () => a.test(d, n),
                        10 => () => a.shl(d, 1),
                        11 => () => a.rcl(d, 1),
                        12 => () => a.rcr(memory, 1),
                        13 => () => a.cmovl(d, s),
                        14 => () => a.sar(d, 1),
                        15 => () => a.rol(d, 1),
                        16 => () => a.ror(d, 1),
                        17 => () => a.rol(memory, 1),
                        18 => () => a.cmovge(d, s),
                        19 => () => a.dec(d),
                        _ => () => a.xor(d, s),
                    }))();
                    break;
                }
            case 2:
                {
                    AssemblerRegister16 d = ((AssemblerRegister16[])[ax, cx, dx, bx])[x], s = ((AssemblerRegister16[])[ax, cx, dx, bx])[y];
                    AssemblerRegister8 s8 = ((AssemblerRegister8[])[ah, ch, dh, bh])[y];
                    ((Action)(random.Next(12) switch
                    {
                        0 => () => a.adc(d, s),
                        1 => () => a.sbb(x8, s8),
                        2 => () => a.adc(s8, (sbyte)n),
                        3 => () => a.inc(d),
                        4 => () => a.dec(s8),
                        5 => () => a.add(x8, s8),
                        6 => () => a.cmp(d, s),
                        7 => () => a.neg(x8),
                        8 => () => a.rcl(d, 1),
                        9 => () => a.ror(d, 1),
                        10 => () => a.rol(s8, 1),
                        _ => () => a.sbb(d, (short)n),
                    }))();
                    break;
                }
            default:
                ((Action)(random.Next(14) switch
                {
                    0 => a.stc,
                    1 => a.clc,
                    2 => a.cmc,
                    3 => () => a.setb(x8),
                    4 => () => a.seta(x8),
                    5 => () => a.setle(x8),
                    6 => () => a.sets(x8),
                    7 => () => a.seto(x8),
                    8 => () => a.setnp(x8),
                    9 => () => a.setbe(x8),
                    10 => () => a.setge(x8),
                    11 => () => a.setg(x8),
                    12 => () => a.setl(x8),
                    _ => () => a.sete(x8),
                }))();
                break;
        }
    }

    private static void AddFloat(Assembler a, Random random, int bits)
    {
        AssemblerMemoryOperand At(AssemblerMemoryOperandFactory size) => bits == 64 ? size[rsi] : size[esi];
        AssemblerRegisterST i = ((AssemblerRegisterST[])[st0, st1, st2, st3, st4, st5, st6, st7])[random.Next(random.Next(4) == 0 ? 8 : 3)];
        AssemblerRegisterMM m = ((AssemblerRegisterMM[])[mm0, mm1, mm2, mm7])[random.Next(4)];
        AssemblerRegisterXMM x = ((AssemblerRegisterXMM[])[xmm0, xmm1, xmm2])[random.Next(3)], y = ((AssemblerRegisterXMM[])[xmm0, xmm1, xmm2])[random.Next(3)];
        ((Action)(random.Next(44) switch
        {
            0 => a.fld1,
            1 => a.fldz,
            2 => a.fldpi,
            3 => () => a.fld(At(__dword_ptr)),
            4 => () => a.fld(At(__qword_ptr)),
            5 => () => a.fld(At(__tword_ptr)),
            6 => () => a.fld(i),
            7 => () => a.fild(At(__word_ptr)),
            8 => () => a.fild(At(__dword_ptr)),
            9 => () => a.fild(At(__qword_ptr)),
            10 => () => a.fstp(At(__qword_ptr)),
            11 => () => a.fstp(At(__dword_ptr)),
            12 => () => a.fstp(At(__tword_ptr)),
            13 => () => a.fst(i),
            14 => () => a.fstp(i),
            15 => () => a.fistp(At(__dword_ptr)),
            16 => () => a.fistp(At(__qword_ptr)),
            17 => () => a.fadd(st0, i),
            18 => () => a.fadd(i, st0),
            19 => () => a.faddp(i, st0),
            20 => () => a.fmul(st0, i),
            21 => () => a.fmulp(i, st0),
            22 => () => a.fsub(At(__qword_ptr)),
            23 => () => a.fsubrp(i, st0),
            24 => () => a.fdiv(At(__dword_ptr)),
            25 => () => a.fdivp(i, st0),
            26 => () => a.fxch(st0, i),
            27 => a.fchs,
            28 => a.fabs,
            29 => a.fsqrt,
            30 => a.frndint,
            31 => () => a.fcomi(st0, i),
            32 => () => a.fucomip(st0, i),
            33 => a.fcompp,
            34 => () => a.fnstsw(ax),
            35 => () => a.ffree(i),
            36 => a.fincstp,
            37 => a.fdecstp,
            38 => () => a.fcmovb(st0, i),
            39 => () => a.movq(m, At(__qword_ptr)),
            40 => () => a.paddw(m, m),
            41 => a.emms,
            42 => () => a.addsd(x, y),
            _ => () => a.ucomisd(x, y),
        }))();
    }
}
