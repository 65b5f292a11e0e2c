namespace Emulator.ReferenceWalkers;

/// <summary>What the access is. RISC-V privileged architecture 20211203, 3.1.15, table 3.6.</summary>
public enum RiscvAccessType
{
    /// <summary>A load, or a load-reserved.</summary>
    Load,

    /// <summary>A store, a store-conditional or an AMO.</summary>
    Store,

    /// <summary>An instruction fetch.</summary>
    Fetch,
}
