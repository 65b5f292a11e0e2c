namespace Emulator.ReferenceWalkers;

/// <summary>What the access is. Principles of Operation, ch. 3, "Storage operands" and "Protection".</summary>
public enum S390AccessType
{
    /// <summary>Fetch of a storage operand.</summary>
    Fetch,

    /// <summary>Store of a storage operand.</summary>
    Store,

    /// <summary>Fetch of an instruction.</summary>
    InstructionFetch,
}
