namespace Emulator.Core.Execution;

/// <summary>The address of a load or store: base + (index shifted left by scale) + displacement, modulo the machine's address width.</summary>
/// <param name="Base">The base.</param>
/// <param name="Displacement">Bytes, sign-extended to 64 bits.</param>
public readonly record struct DataAddress(Operand Base, ulong Displacement)
{
    /// <summary>The index; null for none.</summary>
    public Slot? Index { get; init; }

    /// <summary>Bits that the index is shifted left by.</summary>
    public int Scale { get; init; }
}
