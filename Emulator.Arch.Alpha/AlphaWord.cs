namespace Emulator.Arch.Alpha;

/// <summary>The fields of an instruction (Alpha Architecture Reference Manual, 3.3).</summary>
/// <param name="Bits">Its 32 bits.</param>
/// <param name="Pc">Its address.</param>
internal readonly record struct AlphaWord(uint Bits, ulong Pc)
{
    /// <summary>31:26.</summary>
    public int Opcode => (int)(Bits >> 26);

    /// <summary>25:21.</summary>
    public int Ra => (int)(Bits >> 21 & 31);

    /// <summary>20:16.</summary>
    public int Rb => (int)(Bits >> 16 & 31);

    /// <summary>4:0.</summary>
    public int Rc => (int)(Bits & 31);

    /// <summary>12: a literal takes the place of Rb.</summary>
    public bool HasLiteral => (Bits >> 12 & 1) != 0;

    /// <summary>20:13.</summary>
    public ulong Literal => Bits >> 13 & 0xff;

    /// <summary>11:5, of operate instructions.</summary>
    public int Function7 => (int)(Bits >> 5 & 0x7f);

    /// <summary>15:5, of floating-point operate instructions.</summary>
    public int Function11 => (int)(Bits >> 5 & 0x7ff);

    /// <summary>15:0, of memory instructions that have a function.</summary>
    public int Function16 => (int)(Bits & 0xffff);

    /// <summary>25:0, of PALcode calls.</summary>
    public int Function26 => (int)(Bits & 0x3ff_ffff);

    /// <summary>15:0, sign-extended, in bytes.</summary>
    public ulong Displacement => (ulong)(short)Bits;

    /// <summary>Where a branch of the branch format goes.</summary>
    public ulong Target => Pc + 4 + (ulong)((int)(Bits << 11) >> 11) * 4;

    /// <summary>The instruction behind it.</summary>
    public ulong Next => Pc + 4;
}
