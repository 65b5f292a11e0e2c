namespace Emulator.ReferenceWalkers;

/// <summary>One access. Intel SDM vol. 3, 4.6 "Access rights".</summary>
/// <param name="Type">Read, write or fetch.</param>
/// <param name="User">A user-mode access: CPL 3 and not an implicit supervisor access.</param>
public readonly record struct Amd64Access(Amd64AccessType Type, bool User)
{
    /// <summary>EFLAGS.AC = 1 and the access is explicit: SMAP does not apply.</summary>
    public bool AlignmentCheck { get; init; }
}
