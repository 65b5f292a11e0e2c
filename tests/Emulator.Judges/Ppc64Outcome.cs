namespace Emulator.Judges;

/// <summary>What the machine did with a <see cref="Ppc64Probe"/>.</summary>
/// <param name="Vector">The interrupt: 0x300 and 0x400 data and instruction storage, 0x380 and 0x480 segment; null if the access was done.</param>
/// <param name="Cause">DSISR after a data storage interrupt, the cause bits of SRR1 after an instruction storage interrupt, else 0.</param>
/// <param name="Address">DAR after a data interrupt, else 0.</param>
public readonly record struct Ppc64Outcome(int? Vector, uint Cause, ulong Address)
{
    /// <summary>The access was done.</summary>
    public static Ppc64Outcome Ok => default;

    /// <summary>True if the access was done.</summary>
    public bool IsOk => Vector is null;

    /// <inheritdoc/>
    public override string ToString() => Vector is { } vector ? $"{vector:x}({Cause:x8}){(Address != 0 ? $" at {Address:x16}" : "")}" : "ok";
}
