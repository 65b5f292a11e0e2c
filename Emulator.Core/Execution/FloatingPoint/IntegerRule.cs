namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>What a conversion to an integer gives when the integer cannot hold the number; it is invalid in any case.</summary>
public enum IntegerRule : byte
{
    /// <summary>Only the highest bit set ("integer indefinite"), all bits if unsigned: x86.</summary>
    Indefinite,

    /// <summary>The nearest that it can hold; the least for a NaN: PowerPC, s390.</summary>
    SaturateNanLeast,

    /// <summary>The nearest that it can hold; for a NaN the greatest or least, as its sign says: sparc.</summary>
    SaturateNanBySign,

    /// <summary>The low bits of the result; 0 for a NaN or infinity: alpha.</summary>
    LowBits,

    /// <summary>The nearest that it can hold; the greatest for a NaN: RISC-V.</summary>
    SaturateNanGreatest,
}
