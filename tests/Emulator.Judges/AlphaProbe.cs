namespace Emulator.Judges;

/// <summary>One access on alpha.</summary>
/// <param name="VirtualAddress">Any address that is a multiple of 8.</param>
/// <param name="Access">Read, write or fetch.</param>
/// <param name="User">In user mode, else in kernel mode.</param>
public readonly record struct AlphaProbe(ulong VirtualAddress, ProbeAccess Access, bool User)
{
    /// <summary>Whether kernel mode does not translate the address: bits 42:41 are 10 in the negative half.</summary>
    public bool IsKseg => VirtualAddress >> 41 == 0x7ffffe;

    /// <inheritdoc/>
    public override string ToString() => $"{(User ? "user" : "kernel")} {Access} {VirtualAddress:x16}";
}
