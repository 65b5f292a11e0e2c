namespace Emulator.ReferenceWalkers;

/// <summary>The result of a translation and the access.</summary>
public sealed record S390Walk
{
    /// <summary>The program-interruption code (Principles of Operation, ch. 6), or null if the access is done.</summary>
    public ushort? InterruptionCode { get; init; }

    /// <summary>
    /// The translation-exception identification stored at real 168; null where it is not defined, that is for addressing (0x05),
    /// translation specification (0x12) and when the access is done.
    /// </summary>
    public ulong? TranslationExceptionIdentification { get; init; }

    /// <summary>The real address, also if the access ends in protection or in addressing of the frame.</summary>
    public ulong? RealAddress { get; init; }

    /// <summary>Bytes mapped by the last entry: 4 KiB, 1 MiB or 2 GiB; 0 for a real-space designation.</summary>
    public ulong FrameBytes { get; init; }

    /// <summary>DAT protection is on for the address: stores end in 0x04.</summary>
    public bool StoreProtected { get; init; }

    /// <summary>Instruction-execution protection is on for the address.</summary>
    public bool ExecuteProtected { get; init; }

    /// <summary>The entries fetched, in order.</summary>
    public required IReadOnlyList<S390Entry> Entries { get; init; }
}
