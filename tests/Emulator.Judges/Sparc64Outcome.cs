namespace Emulator.Judges;

/// <summary>What an access on sun4u led to.</summary>
public sealed record Sparc64Outcome
{
    private const int OutOfRange = 0x60;            // fault types 0x20 and 0x40

    private Sparc64Outcome()
    {
    }

    /// <summary>Trap type, or null if the access is done: 08, 30, 64, 68, 6c.</summary>
    public int? TrapType { get; private init; }

    /// <summary>FT of the SFSR, for access exceptions; 0 for other traps, for which it is not defined.</summary>
    public int FaultType { get; private init; }

    /// <summary>The physical address that a load or fetch went to; null after a store, which tells nothing, and after a trap.</summary>
    public ulong? PhysicalAddress { get; private init; }

    /// <summary>Whether the access is done.</summary>
    public bool IsOk => TrapType is null;

    /// <summary>Whether the address is in the hole of the virtual address space.</summary>
    public bool IsOutOfRange => (FaultType & OutOfRange) != 0;

    /// <summary>The access is done.</summary>
    /// <param name="physicalAddress">Where it went; null for a store.</param>
    /// <returns>The outcome.</returns>
    public static Sparc64Outcome Ok(ulong? physicalAddress) => new() { PhysicalAddress = physicalAddress };

    /// <summary>A trap.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="faultType">FT of the SFSR for access exceptions.</param>
    /// <returns>The outcome.</returns>
    public static Sparc64Outcome Trap(int type, int faultType = 0) => new() { TrapType = type, FaultType = faultType };

    /// <inheritdoc/>
    public override string ToString() => TrapType is int type
        ? $"trap {type:x2}{(FaultType != 0 ? $" FT {FaultType:x2}" : "")}"
        : $"ok{(PhysicalAddress is ulong at ? $" {at:x}" : "")}";
}
