using System.Text;
using Emulator.Core.Execution;
using Emulator.Judges;
using Iced.Intel;
using Xunit;

namespace Emulator.Arch.Amd64.Tests.Native;

/// <summary>
/// Every encoding of every implemented instruction, with random operands, against the processor of this computer: registers, flags,
/// memory, faults. AMD64_CASES is the number of cases for each encoding, AMD64_SEED where they begin.
/// </summary>
public class NativeInstructionTests
{
    private const ulong ComparedFlags = 0xcd5;      // status and direction

    // What cannot be run on a computer without doing more than the instruction, or is another instruction there.
    private static readonly Mnemonic[] NotJudged =
    [
        Mnemonic.Syscall, Mnemonic.Sysenter, Mnemonic.Int, Mnemonic.Cpuid, Mnemonic.Rdtsc, Mnemonic.Rdpmc, Mnemonic.Tzcnt, Mnemonic.Lzcnt, Mnemonic.Rdsspd, Mnemonic.Rdsspq,
        Mnemonic.In, Mnemonic.Out, Mnemonic.Insb, Mnemonic.Insw, Mnemonic.Insd, Mnemonic.Outsb, Mnemonic.Outsw, Mnemonic.Outsd, Mnemonic.Int1, Mnemonic.Retf,
        Mnemonic.Reservednop, Mnemonic.Iret, Mnemonic.Iretd, Mnemonic.Iretq, Mnemonic.Prefetch, Mnemonic.Sysexit, Mnemonic.Sysexitq, Mnemonic.Sysret, Mnemonic.Sysretq, Mnemonic.Popf, Mnemonic.Popfd, Mnemonic.Popfq,
        Mnemonic.Rcpss, Mnemonic.Rcpps, Mnemonic.Rsqrtss, Mnemonic.Rsqrtps,      // approximations, other ones on every processor
        Mnemonic.Fsin, Mnemonic.Fcos, Mnemonic.Fsincos, Mnemonic.Fptan, Mnemonic.Fpatan, Mnemonic.F2xm1, Mnemonic.Fyl2x, Mnemonic.Fyl2xp1,
        Mnemonic.Rdfsbase, Mnemonic.Rdgsbase, Mnemonic.Wrfsbase, Mnemonic.Wrgsbase,     // where the judge's C library keeps its thread
        Mnemonic.Invlpg, Mnemonic.Lgdt, Mnemonic.Lidt, Mnemonic.Lldt, Mnemonic.Ltr, Mnemonic.Lmsw,
    ];

    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("AMD64_SEED") ?? "1");

    public static TheoryData<int, Mnemonic> Instructions
    {
        get
        {
            TheoryData<int, Mnemonic> data = [];
            foreach (int bits in (int[])[64, 32])
            {
                foreach (Mnemonic mnemonic in Encodings.All(bits).Select(found => found.Mnemonic).Distinct().Except(NotJudged))
                    data.Add(bits, mnemonic);
            }
            return data;
        }
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Instructions))]
    public void An_instruction_does_what_the_processor_does(int bits, Mnemonic mnemonic) =>
        Compare(bits, mnemonic, EngineMode.Interpret, int.Parse(Environment.GetEnvironmentVariable("AMD64_CASES") ?? "200"));

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Instructions))]
    public void A_translated_instruction_does_what_the_processor_does(int bits, Mnemonic mnemonic) => Compare(bits, mnemonic, EngineMode.Translate, 3);

    private static void Compare(int bits, Mnemonic mnemonic, EngineMode mode, int count)
    {
        List<string> differences = [];
        using FlatMachine machine = new(bits, mode);
        foreach (Code code in Encodings.All(bits).Where(found => found.Mnemonic == mnemonic && IsJudged(found.Code)).Select(found => found.Code))
        {
            CaseMaker maker = new(bits, code, Seed + (int)code);
            NativeCase[] cases = new NativeCase[count];
            Instruction[] instructions = new Instruction[count];
            for (int i = 0; i < count; i++)
                cases[i] = maker.Make(out instructions[i]);
            NativeResult[] expected = NativeJudge.Run(bits, cases);
            for (int i = 0; i < count; i++)
            {
                NativeResult found = machine.Run(cases[i]);
                if (Difference(bits, instructions[i], cases[i], expected[i], found) is { } difference)
                    differences.Add($"{code}, case {i}: {difference}");
            }
        }
        Assert.True(differences.Count == 0, $"{differences.Count} differences\n{string.Join('\n', differences.Take(8))}");
    }

    /// <summary>Operands of segment registers and far targets depend on the judge's own segments.</summary>
    private static bool IsJudged(Code code)
    {
        OpCodeInfo info = code.ToOpCode();
        for (int i = 0; i < info.OpCount; i++)
        {
            if (info.GetOpKind(i) is OpCodeOperandKind.seg_reg or OpCodeOperandKind.es or OpCodeOperandKind.cs or OpCodeOperandKind.ss or OpCodeOperandKind.ds or OpCodeOperandKind.fs
                or OpCodeOperandKind.gs or OpCodeOperandKind.farbr2_2 or OpCodeOperandKind.farbr4_2 or OpCodeOperandKind.cr_reg or OpCodeOperandKind.dr_reg
                or OpCodeOperandKind.tr_reg or OpCodeOperandKind.br16_1 or OpCodeOperandKind.br16_2)
                return false;
        }
        return code is not (Code.Jmp_m1616 or Code.Jmp_m1632 or Code.Jmp_m1664 or Code.Call_m1616 or Code.Call_m1632 or Code.Call_m1664 or Code.Jmp_rm16 or Code.Call_rm16
            or Code.Retnw or Code.Retnw_imm16 or Code.Leavew or Code.Enterw_imm16_imm8 or Code.Xlat_m8 or Code.Fldenv_m14byte or Code.Fnstenv_m14byte or Code.Frstor_m94byte or Code.Fnsave_m94byte);
    }

    private static string? Difference(int bits, Instruction instruction, NativeCase test, NativeResult expected, NativeResult found)
    {
        // Modelled at the target of the jump, and not at the jump: what Amd64InstructionSet says.
        if (instruction.Mnemonic is Mnemonic.Jmp or Mnemonic.Call or Mnemonic.Ret && expected.Trap is 12 or 13 && found.After.Pc != NativeJudge.CodeAt)
            return null;
        StringBuilder text = new();
        if ((expected.Signal, expected.Trap) != (found.Signal, found.Trap))
            text.Append($" signal {expected.Signal} of trap {expected.Trap}, found {found.Signal} of {found.Trap};");
        else if (expected.Trap == 14 && (expected.Address, expected.Error & ~MayBeThere(bits, expected)) != (found.Address, found.Error & ~MayBeThere(bits, expected)))
            text.Append($" fault {expected.Error:x} at 0x{expected.Address:x}, found {found.Error:x} at 0x{found.Address:x};");
        if (expected.After.Pc != found.After.Pc)
            text.Append($" pc 0x{expected.After.Pc:x}, found 0x{found.After.Pc:x};");
        for (int i = 0; i < 16; i++)
        {
            if (expected.After.General[i] != found.After.General[i])
                text.Append($" {(bits == 64 ? Register.RAX : Register.EAX) + i} 0x{expected.After.General[i]:x}, found 0x{found.After.General[i]:x};");
        }
        ulong flags = ComparedFlags & ~Undefined(instruction, test);
        if (((expected.After.Flags ^ found.After.Flags) & flags) != 0)
            text.Append($" flags {expected.After.Flags & flags:x}, found {found.After.Flags & flags:x};");
        CompareBytes(text, "data", expected.After.Data, found.After.Data, 0, 512);
        CompareBytes(text, "fx", expected.After.Fx, found.After.Fx, 24, 28);
        // A store of MMX that faults has set TOP to 0 on AMD's processors; the manuals know nothing of it.
        bool stored = expected.Trap is 12 or 13 or 14 && instruction.OpCount == 2 && instruction.Op1Kind == OpKind.Register && instruction.Op1Register.IsMM();
        // A conversion to MMX whose exception is not masked has gone over to MMX all the same there.
        bool converted = expected.Trap == Amd64Traps.SimdFloatingPoint && instruction.Op0Kind == OpKind.Register && instruction.Op0Register.IsMM();
        if (!stored && !converted)
        {
            CompareBytes(text, "fx", expected.After.Fx, found.After.Fx, 0, 5);
            for (int i = 0; i < 8; i++)
                CompareBytes(text, "fx", expected.After.Fx, found.After.Fx, 32 + 16 * i, 42 + 16 * i);
        }
        CompareBytes(text, "fx", expected.After.Fx, found.After.Fx, 160, bits == 64 ? 416 : 288);
        if (text.Length == 0)
            return null;
        text.Append($"\n    {instruction} [{Convert.ToHexString(((ReadOnlySpan<byte>)test.Code)[..instruction.Length])}] flags {test.Before.Flags:x}");
        for (int i = 0; i < (bits == 64 ? 16 : 8); i++)
            text.Append($" {(Register.RAX + i).ToString().ToLowerInvariant()}={test.Before.General[i]:x}");
        ReadOnlySpan<byte> fx = test.Before.Fx;
        text.Append($" fcw={fx[1]:x2}{fx[0]:x2} fsw={fx[3]:x2}{fx[2]:x2} tags={fx[4]:x2} mxcsr={fx[25]:x2}{fx[24]:x2}");
        for (int i = 0; i < 8; i++)
            text.Append($" st{i}={Convert.ToHexString(fx.Slice(32 + 16 * i, 10))}");
        return text.ToString();
    }

    /// <summary>The bit of the error that says that a page is there, when a jump led to where the judge's own stack may be.</summary>
    private static uint MayBeThere(int bits, NativeResult expected) => bits == 32 && expected.Address >= 0xff00_0000 && (expected.Error & 16) != 0 ? 1u : 0;

    private static void CompareBytes(StringBuilder text, string what, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found, int from, int to)
    {
        if (expected[from..to].SequenceEqual(found[from..to]))
            return;
        while (expected[from] == found[from])
            from++;
        while (expected[to - 1] == found[to - 1])
            to--;
        text.Append($" {what}[{from}..{to}] {Convert.ToHexString(expected[from..to])}, found {Convert.ToHexString(found[from..to])};");
    }

    private static ulong Undefined(Instruction instruction, NativeCase test)
    {
        RflagsBits bits = instruction.RflagsUndefined;
        ulong undefined = 0;
        foreach ((RflagsBits bit, ulong flag) in (ReadOnlySpan<(RflagsBits, ulong)>)[(RflagsBits.OF, 0x800), (RflagsBits.SF, 0x80), (RflagsBits.ZF, 0x40), (RflagsBits.AF, 0x10), (RflagsBits.CF, 1), (RflagsBits.PF, 4)])
        {
            if ((bits & bit) != 0)
                undefined |= flag;
        }
        int width = instruction.OpCount == 0 ? 0 : instruction.Op0Kind == OpKind.Register ? instruction.Op0Register.GetSize() * 8 : instruction.MemorySize.GetSize() * 8;
        bool inCl = instruction.OpCount > 1 && instruction.GetOpKind(instruction.OpCount - 1) == OpKind.Register && instruction.GetOpRegister(instruction.OpCount - 1) == Register.CL;
        int count = (inCl ? (int)test.Before.General[1] : instruction.Immediate8) & (width == 64 ? 63 : 31);
        return instruction.Mnemonic switch
        {
            // Beyond the operand's width the bit that is shifted out is anybody's guess.
            Mnemonic.Shl or Mnemonic.Sal or Mnemonic.Shr or Mnemonic.Sar => count == 0 ? 0 : 0x10 | (count != 1 ? 0x800UL : 0) | (count >= width ? 1UL : 0),
            Mnemonic.Shld or Mnemonic.Shrd => count == 0 ? 0 : count > width ? 0x8d5 : 0x10 | (count != 1 ? 0x800UL : 0),
            Mnemonic.Rol or Mnemonic.Ror or Mnemonic.Rcl or Mnemonic.Rcr => count > 1 ? 0x800UL : 0,
            _ => undefined,
        };
    }
}
