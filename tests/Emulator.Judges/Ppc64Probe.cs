namespace Emulator.Judges;

/// <summary>One access in 64-bit mode, hypervisor state, LPID 0.</summary>
/// <param name="Address">The effective address, a multiple of 4 and at least 65536 (the prober's breakpoint is below).</param>
/// <param name="Access">Read, write or fetch.</param>
/// <param name="Problem">MSR[PR]: true in problem state.</param>
public readonly record struct Ppc64Probe(ulong Address, ProbeAccess Access, bool Problem)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Problem ? "problem" : "supervisor")} {Access} {Address:x16}";
}
