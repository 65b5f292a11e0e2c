using System.Text;

namespace Emulator.Cli.Timelines;

/// <summary>
/// Writes messages in the wire format of Protocol Buffers: numbers as varints, texts and messages behind their length.
/// </summary>
/// <remarks>
/// Source: protobuf.dev, "Encoding". Written here because three rules are all of it; the library would want code generated from
/// a schema, or reflection, which a program that is compiled ahead of time does not have.
/// </remarks>
internal sealed class ProtoWriter
{
    private const int Varint = 0, LengthDelimited = 2;

    private readonly Stack<int> _open = [];
    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>What is written so far.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Starts again.</summary>
    public void Clear() => _length = 0;

    /// <summary>A number: uint32, uint64, an enumeration, or an int64 that is not negative.</summary>
    public void Number(int field, ulong value)
    {
        Tag(field, Varint);
        Put(value);
    }

    /// <summary>A text.</summary>
    public void Text(int field, string value)
    {
        Tag(field, LengthDelimited);
        int bytes = Encoding.UTF8.GetByteCount(value);
        Put((ulong)bytes);
        Reserve(bytes);
        _length += Encoding.UTF8.GetBytes(value, _bytes.AsSpan(_length));
    }

    /// <summary>Begins a message; what is written until <see cref="Close"/> is inside.</summary>
    public void Open(int field)
    {
        Tag(field, LengthDelimited);
        _open.Push(_length);
    }

    /// <summary>Ends the message that was begun last.</summary>
    public void Close()
    {
        int start = _open.Pop(), content = _length - start, header = 1;
        for (int rest = content >> 7; rest != 0; rest >>= 7)
            header++;
        Reserve(header);
        _bytes.AsSpan(start, content).CopyTo(_bytes.AsSpan(start + header));
        _length = start;
        Put((ulong)content);
        _length += content;
    }

    private void Tag(int field, int wireType) => Put((ulong)((field << 3) | wireType));

    private void Put(ulong value)
    {
        const int Longest = 10;
        Reserve(Longest);
        for (; value >= 0x80; value >>= 7)
            _bytes[_length++] = (byte)(value | 0x80);
        _bytes[_length++] = (byte)value;
    }

    private void Reserve(int bytes)
    {
        if (_length + bytes > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes));
    }
}
