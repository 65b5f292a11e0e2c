using System.Text;

namespace Emulator.Guests;

/// <summary>Says where two outcomes part, for a person to read.</summary>
public static class OutputDifference
{
    private const int LinesBefore = 3;
    private const int MostLines = 12;

    /// <summary>Describes the first difference.</summary>
    /// <param name="expectedBy">Who made the expected outcome.</param>
    /// <param name="expected">The expected outcome.</param>
    /// <param name="actualBy">Who made the other.</param>
    /// <param name="actual">The other outcome.</param>
    /// <returns>Several lines, or the empty text where the two agree.</returns>
    public static string Describe(string expectedBy, GuestOutcome expected, string actualBy, GuestOutcome actual)
    {
        if (expected.Agrees(actual))
            return "";
        StringBuilder text = new();
        foreach ((string who, GuestOutcome outcome) in ((string, GuestOutcome)[])[(expectedBy, expected), (actualBy, actual)])
            if (!outcome.EndedInTime)
                text.AppendLine($"{who} did not come to an end in time");
        if (expected.ExitCode != actual.ExitCode)
            text.AppendLine($"exit code: {expected.ExitCode} by {expectedBy}, {actual.ExitCode} by {actualBy}");

        string[] left = Lines(expected), right = Lines(actual);
        int common = left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Count();
        if (common < left.Length || common < right.Length)
        {
            text.AppendLine($"output, from line {common + 1}: - {expectedBy}, + {actualBy}");
            foreach (string line in left[Math.Max(0, common - LinesBefore)..common])
                text.AppendLine($"  {line}");
            Append(text, '-', left[common..]);
            Append(text, '+', right[common..]);
        }
        string complaint = actual.ErrorText.TrimEnd();
        if (complaint.Length > 0)
            text.AppendLine($"standard error of {actualBy}: {complaint}");
        return text.ToString();
    }

    private static string[] Lines(GuestOutcome outcome) => [.. outcome.OutputText.Split('\n').Select(Printable)];

    private static string Printable(string line) => string.Concat(line.Select(c => c is >= ' ' and < '\x7f' or '\t' ? c.ToString() : $"\\x{(int)c:x2}"));

    private static void Append(StringBuilder text, char sign, string[] lines)
    {
        foreach (string line in lines.Take(MostLines))
            text.AppendLine($"{sign} {line}");
        if (lines.Length > MostLines)
            text.AppendLine($"{sign} ... {lines.Length - MostLines} lines more");
    }
}
