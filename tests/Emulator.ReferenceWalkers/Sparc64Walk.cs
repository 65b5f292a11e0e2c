namespace Emulator.ReferenceWalkers;

/// <summary>The result of a miss, its handler and the access.</summary>
public sealed record Sparc64Walk
{
    /// <summary>The trap that the kernel has to handle, or null if the access is done. A miss that the handler cannot answer is that miss.</summary>
    public int? TrapType { get; init; }

    /// <summary>FT of the synchronous fault status register, for access exceptions; else 0.</summary>
    public int FaultType { get; init; }

    /// <summary>The handler loaded from where no memory is.</summary>
    public bool OutsideMemory { get; init; }

    /// <summary>The physical address, if the access is done.</summary>
    public ulong? PhysicalAddress { get; init; }

    /// <summary>What the handler loaded, in order.</summary>
    public required IReadOnlyList<Sparc64Entry> Loads { get; init; }
}
