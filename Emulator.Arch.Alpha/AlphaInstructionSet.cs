using System.Buffers.Binary;
using System.Collections.Immutable;
using Emulator.Core.Execution;
using Emulator.Core.Memory;

namespace Emulator.Arch.Alpha;

/// <summary>What programs may use of an EV67: integer with BWX and CIX, MVI, IEEE floating point with FIX, and calls of OSF/1 PALcode.</summary>
public sealed class AlphaInstructionSet : InstructionSet
{
    private static readonly Lazy<AlphaInstructionTable> Table = new(() => new AlphaInstructionTable());

    /// <inheritdoc/>
    public override string Name => "alpha";

    /// <inheritdoc/>
    public override ImmutableArray<RegisterName> Registers => AlphaRegisters.All;

    /// <inheritdoc/>
    public override int LongestInstruction => 4;

    /// <inheritdoc/>
    public override int InstructionAlignment => 4;

    /// <summary>All instructions that programs may use.</summary>
    public static IReadOnlyList<AlphaInstruction> Instructions => Table.Value.All;

    /// <summary>The instruction that a word is; null for none that programs may use.</summary>
    internal static AlphaInstruction? Find(AlphaWord word) => Table.Value.Find(word);

    /// <inheritdoc/>
    public override Cpu CreateCpu(PhysicalMemory memory, int pageShift, IAddressTranslator translator) =>
        CpuMode.LittleEndian64Aligned.CreateCpu(this, memory, pageShift, translator);

    /// <inheritdoc/>
    // A return from the kernel clears the lock flag (part II-B, rti).
    public override void ReturnFromKernel(Span<ulong> registers) => registers[AlphaRegisters.LockFlag.Number] = 0;

    /// <inheritdoc/>
    public override Emitted Emit(BlockBuilder builder, ReadOnlySpan<byte> code)
    {
        ArgumentNullException.ThrowIfNull(builder);
        AlphaWord word = new(BinaryPrimitives.ReadUInt32LittleEndian(code), builder.Pc);
        if (Find(word) is { } instruction)
        {
            instruction.Lower(builder, word);
            return new Emitted(4, instruction.EndsBlock);
        }
        builder.StopAt(CpuStopKind.IllegalInstruction, 0);
        return new Emitted(4, EndsBlock: true);
    }
}
