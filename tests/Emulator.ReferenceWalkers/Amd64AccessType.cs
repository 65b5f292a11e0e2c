namespace Emulator.ReferenceWalkers;

/// <summary>What the access is. Intel SDM vol. 3, 4.6.</summary>
public enum Amd64AccessType
{
    /// <summary>Data read.</summary>
    Read,

    /// <summary>Data write; a read-modify-write counts as one.</summary>
    Write,

    /// <summary>Instruction fetch.</summary>
    Fetch,
}
