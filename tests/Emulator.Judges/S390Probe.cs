namespace Emulator.Judges;

/// <summary>One access under DAT: data in the secondary space, instructions in the primary space, both the ASCE under test.</summary>
/// <param name="VirtualAddress">Any address; even, because instructions are.</param>
/// <param name="Access">Read, write, fetch or LOAD REAL ADDRESS.</param>
public readonly record struct S390Probe(ulong VirtualAddress, ProbeAccess Access)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Access} {VirtualAddress:x16}";
}
