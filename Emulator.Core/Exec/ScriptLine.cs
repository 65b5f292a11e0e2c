using System.Text;

namespace Emulator.Core.Exec;

/// <summary>The first line of a script: its interpreter and at most one argument.</summary>
/// <param name="Interpreter">Path of the interpreter.</param>
/// <param name="Argument">Everything behind it, as one argument; null for none.</param>
public sealed record ScriptLine(string Interpreter, string? Argument)
{
    /// <summary>Reads the line from the head of a file.</summary>
    /// <param name="head">What <c>prepare_binprm()</c> read, padded with zeros to its full length.</param>
    /// <param name="refusesCutPath">Whether a line that may be cut inside the interpreter's path is refused (v5.0 and later) instead of cut.</param>
    /// <returns>Null when it is no usable script line (ENOEXEC).</returns>
    /// <remarks>Source: fs/binfmt_script.c, v2.6.32 and v6.1.</remarks>
    public static ScriptLine? Parse(ReadOnlySpan<byte> head, bool refusesCutPath)
    {
        ReadOnlySpan<byte> line = head[2..];
        int nul = line.IndexOf((byte)0);            // strchr() looks no further, nor do the strings made of the line
        line = nul >= 0 ? line[..nul] : line;
        int newline = line.IndexOf((byte)'\n');
        bool cut = newline < 0 && nul < 0;
        line = newline >= 0 ? line[..newline] : cut ? line[..^1] : line;
        line = TrimBlanks(line);
        if (line.IsEmpty)
            return null;
        int blank = line.IndexOfAny((byte)' ', (byte)'\t');
        if (blank < 0)
            return cut && refusesCutPath ? null : new ScriptLine(Encoding.Latin1.GetString(line), null);
        ReadOnlySpan<byte> rest = TrimBlanks(line[blank..]);
        return new ScriptLine(Encoding.Latin1.GetString(line[..blank]), rest.IsEmpty ? null : Encoding.Latin1.GetString(rest));
    }

    private static ReadOnlySpan<byte> TrimBlanks(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);
}
