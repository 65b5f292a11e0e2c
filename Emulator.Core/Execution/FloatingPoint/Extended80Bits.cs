namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>A number of x87's 80-bit format, in its two halves as they lie in memory.</summary>
/// <param name="Significand">Bits 0 to 63: the significand, with its leading bit.</param>
/// <param name="SignExponent">Bits 64 to 79: the sign, then 15 bits of exponent.</param>
public readonly record struct Extended80Bits(ulong Significand, ushort SignExponent)
{
    /// <summary>As the manuals print it: 20 hexadecimal digits.</summary>
    public override string ToString() => $"{SignExponent:x4}{Significand:x16}";
}
