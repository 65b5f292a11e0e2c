namespace Emulator.ReferenceWalkers;

/// <summary>What the access is. Power ISA 3.0, book III, 5.7.</summary>
public enum Ppc64AccessType
{
    /// <summary>Load.</summary>
    Load,

    /// <summary>Store.</summary>
    Store,

    /// <summary>Instruction fetch.</summary>
    Fetch,
}
