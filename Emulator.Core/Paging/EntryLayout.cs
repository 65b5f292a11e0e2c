using System.Collections.Immutable;
using System.Text;

namespace Emulator.Core.Paging;

/// <summary>How one kind of entry is read, bit by bit, for people. A codec lists the formats of a level; the first that fits an entry is its own.</summary>
/// <param name="Name">What such an entry is: "page", "table", "empty".</param>
/// <param name="Mask">The bits that tell this kind of entry from others.</param>
/// <param name="Value">How they look.</param>
/// <param name="Fields">All bits of the entry, from the most significant down.</param>
public sealed record EntryLayout(string Name, ulong Mask, ulong Value, ImmutableArray<EntryField> Fields)
{
    /// <summary>The format of whatever no format before it fits.</summary>
    public static EntryLayout Other(string name, ImmutableArray<EntryField> fields) => new(name, 0, 0, fields);

    /// <summary>The format of an entry that is all zeros where nothing is mapped.</summary>
    /// <param name="entryBytes">Bytes of an entry.</param>
    public static EntryLayout Zero(int entryBytes) => new("empty", ulong.MaxValue, 0, [EntryField.Silent(entryBytes * 8 - 1, 0, "all", "nothing is mapped here")]);

    /// <summary>The format of an entry.</summary>
    public static EntryLayout Of(ImmutableArray<EntryLayout> formats, ulong entry)
    {
        foreach (EntryLayout format in formats)
        {
            if ((entry & format.Mask) == format.Value)
                return format;
        }
        throw new ArgumentException($"no format fits the entry 0x{entry:x}; the last one should fit all", nameof(formats));
    }

    /// <summary>An entry in one line: where it leads, what it is, and the words of its fields.</summary>
    public string Line(ulong entry)
    {
        StringBuilder text = new();
        foreach (EntryField field in Fields)
        {
            if (field.AddressShift is { } shift)
                text.Append($"0x{field.ValueOf(entry) << shift:x} ");
        }
        text.Append(Name);
        foreach (EntryField field in Fields)
        {
            if (field.WordOf(entry) is { Length: > 0 } word)
                text.Append(' ').Append(word);
        }
        return text.ToString();
    }
}
