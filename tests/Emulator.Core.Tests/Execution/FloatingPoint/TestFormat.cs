namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>A format, for those who make numbers of it.</summary>
internal sealed record TestFormat(string Name, int Precision, int ExponentBits, bool HasLeadingBit = false)
{
    public static readonly TestFormat Binary32 = new("binary32", 24, 8);
    public static readonly TestFormat Binary64 = new("binary64", 53, 11);
    public static readonly TestFormat Extended80 = new("extended80", 64, 15, HasLeadingBit: true);
    public static readonly TestFormat Binary128 = new("binary128", 113, 15);

    /// <summary>As the manuals print it.</summary>
    public string Print(UInt128 bits) => bits.ToString(Name switch { "binary32" => "x8", "binary64" => "x16", "extended80" => "x20", _ => "x32" });
}
