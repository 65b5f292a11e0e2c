namespace Emulator.Judges;

/// <summary>What translation starts from: exactly one of <see cref="ProcessTableEntry"/> and <see cref="HashTable"/>.</summary>
public sealed record Ppc64State
{
    /// <summary>Radix: doubleword 0 of the process table entry (RTS, root, its size). The judge makes the process table.</summary>
    public ulong? ProcessTableEntry { get; init; }

    /// <summary>Hash: HTABORG and HTABSIZE, as SDR1 or doubleword 0 of the partition table entry have them.</summary>
    public ulong? HashTable { get; init; }

    /// <summary>Hash: the segments as slbmte takes them, RB with valid bit and index, and RS. At most 31, index 31 is the judge's.</summary>
    public IReadOnlyList<(ulong Rb, ulong Rs)> Segments { get; init; } = [];

    /// <summary>AMR; two bits a key, key 0 leftmost.</summary>
    public ulong Amr { get; init; }
}
