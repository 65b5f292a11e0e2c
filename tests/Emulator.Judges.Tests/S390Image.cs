using System.Buffers.Binary;

namespace Emulator.Judges.Tests;

/// <summary>
/// DAT tables made by hand, entry by entry, with every bit up to the caller. Knows as little as possible.
/// Tables are between 1 MiB and 20 MiB, and the 1 MiB from there are the only frames, full of SVC 2.
/// </summary>
internal sealed class S390Image
{
    public const ulong FormatControl = 0x400, Protect = 0x200, Invalid = 0x20, Common = 0x10;
    public const ulong PageInvalid = 0x400, PageMustBeZero = 0x800, ExecuteProtect = 0x100;
    public const ulong TablesStart = 0x100000;
    public const ulong Frames = 0x1400000;
    public const ulong FramesBytes = 0x100000;

    /// <summary>An address where no machine of these tests has storage.</summary>
    public const ulong Nowhere = 0x123450000000;

    private ulong _next = TablesStart;

    public S390Image()
    {
        for (ulong at = Frames; at < Frames + FramesBytes; at += 2)
            (Bytes[at], Bytes[at + 1]) = (0x0a, 0x02);
    }

    public byte[] Bytes { get; } = new byte[Frames + FramesBytes];

    /// <summary>A region or segment table; level 4 region first ... 1 segment. All its entries are invalid.</summary>
    public ulong NewTable(int level) => New(2048, Invalid | TableType(level));

    public ulong NewPageTable() => New(256, PageInvalid);

    public void Set(ulong table, int index, ulong entry) =>
        BinaryPrimitives.WriteUInt64BigEndian(Bytes.AsSpan((int)table + (index * 8)), entry);

    public ulong? Read(ulong address) => address <= (ulong)Bytes.Length - 8
        ? BinaryPrimitives.ReadUInt64BigEndian(Bytes.AsSpan((int)address))
        : null;

    /// <summary>TT of an entry, and DT of an ASCE, at this level.</summary>
    public static ulong TableType(int level) => (ulong)(level - 1) << 2;

    private ulong New(int entries, ulong empty)
    {
        ulong table = (_next + ((ulong)entries * 8) - 1) & ~(((ulong)entries * 8) - 1);
        _next = table + ((ulong)entries * 8);
        if (_next > Frames)
            throw new InvalidOperationException("the test image has no room for more tables");
        for (int i = 0; i < entries; i++)
            Set(table, i, empty);
        return table;
    }
}
