namespace Emulator.Judges;

/// <summary>
/// An independent z/Architecture machine that is asked about DAT tables in a physical memory image, by doing the accesses.
/// </summary>
/// <remarks>
/// Contract: every frame that a probe can reach is inside the image, not in real 0 to 8191 (the prefix area), and filled with the
/// halfword 0x0A02 (SVC 2). Fetch probes execute it, write probes write its first byte again. No table is in the prefix area either.
/// Nothing has to be added to the tables. Real addresses beyond the image and the judge's own few MiB give addressing exceptions.
/// </remarks>
public interface IS390Judge : IDisposable
{
    /// <summary>Which emulator it is, for <see cref="KnownDeviations"/>.</summary>
    JudgeProgram Program { get; }

    /// <summary>Does the accesses, in this order, each with an empty TLB.</summary>
    /// <param name="state">ASCE and control bits.</param>
    /// <param name="probes">The accesses.</param>
    /// <returns>One outcome for each probe.</returns>
    /// <exception cref="JudgeException">The prober did not come back.</exception>
    IReadOnlyList<S390Outcome> Probe(S390DatState state, IReadOnlyList<S390Probe> probes);

    /// <summary>Reads the judge's copy of the memory.</summary>
    /// <param name="address">Absolute address.</param>
    /// <param name="count">How many bytes.</param>
    /// <returns>The bytes.</returns>
    byte[] ReadPhysical(ulong address, int count);

    /// <summary>Changes tables or data (not code) in the judge's copy of the memory; the next batch sees it.</summary>
    /// <param name="address">Absolute address inside the image.</param>
    /// <param name="bytes">The bytes.</param>
    void WritePhysical(ulong address, ReadOnlySpan<byte> bytes);
}
