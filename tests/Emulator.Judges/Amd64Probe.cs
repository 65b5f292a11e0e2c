namespace Emulator.Judges;

/// <summary>One access in long mode.</summary>
/// <param name="VirtualAddress">Any 64-bit address, canonical or not.</param>
/// <param name="Access">Read, write or fetch.</param>
/// <param name="User">True at CPL 3, false at CPL 0.</param>
public readonly record struct Amd64Probe(ulong VirtualAddress, ProbeAccess Access, bool User)
{
    /// <summary>EFLAGS.AC, which lifts SMAP; only for supervisor reads and writes.</summary>
    public bool AlignmentCheck { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{(User ? "user" : "supervisor")} {Access} {VirtualAddress:x16}{(AlignmentCheck ? " AC" : "")}";
}
