using System.Buffers.Binary;
using System.Collections.Immutable;
using Emulator.Core.Execution;
using Emulator.Core.Memory;

namespace Emulator.Core.Tests.Processes;

/// <summary>
/// A CPU for tests of the kernel: sixteen registers, and as few instructions as programs need. An instruction is four bytes (operation and
/// three registers) and, for some, four more: a number, sign-extended. Code is little-endian whatever data is.
/// </summary>
internal sealed class ToyInstructionSet(bool wide) : InstructionSet
{
    public const int StackPointer = 15, Link = 14, ThreadPointer = 13;

    /// <summary>Code of the stop for a system call, and of a trap that divides by zero.</summary>
    public const int SystemCall = 1, DivideByZero = 2;

    public override string Name => wide ? "toy" : "toy32";

    public override ImmutableArray<RegisterName> Registers { get; } = [.. Enumerable.Range(0, 16).Select(number => new RegisterName($"r{number}", Register(number), wide ? 64 : 32))];

    public override int LongestInstruction => 8;

    public override int InstructionAlignment => 4;

    /// <summary>How often a program went on after the kernel had the CPU.</summary>
    public int Returns { get; private set; }

    public static Slot Register(int number) => new((ushort)number);

    public override void ReturnFromKernel(Span<ulong> registers) => Returns++;

    public override Cpu CreateCpu(PhysicalMemory memory, int pageShift, IAddressTranslator translator) => wide
        ? CpuMode.LittleEndian64.CreateCpu(this, memory, pageShift, translator)
        : CpuMode.BigEndian32.CreateCpu(this, memory, pageShift, translator);

    public override Emitted Emit(BlockBuilder builder, ReadOnlySpan<byte> code)
    {
        ToyOperation operation = (ToyOperation)code[0];
        Slot a = Register(code[1] & 15), b = Register(code[2] & 15), c = Register(code[3] & 15);
        bool large = operation >= ToyOperation.Set;
        if (large && code.Length < 8)
            return Emitted.NeedsMore;
        ulong number = large ? (ulong)BinaryPrimitives.ReadInt32LittleEndian(code[4..]) : 0, next = builder.Pc + (large ? 8u : 4u);
        int bytes = 1 << (code[3] & 3);
        switch (operation)
        {
            case ToyOperation.Add:
                builder.Set(a, Word(builder, builder.Add(b, c)));
                break;
            case ToyOperation.Subtract:
                builder.Set(a, Word(builder, builder.Subtract(b, c)));
                break;
            case ToyOperation.Set:
                builder.Set(a, wide ? number : (uint)number);
                break;
            case ToyOperation.AddNumber:
                builder.Set(a, Word(builder, builder.Add(b, number)));
                break;
            case ToyOperation.Load:
                builder.Set(a, builder.Load(new DataAddress(b, number), bytes));
                break;
            case ToyOperation.Store:
                builder.Store(new DataAddress(b, number), bytes, a);
                break;
            case ToyOperation.System:
                builder.StopAfter(CpuStopKind.SystemCall, SystemCall, next);
                return new Emitted(4, EndsBlock: true);
            case ToyOperation.Divide:
                builder.StopAt(CpuStopKind.Trap, DivideByZero);
                return new Emitted(4, EndsBlock: true);
            case ToyOperation.Jump:
                builder.Exit(number);
                return new Emitted(8, EndsBlock: true);
            case ToyOperation.Call:
                builder.Set(Register(Link), next);
                builder.Exit(number);
                return new Emitted(8, EndsBlock: true);
            case ToyOperation.JumpTo:
                builder.Exit((Operand)a);
                return new Emitted(4, EndsBlock: true);
            case ToyOperation.BranchEqual or ToyOperation.BranchUnequal:
                Label taken = builder.NewLabel();
                builder.Branch(operation == ToyOperation.BranchEqual ? Condition.Equal : Condition.NotEqual, a, b, taken);
                builder.Exit(next);
                builder.Bind(taken);
                builder.Exit(number);
                return new Emitted(8, EndsBlock: true);
            default:
                builder.StopAt(CpuStopKind.IllegalInstruction, 0);
                return new Emitted(4, EndsBlock: true);
        }
        return new Emitted(large ? 8 : 4, EndsBlock: false);
    }

    private Operand Word(BlockBuilder builder, Operand value) => wide ? value : builder.ZeroExtend(value, 32);
}
