using Emulator.Core.Paging;

namespace Emulator.Cli.Reports;

/// <summary>Rights and marks of a page as text: "rw- accessed dirty".</summary>
internal static class PageFlagsText
{
    private static readonly (PageFlags Flag, string Word)[] Marks =
        [(PageFlags.Accessed, "accessed"), (PageFlags.Dirty, "dirty"), (PageFlags.Special, "special"), (PageFlags.TrapStore, "trap-store")];

    /// <summary>Writes.</summary>
    public static string Format(PageFlags flags) => string.Join(' ', Marks.Where(mark => flags.HasFlag(mark.Flag)).Select(mark => mark.Word).Prepend(TableDump.Rights(flags)));

    /// <summary>Reads what <see cref="Format"/> writes.</summary>
    public static bool TryParse(string text, out PageFlags flags)
    {
        flags = PageFlags.None;
        string[] words = text.Split(' ');
        if (words[0].Length != 3)
            return false;
        foreach ((char letter, char there, PageFlags flag) in words[0].Zip("rwx", (letter, there) => (letter, there)).Zip([PageFlags.Read, PageFlags.Write, PageFlags.Execute], (pair, flag) => (pair.letter, pair.there, flag)))
        {
            if (letter != there && letter != '-')
                return false;
            flags |= letter == there ? flag : PageFlags.None;
        }
        foreach (string word in words.Skip(1))
        {
            if (Marks.FirstOrDefault(mark => mark.Word == word) is not { Word: not null } known)
                return false;
            flags |= known.Flag;
        }
        return true;
    }
}
