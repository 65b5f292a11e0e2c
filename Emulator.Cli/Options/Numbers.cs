using System.Globalization;

namespace Emulator.Cli.Options;

/// <summary>Sizes, addresses and counts as users write them.</summary>
internal static class Numbers
{
    /// <summary>Reads a size: bytes, with k, m or g for powers of 1024, decimal or with 0x.</summary>
    public static bool TrySize(string text, out ulong bytes)
    {
        int shift = text.Length == 0 ? 0 : char.ToLowerInvariant(text[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        if (!TryNumber(shift == 0 ? text : text[..^1], out bytes) || bytes > ulong.MaxValue >> shift)
            return false;
        bytes <<= shift;
        return true;
    }

    /// <summary>Reads a number: decimal digits, or 0x and hexadecimal ones.</summary>
    public static bool TryNumber(string text, out ulong number)
    {
        bool hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return hexadecimal
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
