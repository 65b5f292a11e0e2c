namespace Emulator.ReferenceWalkers;

/// <summary>What the access is.</summary>
public enum Sparc64AccessType
{
    /// <summary>Load, with an address-space identifier that is not a no-fault one.</summary>
    Load,

    /// <summary>Store.</summary>
    Store,

    /// <summary>Instruction fetch.</summary>
    Fetch,
}
