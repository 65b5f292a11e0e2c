namespace Emulator.Arch.Alpha;

/// <summary>How the 32 bits of an instruction are divided (Alpha Architecture Reference Manual, 3.3).</summary>
public enum AlphaFormat
{
    /// <summary>Opcode and a 26-bit PALcode function.</summary>
    Pal,

    /// <summary>Opcode, Ra and a displacement of 21 bits in instructions.</summary>
    Branch,

    /// <summary>As <see cref="Branch"/>, Ra is a floating-point register.</summary>
    FloatBranch,

    /// <summary>Opcode, Ra, Rb and a displacement of 16 bits.</summary>
    Memory,

    /// <summary>As <see cref="Memory"/>, Ra is a floating-point register.</summary>
    FloatMemory,

    /// <summary>Opcode, Ra, Rb and a function of 16 bits.</summary>
    Miscellaneous,

    /// <summary>Opcode, Ra, Rb, two bits that tell the kind of jump, and a hint.</summary>
    Jump,

    /// <summary>Opcode, Ra, Rb or a literal of 8 bits, a function of 7 bits, Rc.</summary>
    Operate,

    /// <summary>As <see cref="Operate"/>, from a floating-point register to an integer register.</summary>
    FloatToInteger,

    /// <summary>Opcode, Fa, Fb, a function of 11 bits, Fc.</summary>
    FloatOperate,

    /// <summary>As <see cref="FloatOperate"/>, from an integer register.</summary>
    IntegerToFloat,
}
