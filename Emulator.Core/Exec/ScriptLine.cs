using System.Text;

namespace Emulator.Core.Exec;

/// <summary>The first line of a script: its interpreter and at most one argument.</summary>
/// <param name="Interpreter">Path of the interpreter.</param>
/// <param name="Argument">Everything behind it, as one argument; null for none.</param>
public sealed record ScriptLine(string Interpreter, string? Argument)
{
    private static ReadOnlySpan<byte> Blanks => " \t"u8;

    /// <summary>Reads the line from the head of a file.</summary>
    /// <param name="head">What <c>prepare_binprm()</c> read, padded with zeros to its full length.</param>
    /// <param name="later">
    /// Whether it is read as v5.0 and later do: a line that may be cut inside the interpreter's path is refused, not cut, and
    /// blanks at the end of a file without newline are an empty argument.
    /// </param>
    /// <returns>Null when it is no usable script line (ENOEXEC).</returns>
    /// <remarks>
    /// Source: fs/binfmt_script.c, v2.6.32 and v6.1. Not modelled: in v6.1 a line without newline that names nothing at all is not
    /// ENOEXEC but an attempt to open the empty path.
    /// </remarks>
    public static ScriptLine? Parse(ReadOnlySpan<byte> head, bool later)
    {
        ReadOnlySpan<byte> line = head[2..];
        int newline = line.IndexOf((byte)'\n'), nul = line.IndexOf((byte)0);
        bool ended = newline >= 0 && (nul < 0 || newline < nul);    // strchr() and strnchr() look no further than a NUL
        if (ended)
        {
            line = line[..newline].TrimEnd(Blanks);
        }
        else if (nul >= 0)
        {
            line = line[..nul];         // blanks before a NUL are not at the end of the buffer, and stay
        }
        else
        {
            if (later && line.TrimStart(Blanks).IndexOfAny(Blanks) < 0)
                return null;
            line = line[..^1].TrimEnd(Blanks);
        }
        line = line.TrimStart(Blanks);
        if (line.IsEmpty)
            return null;
        int blank = line.IndexOfAny(Blanks);
        if (blank < 0)
            return new ScriptLine(Encoding.Latin1.GetString(line), null);
        ReadOnlySpan<byte> argument = line[blank..].TrimStart(Blanks);
        string? text = argument.IsEmpty && !later ? null : Encoding.Latin1.GetString(argument);
        return new ScriptLine(Encoding.Latin1.GetString(line[..blank]), text);
    }
}
