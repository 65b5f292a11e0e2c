using Emulator.Core.Memory;

namespace Emulator.Core.Processes.Abi;

/// <summary>A structure of a program, by the names of its fields.</summary>
public readonly ref struct GuestRecord
{
    private readonly GuestStruct _shape;
    private readonly Span<byte> _bytes;
    private readonly ByteOrder _order;

    internal GuestRecord(GuestStruct shape, Span<byte> bytes, ByteOrder order)
    {
        _shape = shape;
        _bytes = bytes;
        _order = order;
    }

    /// <summary>A field of at most eight bytes, zero-extended; the upper part of what does not fit is dropped.</summary>
    public ulong this[string field]
    {
        get
        {
            (int offset, int bytes) = _shape.Find(field);
            return GuestNumbers.Read(_bytes.Slice(offset, bytes), _order);
        }
        set
        {
            (int offset, int bytes) = _shape.Find(field);
            GuestNumbers.Write(_bytes.Slice(offset, bytes), _order, value);
        }
    }

    /// <summary>A field, sign-extended.</summary>
    public long Signed(string field)
    {
        int bits = 64 - 8 * _shape.Find(field).Bytes;
        return (long)this[field] << bits >> bits;
    }

    /// <summary>Writes a field if the structure has it.</summary>
    public void Set(string field, ulong value)
    {
        if (_shape.Has(field))
            this[field] = value;
    }
}
