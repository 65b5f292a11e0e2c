using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Emulator.Core.Execution;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Alpha.Tests;

/// <summary>
/// Every instruction that computes, on random and on special operands, against qemu-alpha: results and the floating-point control
/// register, bit for bit. Branches, jumps and traps are left to programs.
/// </summary>
public class InstructionTests
{
    // What operands of instructions without /S may be: hardware leaves everything else to trap handlers.
    private static readonly int Cases = int.Parse(Environment.GetEnvironmentVariable("EMULATOR_INSTRUCTION_CASES") ?? "240", CultureInfo.InvariantCulture);

    private static readonly ulong[] SpecialIntegers =
        [0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, long.MaxValue, 1UL << 63, ulong.MaxValue, 0x0102_0304_0506_0708, 0x8081_8283_8485_8687];

    private static readonly double[] SpecialDoubles =
    [
        0.0, -0.0, 1, -1, 0.5, 1.5, 2, 3, 1e300, -1e300, 1e-300, double.MaxValue, double.Epsilon, 2.2250738585072014e-308, 1.1125369292536007e-308,
        double.PositiveInfinity, double.NegativeInfinity, double.NaN, 4503599627370497.5, 9007199254740993, 9.3e18, -9.3e18, 1e20, 1.0 / 3,
    ];

    public static TheoryData<string> Groups => ["10", "11", "12", "13", "14", "16", "17", "1c", "memory"];

    [Theory]
    [MemberData(nameof(Groups))]
    public void Instructions_give_what_qemu_gives(string group)
    {
        string? judge = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(directory => Path.Combine(directory, "qemu-alpha")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(judge is null, "qemu-alpha is not installed; on Debian it is in the package qemu-user");
        int parts = 1 + Cases / 4000;       // one program has no more operands than fit into it
        for (int part = 0; part < parts; part++)
        {
            InstructionProgram program = InstructionProgram.Begin();
            if (group != "memory")
                AddComputing(program, int.Parse(group, NumberStyles.HexNumber, CultureInfo.InvariantCulture), part, parts);
            else if (part == 0)
                AddMemory(program);
            if (program.Instructions.Count > 0)
                CompareAll(judge, program);
        }
    }

    private static void CompareAll(string judge, InstructionProgram program)
    {
        byte[] elf = program.Build();

        byte[] expected = RunJudge(judge, elf);
        Assert.Equal(program.OutputBytes, expected.Length);
        Compare(program, expected, Run(elf, EngineMode.Interpret));
        Compare(program, expected, Run(elf, EngineMode.Tiered));
    }

    [Fact]
    public void The_list_of_instructions_is_what_the_table_says()
    {
        string path = Repository.PathOf("docs/instructions-alpha.md"), expected = InstructionList();
        if (Environment.GetEnvironmentVariable("EMULATOR_WRITE_DOCS") == "1")
            File.WriteAllText(path, expected);

        Assert.True(File.Exists(path) && File.ReadAllText(path) == expected, $"{path} is out of date: run this test with EMULATOR_WRITE_DOCS=1");
    }

    private static string InstructionList()
    {
        IEnumerable<string> rows = AlphaInstructionSet.Instructions.GroupBy(instruction => instruction.Opcode).OrderBy(group => group.Key)
            .Select(group => $"| {group.Key:X2} | {string.Join(", ", group.Select(instruction => instruction.Mnemonic))} |");
        return $"""
            # Instructions of alpha programs

            {AlphaInstructionSet.Instructions.Count} instructions of user mode, by opcode. This list is made from the decoder's table by a test.

            | opcode | instructions |
            |---|---|
            {string.Join('\n', rows)}

            """.ReplaceLineEndings("\n");
    }

    private static byte[] Run(byte[] elf, EngineMode mode)
    {
        using ProgramOnCpu ours = new();
        return ours.Run(elf, mode);
    }

    private static byte[] RunJudge(string judge, byte[] elf)
    {
        using TemporaryDirectory directory = new();
        string path = directory.Write("program", elf, TemporaryDirectory.Executable);
        using Process process = Process.Start(new ProcessStartInfo(judge, ["-cpu", "ev67", path]) { RedirectStandardOutput = true })!;
        using MemoryStream output = new();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }

    private static void Compare(InstructionProgram program, byte[] expected, byte[] found)
    {
        List<string> differences = [];
        int at = 0;
        foreach ((string name, IReadOnlyList<OperandCase> cases) in program.Instructions)
        {
            int wrong = 0;
            foreach (OperandCase operands in cases)
            {
                ReadOnlySpan<byte> theirs = expected.AsSpan(at, InstructionProgram.ResultBytes), ours = found.AsSpan(at, InstructionProgram.ResultBytes);
                if (!AreEqual(name, operands, theirs, ours) && wrong++ < 3)
                    differences.Add($"{name} of {operands}: qemu-alpha {Words(theirs)}, here {Words(ours)}");
                at += InstructionProgram.ResultBytes;
            }
            if (wrong > 3)
                differences.Add($"{name}: {wrong} of {cases.Count}");
        }
        if (!expected.AsSpan(at).SequenceEqual(found.AsSpan(at)))
            differences.Add($"memory: qemu-alpha {Convert.ToHexString(expected.AsSpan(at))}, here {Convert.ToHexString(found.AsSpan(at))}");
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(60)));
    }

    /// <summary>
    /// Whether both give the same, but for what QEMU does otherwise than the Alpha Architecture Handbook: its summary bit is never set
    /// (4.7.8: the OR of the others); it notes inexact results of instructions without /I when they have no /S either, and integer overflow of those
    /// without /V (4.7.7: only enabled ones are looked for); the NaN that invalid operations give has no sign (4.7.10.4: it has); of two NaNs it takes the one
    /// that an x87 would take (4.7.10.4: the second, made quiet).
    /// </summary>
    private static bool AreEqual(string name, OperandCase operands, ReadOnlySpan<byte> theirs, ReadOnlySpan<byte> ours)
    {
        if (theirs.SequenceEqual(ours))
            return true;
        ulong ignored = 1UL << 63;
        string letters = name.Contains('/', StringComparison.Ordinal) ? name[name.IndexOf('/', StringComparison.Ordinal)..] : "";
        if (!letters.Contains('i', StringComparison.Ordinal))
            ignored |= 1UL << 56;
        if (!letters.Contains('v', StringComparison.Ordinal))
            ignored |= 1UL << 57;
        ulong control = BinaryPrimitives.ReadUInt64LittleEndian(theirs[16..]) ^ BinaryPrimitives.ReadUInt64LittleEndian(ours[16..]);
        ulong result = BinaryPrimitives.ReadUInt64LittleEndian(ours[8..]), their = BinaryPrimitives.ReadUInt64LittleEndian(theirs[8..]);
        bool ofTwoNans = IsNan(operands.X) && IsNan(operands.Y) && IsNan(their) && result == (operands.Y | 1UL << 51);
        bool sameResult = result == their || (result == 0xfff8_0000_0000_0000 && their == 0x7ff8_0000_0000_0000) || ofTwoNans;
        return theirs[..8].SequenceEqual(ours[..8]) && sameResult && (control & ~ignored) == 0;
    }

    private static bool IsNan(ulong bits) => bits << 1 > 0x7ffUL << 53;

    private static string Words(ReadOnlySpan<byte> bytes) =>
        $"r3=0x{BinaryPrimitives.ReadUInt64LittleEndian(bytes):x} f3=0x{BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]):x} fpcr=0x{BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]):x}";

    // ---- what to try ----------------------------------------------------------------------------------------------------

    private static void AddComputing(InstructionProgram program, int opcode, int part, int parts)
    {
        foreach (AlphaInstruction instruction in AlphaInstructionSet.Instructions.Where(instruction => instruction.Opcode == opcode && instruction.Mnemonic is not ("mt_fpcr" or "mf_fpcr"))
            .Where((_, index) => index % parts == part))
        {
            Random random = new(instruction.Opcode << 16 | instruction.Function);
            IReadOnlyList<OperandCase> cases = [.. CasesOf(instruction, random).Take(Cases)];
            switch (instruction.Format)
            {
                case AlphaFormat.Operate:
                    bool unary = opcode == 0x1c ? !instruction.Mnemonic.StartsWith('m') && instruction.Mnemonic != "perr" : instruction.Mnemonic is "amask" or "implver";
                    int first = unary ? 31 : 1, same = unary ? 31 : 3;      // instructions of one operand want register 31 for the other
                    program.Add(instruction.Mnemonic, cases, code => code.Operate(opcode, instruction.Function, first, 2, 3));
                    // The same with a literal, and with the result in the place of an operand.
                    int literal = random.Next(256);
                    if (opcode != 0x1c || instruction.Mnemonic[0] is 'm' or 's')        // the others take registers alone
                        program.Add($"{instruction.Mnemonic} #{literal}", cases, code => code.Literal(opcode, instruction.Function, first, literal, 3));
                    program.Add($"{instruction.Mnemonic} into its operand", cases, code => code.Operate(0x11, 0x20, 31, 1, 3).Operate(opcode, instruction.Function, same, 2, 3));
                    break;
                case AlphaFormat.IntegerToFloat:
                    program.Add(instruction.Mnemonic, cases, code => code.Operate(opcode, instruction.Function, 1, 31, 3));
                    break;
                case AlphaFormat.FloatToInteger:
                    program.Add(instruction.Mnemonic, cases, code => code.Operate(opcode, instruction.Function, 1, 31, 3));
                    break;
                case AlphaFormat.FloatOperate:
                    // Conversions and roots have one operand; the other is register 31.
                    bool one = instruction.Mnemonic.StartsWith("cvt", StringComparison.Ordinal) || instruction.Mnemonic.StartsWith("sqrt", StringComparison.Ordinal);
                    program.Add(instruction.Mnemonic, cases, code => code.Operate(opcode, instruction.Function, one ? 31 : 1, 2, 3));
                    break;
            }
        }
    }

    private static IEnumerable<OperandCase> CasesOf(AlphaInstruction instruction, Random random)
    {
        string mnemonic = instruction.Mnemonic, name = mnemonic.Split('/')[0], letters = mnemonic.Contains('/', StringComparison.Ordinal) ? mnemonic.Split('/')[1] : "";
        if (instruction.Format is AlphaFormat.Operate or AlphaFormat.IntegerToFloat)
        {
            bool traps = mnemonic.EndsWith("/v", StringComparison.Ordinal);
            for (; ; )
            {
                ulong x = Integer(random), y = Integer(random);
                yield return traps
                    ? new((ulong)(int)(x % 30000), (ulong)-(int)(y % 30000), Integer(random), 0)     // no overflow: that would trap
                    : new(x, y, Integer(random), 0);
            }
        }
        bool software = letters.StartsWith('s'), single = name is "adds" or "subs" or "muls" or "divs" or "sqrts" or "cvtst";
        bool raw = instruction.Opcode == 0x17 || instruction.Format == AlphaFormat.FloatToInteger;
        for (; ; )
        {
            ulong x, y;
            if (name is "cvtqt" or "cvtqs")
                (x, y) = (Integer(random), Integer(random));
            else if (mnemonic is "cvtql/v" or "cvtql/sv")
                (x, y) = (0, (ulong)(int)Integer(random));
            else if (raw)
                (x, y) = (random.Next(3) == 0 ? Double(random) : Integer(random), random.Next(3) == 0 ? Double(random) : Integer(random));
            else if (software && !single)
                (x, y) = (Double(random), Double(random));
            else if (software)
                (x, y) = (InRegister(Float(random)), InRegister(Float(random)));
            else
                (x, y) = (Tame(random, single), Tame(random, single));
            if (name is "sqrts" or "sqrtt" && !software)
                y &= ~(1UL << 63);
            ulong control = AlphaRegisters.InitialFpcr & ~(3UL << 58) | (ulong)random.Next(4) << 58;
            yield return new(x, y, Integer(random), control);
        }
    }

    /// <summary>A number whose sums, products, quotients, roots and integers are all of the usual kind.</summary>
    private static ulong Tame(Random random, bool single)
    {
        double value = (random.NextDouble() + 0.25) * (random.Next(2) == 0 ? 1 : -1) * Math.Pow(2, random.Next(-18, 18));
        return BitConverter.DoubleToUInt64Bits(single ? (float)value : value);
    }

    private static ulong Integer(Random random) => random.Next(3) switch
    {
        0 => SpecialIntegers[random.Next(SpecialIntegers.Length)],
        1 => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
        _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
    };

    private static ulong Double(Random random) => random.Next(3) switch
    {
        0 => BitConverter.DoubleToUInt64Bits(SpecialDoubles[random.Next(SpecialDoubles.Length)]),
        1 => Tame(random, single: false),
        _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
    };

    /// <summary>A number of 32 bits as LDS leaves it in a register (MAP_S, Alpha Architecture Reference Manual, 2.2.6.1).</summary>
    private static ulong InRegister(uint bits)
    {
        ulong high = bits >> 30 & 1, all = bits >> 23 & 0xff;
        ulong middle = all == 0xff || (high == 0 && all != 0) ? 7UL : 0;
        return (ulong)(bits >> 30) << 62 | middle << 59 | (ulong)(bits & 0x3fff_ffff) << 29;
    }

    private static uint Float(Random random) => random.Next(3) switch
    {
        0 => BitConverter.SingleToUInt32Bits((float)SpecialDoubles[random.Next(SpecialDoubles.Length)]),
        1 => BitConverter.SingleToUInt32Bits((float)BitConverter.UInt64BitsToDouble(Tame(random, single: true))),
        _ => (uint)random.NextInt64(),
    };

    private static void AddMemory(InstructionProgram program)
    {
        foreach (AlphaInstruction instruction in AlphaInstructionSet.Instructions.Where(instruction => instruction.Format is AlphaFormat.Memory or AlphaFormat.FloatMemory))
        {
            Random random = new(instruction.Opcode);
            int align = instruction.Mnemonic switch
            {
                "ldbu" or "stb" or "ldq_u" or "stq_u" or "lda" or "ldah" => 1,
                "ldwu" or "stw" => 2,
                "ldl" or "stl" or "ldl_l" or "stl_c" or "lds" or "sts" => 4,
                _ => 8,
            };
            List<OperandCase> cases = [.. Enumerable.Range(0, Cases).Select(_ => new OperandCase(
                Integer(random), InstructionProgram.WindowAt + 16 + (ulong)(random.Next(200) / align * align), Integer(random), AlphaRegisters.InitialFpcr))];
            int displacement = align * random.Next(-2, 2);
            bool stores = instruction.Mnemonic.StartsWith("st", StringComparison.Ordinal);
            program.Add(instruction.Mnemonic, cases, code =>
            {
                if (instruction.Mnemonic.EndsWith("_c", StringComparison.Ordinal))
                    code.Memory(instruction.Opcode - 4, 20, 2, displacement);       // the load that it belongs to
                code.Memory(instruction.Opcode, stores ? 1 : 3, 2, displacement);
                if (instruction.Mnemonic.EndsWith("_c", StringComparison.Ordinal))
                    code.Operate(0x11, 0x20, 31, 1, 3);
            });
        }
    }
}
