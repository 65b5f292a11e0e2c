using Emulator.Core.Memory;

namespace Emulator.Core.Processes.Abi;

/// <summary>The layout of a structure that programs and kernel share, as a row of data: names and lengths of its fields in order.</summary>
/// <remarks>
/// Written as <c>"dev:8 ino:8 mode:4 -:4 size:w"</c>: name, colon, bytes, <c>w</c> for a word of the ABI; a dash is padding, which is written
/// out and never implied.
/// </remarks>
public sealed class GuestStruct
{
    private readonly Dictionary<string, (int Offset, int Bytes)> _fields = [];

    /// <summary>Reads a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="wordBytes">Bytes of a word.</param>
    /// <exception cref="FormatException">A field is not written as it should be.</exception>
    public GuestStruct(string row, int wordBytes)
    {
        ArgumentNullException.ThrowIfNull(row);
        foreach (Range range in row.AsSpan().Split(' '))
        {
            ReadOnlySpan<char> field = row.AsSpan()[range];
            int colon = field.IndexOf(':');
            int bytes = 0;
            if (colon < 1 || !(field[(colon + 1)..] is "w" || int.TryParse(field[(colon + 1)..], out bytes)))
                throw new FormatException($"a field should be name:bytes, found \"{field}\"");
            bytes = bytes == 0 ? wordBytes : bytes;
            if (field[0] != '-')
                _fields.Add(field[..colon].ToString(), (Bytes, bytes));
            Bytes += bytes;
        }
    }

    /// <summary>Length in bytes.</summary>
    public int Bytes { get; }

    /// <summary>Whether there is a field of that name.</summary>
    public bool Has(string field) => _fields.ContainsKey(field);

    /// <summary>Where a field begins.</summary>
    public int OffsetOf(string field) => Find(field).Offset;

    /// <summary>Reads and writes the fields of a structure that lies in <paramref name="bytes"/>.</summary>
    public GuestRecord At(Span<byte> bytes, ByteOrder order) => new(this, bytes, order);

    internal (int Offset, int Bytes) Find(string field) =>
        _fields.TryGetValue(field, out (int, int) found) ? found : throw new ArgumentException($"the structure has no field {field}; it has {string.Join(' ', _fields.Keys)}", nameof(field));
}
