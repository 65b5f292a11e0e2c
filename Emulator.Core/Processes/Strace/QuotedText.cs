using System.Text;

namespace Emulator.Core.Processes.Strace;

/// <summary>Bytes as strace quotes them.</summary>
internal static class QuotedText
{
    public const int Most = 32;

    /// <summary>A string with its quotes; cut after 32 bytes when <paramref name="cut"/> says so.</summary>
    public static string Of(ReadOnlySpan<byte> bytes, bool cut)
    {
        StringBuilder text = new("\"");
        for (int i = 0; i < bytes.Length; i++)
            Append(text, bytes[i], i + 1 < bytes.Length && bytes[i + 1] is >= (byte)'0' and <= (byte)'9');
        text.Append('"');
        return cut ? text.Append("...").ToString() : text.ToString();
    }

    /// <summary>The same in hexadecimal.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes, bool cut)
    {
        StringBuilder text = new("\"");
        foreach (byte value in bytes)
            text.Append($"\\x{value:x2}");
        text.Append('"');
        return cut ? text.Append("...").ToString() : text.ToString();
    }

    private static void Append(StringBuilder text, byte value, bool digitFollows)
    {
        switch (value)
        {
            case (byte)'"' or (byte)'\\':
                text.Append('\\').Append((char)value);
                break;
            case (byte)'\n':
                text.Append("\\n");
                break;
            case (byte)'\t':
                text.Append("\\t");
                break;
            case (byte)'\r':
                text.Append("\\r");
                break;
            case (byte)'\v':
                text.Append("\\v");
                break;
            case (byte)'\f':
                text.Append("\\f");
                break;
            case >= 32 and < 127:
                text.Append((char)value);
                break;
            default:
                string octal = Convert.ToString(value, 8);
                text.Append('\\').Append(digitFollows ? octal.PadLeft(3, '0') : octal);
                break;
        }
    }
}
