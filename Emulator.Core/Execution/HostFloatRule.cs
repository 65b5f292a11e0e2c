namespace Emulator.Core.Execution;

/// <summary>
/// When the host may do a floating-point operation that a function would do otherwise (<see cref="MicroCode.FloatAdd64"/> and its like):
/// when the machine rounds to the nearest even just now, and does not want to hear of inexactness or there is none.
/// </summary>
/// <remarks>
/// <code>
/// bit 0     16      22      24     25                 32                  64
///   | slot  | shift | value | asks | (0)              | mask              |
/// </code>
/// </remarks>
public readonly struct HostFloatRule
{
    private HostFloatRule(ulong bits) => Bits = bits;

    /// <summary>As it stands in operations.</summary>
    internal ulong Bits { get; }

    /// <summary>Always: the instruction rounds to the nearest even, and nobody hears of inexactness.</summary>
    public static HostFloatRule Always => default;

    /// <summary>When a field of a control register says so.</summary>
    /// <param name="control">The slot of the control register.</param>
    /// <param name="shift">First bit of its two bits for rounding.</param>
    /// <param name="nearest">What they are when it is to the nearest even.</param>
    /// <param name="quiet">Bits of the lower half that are all ones when nobody need hear of inexactness (again); 0 when nobody ever does.</param>
    public static HostFloatRule When(Slot control, int shift, int nearest, uint quiet = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)shift, 62u);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)nearest, 3u);
        return new HostFloatRule((uint)control.Number | (ulong)(uint)shift << 16 | (ulong)(uint)nearest << 22 | 1UL << 24 | (ulong)quiet << 32);
    }

    /// <summary>Of an operation: it asks the control register.</summary>
    internal static bool Asks(ulong bits) => (bits & 1 << 24) != 0;

    /// <summary>Of an operation: the control register's slot.</summary>
    internal static int ControlOf(ulong bits) => (int)(bits & 0xffff);

    /// <summary>Of an operation: the bits for rounding, in their place.</summary>
    internal static ulong RoundingOf(ulong bits) => 3UL << (int)(bits >> 16 & 63);

    /// <summary>Of an operation: what those are when it is to the nearest even.</summary>
    internal static ulong NearestOf(ulong bits) => (bits >> 22 & 3) << (int)(bits >> 16 & 63);

    /// <summary>Of an operation: the bits that are all ones when nobody need hear of inexactness.</summary>
    internal static ulong QuietOf(ulong bits) => bits >> 32;
}
