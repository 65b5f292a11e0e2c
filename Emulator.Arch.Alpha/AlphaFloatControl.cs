namespace Emulator.Arch.Alpha;

/// <summary>Between the floating-point control register and the word that programs know (<c>ieee_set_fp_control()</c>).</summary>
/// <remarks>Source: <c>ieee_swcr_to_fpcr()</c> and <c>ieee_fpcr_to_swcr()</c>, arch/alpha/include/uapi/asm/fpu.h, v6.1.</remarks>
internal static class AlphaFloatControl
{
    /// <summary>The field of the dynamic rounding mode.</summary>
    public const ulong RoundingMask = 3UL << 58;

    private const ulong Status = 0x7e_0000, DenormalsToZero = 1 << 12, UnderflowToZero = 1 << 13;
    private const ulong EarlyTraps = 0xe, LateTraps = 0x30, DenormalTrap = 0x40;     // invalid, divide, overflow; underflow, inexact; denormal

    /// <summary>The register that does what the word asks for.</summary>
    public static ulong FromSoftware(ulong word)
    {
        ulong control = (word & Status) << 35 | (word & DenormalsToZero) << 36 | (~word & EarlyTraps) << 48 | (~word & LateTraps) << 57 | (~word & DenormalTrap) << 41;
        if ((word & Status) != 0)
            control |= 1UL << 63;
        if ((word & UnderflowToZero) != 0)
            control |= 3UL << 60;
        return control;
    }

    /// <summary>The word that a register says.</summary>
    public static ulong ToSoftware(ulong control) =>
        (control >> 35 & Status) | (control >> 36 & DenormalsToZero) | (~control >> 48 & EarlyTraps) | (~control >> 57 & LateTraps) | (control >> 47 & UnderflowToZero) | (~control >> 41 & DenormalTrap);
}
