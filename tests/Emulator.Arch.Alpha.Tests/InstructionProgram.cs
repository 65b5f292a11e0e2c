using System.Buffers.Binary;
using Emulator.Testing;

namespace Emulator.Arch.Alpha.Tests;

/// <summary>
/// A program that does instructions on tables of operands and writes what came out: for every case of every instruction register 3,
/// floating-point register 3 and the control register, and at the end a window of memory.
/// </summary>
/// <remarks>Registers: 1 and 2 operands, 3 result (with an old value), 9 and 10 walk over cases and results, 11 counts.</remarks>
internal sealed class InstructionProgram
{
    public const ulong CodeAt = 0x2000_0000, TablesAt = 0x2800_0000, ResultsAt = 0x3000_0000;
    public const int CaseBytes = 32, ResultBytes = 24, WindowBytes = 256;

    private readonly AlphaAssembler _code = new(CodeAt);
    private readonly List<byte> _cases = [];

    /// <summary>The window that loads and stores use, at the beginning of the tables.</summary>
    public const ulong WindowAt = TablesAt;

    /// <summary>What was put into the program, in order.</summary>
    public List<(string Name, IReadOnlyList<OperandCase> Cases)> Instructions { get; } = [];

    /// <summary>Bytes that the program writes.</summary>
    public int OutputBytes => Instructions.Sum(instruction => instruction.Cases.Count) * ResultBytes + WindowBytes;

    public static InstructionProgram Begin()
    {
        InstructionProgram program = new();
        for (int i = 0; i < WindowBytes; i++)
            program._cases.Add((byte)(17 + 29 * i));
        program._code.Set(10, ResultsAt);
        return program;
    }

    /// <summary>Adds an instruction, as words that may use registers 1 to 3 and 20 to 27.</summary>
    public void Add(string name, IReadOnlyList<OperandCase> cases, Action<AlphaAssembler> emit)
    {
        _code.Set(9, TablesAt + (ulong)_cases.Count).Memory(0x08, 11, 31, cases.Count);
        foreach (OperandCase operands in cases)
        {
            foreach (ulong value in (ulong[])[operands.X, operands.Y, operands.Old, operands.Control])
            {
                byte[] bytes = new byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
                _cases.AddRange(bytes);
            }
        }
        ulong loop = _code.Here;
        for (int i = 0; i < 3; i++)
            _code.Memory(0x29, 1 + i, 9, 8 * i).Memory(0x23, 1 + i, 9, 8 * i);
        _code.Memory(0x23, 10, 9, 24).Operate(0x17, 0x024, 10, 10, 10);
        emit(_code);
        _code.Memory(0x2d, 3, 10, 0).Memory(0x27, 3, 10, 8).Operate(0x17, 0x025, 10, 10, 10).Memory(0x27, 10, 10, 16)
            .Memory(0x08, 9, 9, CaseBytes).Memory(0x08, 10, 10, ResultBytes)
            .Literal(0x10, 0x29, 11, 1, 11).Branch(0x3d, 11, loop);
        Instructions.Add((name, cases));
    }

    /// <summary>The program as a file; no toolchain is needed.</summary>
    public byte[] Build()
    {
        // The window goes behind the results; then write(1, ...) until all is written, and exit(0).
        _code.Set(9, WindowAt);
        for (int i = 0; i < WindowBytes; i += 8)
            _code.Memory(0x29, 1, 9, i).Memory(0x2d, 1, 10, i);
        _code.Set(12, ResultsAt).Set(13, ResultsAt + (ulong)OutputBytes);
        ulong write = _code.Here;
        _code.Literal(0x11, 0x20, 31, 1, 16).Operate(0x11, 0x20, 31, 12, 17).Operate(0x10, 0x29, 13, 12, 18)
            .Literal(0x11, 0x20, 31, 4, 0).Pal(0x83)
            .Operate(0x10, 0x20, 12, 0, 12).Operate(0x10, 0x4d, 12, 13, 1).Branch(0x3d, 1, write)
            .Operate(0x11, 0x20, 31, 31, 16).Literal(0x11, 0x20, 31, 1, 0).Pal(0x83);
        return new ElfBuilder
        {
            Machine = 0x9026,
            Entry = CodeAt,
            Headers =
            [
                new ProgramHeader { Flags = ElfNumbers.Read | ElfNumbers.Execute, Address = CodeAt, Content = _code.Code, Align = 0x2000 },
                new ProgramHeader { Flags = ElfNumbers.Read | ElfNumbers.Write, Address = TablesAt, Content = _cases.ToArray(), Align = 0x2000 },
                new ProgramHeader { Flags = ElfNumbers.Read | ElfNumbers.Write, Address = ResultsAt, MemoryBytes = (ulong)OutputBytes + 0x2000, Align = 0x2000 },
            ],
        }.Build();
    }
}
