using System.Collections.Immutable;
using Emulator.Core.Memory;

namespace Emulator.Core.Execution;

/// <summary>
/// What a plugin tells the engine about its CPU: registers, and for every instruction what it means, said once, as micro-operations.
/// Has no state of its own but what it notes while one block is made.
/// </summary>
public abstract class InstructionSet
{
    /// <summary>Name: "alpha", "x86_64".</summary>
    public abstract string Name { get; }

    /// <summary>Registers, in the order in which debuggers show them; the program counter is the engine's.</summary>
    public abstract ImmutableArray<RegisterName> Registers { get; }

    /// <summary>Length of the longest instruction in bytes.</summary>
    public abstract int LongestInstruction { get; }

    /// <summary>Instructions begin at multiples of this many bytes.</summary>
    public abstract int InstructionAlignment { get; }

    /// <summary>Makes a CPU: closes the engine over the byte order, address width and alignment rules of the machine.</summary>
    /// <param name="memory">Guest memory.</param>
    /// <param name="pageShift">log2 of the bytes in a page.</param>
    /// <param name="translator">Whom to ask for translations.</param>
    public abstract Cpu CreateCpu(PhysicalMemory memory, int pageShift, IAddressTranslator translator);

    /// <summary>A program begins: the registers that are not 0 then, whatever the ABI says besides.</summary>
    public virtual void Reset(Span<ulong> registers) => registers.Clear();

    /// <summary>A program goes on after the kernel had the CPU, for a call, a fault, a signal or another task: what the machine does then to its registers.</summary>
    public virtual void ReturnFromKernel(Span<ulong> registers)
    {
    }

    /// <summary>Whether the program has asked that accesses to addresses that are not multiples of their size trap. Who changes that by an instruction stops the CPU behind it (<see cref="CpuStopKind.Interrupted"/>).</summary>
    public virtual bool ChecksAlignment(ReadOnlySpan<ulong> registers) => false;

    /// <summary>A block begins: whatever was noted about the one before is void.</summary>
    public virtual void BeginBlock()
    {
    }

    /// <summary>Emits the operations of the instruction at <see cref="BlockBuilder.Pc"/>.</summary>
    /// <param name="builder">Where they go.</param>
    /// <param name="code">Its bytes and what follows: <see cref="LongestInstruction"/> bytes, or fewer where the page ends.</param>
    /// <remarks>
    /// An instruction that may fault changes no register before its last operation that may fault, so that it can be begun again; one that
    /// is made of steps which may each be seen (a string of moves) finishes each step. Anything else than an instruction is
    /// <see cref="CpuStopKind.IllegalInstruction"/>, raised and not thrown.
    /// </remarks>
    public abstract Emitted Emit(BlockBuilder builder, ReadOnlySpan<byte> code);
}
