using System.Buffers;
using System.Text;

namespace Emulator.Cli.Options;

/// <summary>Command lines that come as one text.</summary>
internal static class CommandWords
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=,./:@%");

    /// <summary>Words as a line that a shell, or <see cref="Split"/>, makes the same words of.</summary>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quoted));

    private static string Quoted(string word) =>
        word.Length > 0 && !word.AsSpan().ContainsAnyExcept(Plain) ? word : $"'{word.Replace("'", "'\"'\"'")}'";

    /// <summary>Words of a line, as a shell would make them: quotes keep blanks.</summary>
    /// <exception cref="ProblemException">A quote is not closed.</exception>
    public static List<string> Split(string line)
    {
        List<string> words = [];
        StringBuilder? word = null;
        char quote = '\0';
        foreach (char letter in line)
        {
            if (quote != '\0' ? letter == quote : letter is '"' or '\'')
            {
                quote = quote == '\0' ? letter : '\0';
                word ??= new StringBuilder();
            }
            else if (quote == '\0' && letter == ' ')
            {
                if (word is not null)
                    words.Add(word.ToString());
                word = null;
            }
            else
            {
                (word ??= new StringBuilder()).Append(letter);
            }
        }
        if (quote != '\0')
            throw ProblemException.Usage($"the quote {quote} is not closed");
        if (word is not null)
            words.Add(word.ToString());
        return words;
    }
}
