namespace Emulator.Judges;

/// <summary>One access in the primary context.</summary>
/// <param name="VirtualAddress">A multiple of 8.</param>
/// <param name="Access">Read, write or fetch.</param>
/// <param name="User">In user mode; else with PSTATE.PRIV at TL = 0.</param>
public readonly record struct Sparc64Probe(ulong VirtualAddress, ProbeAccess Access, bool User)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(User ? "user" : "supervisor")} {Access} {VirtualAddress:x16}";
}
