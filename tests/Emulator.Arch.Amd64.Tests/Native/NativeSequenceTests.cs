using Emulator.Core.Execution;
using Emulator.Judges;
using Iced.Intel;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace Emulator.Arch.Amd64.Tests.Native;

/// <summary>
/// Some instructions in a row, whose condition codes each next one needs, against the processor of this computer: what one leaves for
/// later is found out by another.
/// </summary>
public class NativeSequenceTests
{
    private const ulong ComparedFlags = 0x8c5;      // without AF, which most of them leave undefined

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(64, EngineMode.Interpret, 2000)]
    [InlineData(32, EngineMode.Interpret, 2000)]
    [InlineData(64, EngineMode.Translate, 100)]
    [InlineData(32, EngineMode.Translate, 100)]
    public void Instructions_in_a_row_do_what_the_processor_does(int bits, EngineMode mode, int count)
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
            sequences[i] = Write(random, bits, ref cases[i]);
        }
        NativeResult[] expected = NativeJudge.Run(bits, cases);

        for (int i = 0; i < count; i++)
        {
            NativeResult found = machine.Run(cases[i], sequences[i].Instructions);
            string begins = $"{sequences[i].Text}; from {string.Join(' ', ((ReadOnlySpan<ulong>)cases[i].Before.General).ToArray().Select(value => value.ToString("x")))} and flags {cases[i].Before.Flags:x}";
            for (int register = 0; register < 16; register++)
            {
                Assert.True(expected[i].After.General[register] == found.After.General[register],
                    $"{begins}: register {register} is {expected[i].After.General[register]:x}, found {found.After.General[register]:x}");
            }
            Assert.True((expected[i].After.Flags & ComparedFlags) == (found.After.Flags & ComparedFlags),
                $"{begins}: flags {expected[i].After.Flags & ComparedFlags:x}, found {found.After.Flags & ComparedFlags:x}");
            Assert.True(((ReadOnlySpan<byte>)expected[i].After.Data).SequenceEqual(found.After.Data), $"{begins}: memory is different");
            Assert.Equal(expected[i].Trap, found.Trap);
        }
    }

    /// <summary>Instructions on ax to bx and the number that rsi points to, as many as there is room for.</summary>
    private static (int Count, string Text) Write(Random random, int bits, ref NativeCase test)
    {
        const int Room = 30;
        List<byte> code = [];
        List<string> text = [];
        int wanted = random.Next(2, 7);
        while (text.Count < wanted)
        {
            Assembler assembler = new(bits);
            Add(assembler, random, bits);
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
                    ((Action)(random.Next(16) switch
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
                        _ => () => a.xor(d, s),
                    }))();
                    break;
                }
            case 2:
                {
                    AssemblerRegister16 d = ((AssemblerRegister16[])[ax, cx, dx, bx])[x], s = ((AssemblerRegister16[])[ax, cx, dx, bx])[y];
                    AssemblerRegister8 s8 = ((AssemblerRegister8[])[ah, ch, dh, bh])[y];
                    ((Action)(random.Next(10) switch
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
                        _ => () => a.sbb(d, (short)n),
                    }))();
                    break;
                }
            default:
                ((Action)(random.Next(12) switch
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
                    _ => () => a.sete(x8),
                }))();
                break;
        }
    }
}
