namespace Emulator.Cli;

/// <summary>Lists and counts in English.</summary>
internal static class Words
{
    /// <summary>"a, b or c".</summary>
    public static string Or(ReadOnlySpan<string> items) => Join(items, " or ");

    /// <summary>"a, b and c".</summary>
    public static string And(ReadOnlySpan<string> items) => Join(items, " and ");

    /// <summary>The item that <paramref name="word"/> was probably meant to be; null when none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> items)
    {
        (string? best, int least) = (null, Math.Max(2, word.Length / 3) + 1);
        foreach (string item in items)
        {
            int distance = Distance(word, item);
            if (distance < least)
                (best, least) = (item, distance);
        }
        return best;
    }

    /// <summary>A message of several lines as one.</summary>
    public static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string Join(ReadOnlySpan<string> items, string last) => items.Length switch
    {
        0 => "",
        1 => items[0],
        _ => string.Join(", ", items[..^1]) + last + items[^1],
    };

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
