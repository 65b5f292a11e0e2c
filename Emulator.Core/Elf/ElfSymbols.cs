using System.Text;

namespace Emulator.Core.Elf;

/// <summary>The functions that an ELF file names: its symbols of type STT_FUNC, by address.</summary>
/// <remarks>
/// Source: System V gABI, chapter 4. A file that has no symbol table, or one that cannot be read, names nothing: nothing depends on it but what people are told.
/// </remarks>
public sealed class ElfSymbols
{
    private const int SectionTypeSymbols = 2, SectionTypeDynamicSymbols = 11, TypeFunction = 2;
    private const int MostSymbolBytes = 64 << 20;

    private readonly List<(ulong Start, ulong Bytes, string Name)> _functions = [];

    private ElfSymbols()
    {
    }

    /// <summary>Functions that have a name and a size.</summary>
    public int Count => _functions.Count;

    /// <summary>Reads them: those of .symtab, or of .dynsym when there is no other.</summary>
    /// <param name="image">The file's headers.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="read">Reads from the file.</param>
    public static ElfSymbols Read(ElfImage image, long length, FileReader read)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(read);
        ElfSymbols symbols = new();
        bool wide = image.Class == 64;
        byte[] header = new byte[image.HeaderBytes];
        if (!read(0, header))
            return symbols;
        FieldReader fields = new(header, image.Order, wide) { At = 24 };
        ulong table = fields.SkipWord().SkipWord().Word();
        fields.Skip(10);            // e_flags, e_ehsize, e_phentsize, e_phnum
        int entryBytes = (int)fields.Next(2), count = (int)fields.Next(2);
        if (entryBytes != (wide ? 64 : 40) || !TryReadPart(length, read, table, (ulong)entryBytes * (ulong)count, out byte[] sections))
            return symbols;
        Section[] all = [.. Enumerable.Range(0, count).Select(i => Section.Read(new FieldReader(sections, image.Order, wide) { At = i * entryBytes }))];
        Section found = all.FirstOrDefault(section => section.Type == SectionTypeSymbols);
        if (found.Type == 0)
            found = all.FirstOrDefault(section => section.Type == SectionTypeDynamicSymbols);
        if (found.Type == 0 || found.Link >= count || !TryReadPart(length, read, found.Offset, found.Bytes, out byte[] entries)
            || !TryReadPart(length, read, all[found.Link].Offset, all[found.Link].Bytes, out byte[] names))
            return symbols;
        int each = wide ? 24 : 16;
        for (int at = 0; at + each <= entries.Length; at += each)
            symbols.Add(new FieldReader(entries, image.Order, wide) { At = at }, wide, names);
        symbols._functions.Sort((x, y) => x.Start.CompareTo(y.Start));
        return symbols;
    }

    /// <summary>The function that an address of the file lies in.</summary>
    /// <param name="address">The address, as the file has it: before it is moved when it is loaded.</param>
    /// <returns>Its name, with how far into it the address is: <c>main</c>, <c>main+0x10</c>; null when there is none.</returns>
    public string? NameOf(ulong address)
    {
        int low = 0, high = _functions.Count;       // below low: those that begin at the address or before
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _functions[middle].Start <= address ? (middle + 1, high) : (low, middle);
        }
        if (low == 0)
            return null;
        (ulong start, ulong bytes, string name) = _functions[low - 1];
        ulong offset = address - start;
        return offset >= bytes ? null : offset == 0 ? name : $"{name}+0x{offset:x}";
    }

    private void Add(FieldReader fields, bool wide, byte[] names)
    {
        int name = (int)fields.Next(4);
        int info = wide ? (int)fields.Next(1) : 0;
        if (wide)
            fields.Skip(3);
        ulong start = fields.Word(), bytes = fields.Word();
        if (!wide)
            info = (int)fields.Next(1);
        int end = (uint)name < (uint)names.Length ? Array.IndexOf(names, (byte)0, name) : -1;
        if ((info & 15) == TypeFunction && bytes != 0 && end > name)
            _functions.Add((start, bytes, Encoding.UTF8.GetString(names, name, end - name)));
    }

    private static bool TryReadPart(long length, FileReader read, ulong offset, ulong bytes, out byte[] part)
    {
        part = [];
        if (bytes is 0 or > MostSymbolBytes || offset > (ulong)length || bytes > (ulong)length - offset)
            return false;
        part = new byte[bytes];
        return read((long)offset, part);
    }

    private readonly record struct Section(int Type, ulong Offset, ulong Bytes, int Link)
    {
        public static Section Read(FieldReader fields)
        {
            int type = (int)fields.Skip(4).Next(4);
            ulong offset = fields.SkipWord().SkipWord().Word();
            return new Section(type, offset, fields.Word(), (int)fields.Next(4));
        }
    }
}
