using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Emulator.Core.Memory;

namespace Emulator.Core.Elf;

/// <summary>
/// The headers of an ELF file, 32 or 64 bit, either byte order. Only what can be read is read: whether a kernel would run
/// it is the kernel model's business.
/// </summary>
/// <remarks>Source: System V gABI, chapters 4 and 5. Sections are not looked at, as no loader does.</remarks>
public sealed record ElfImage
{
    /// <summary>ET_EXEC.</summary>
    public const ushort TypeExecutable = 2;

    /// <summary>ET_DYN.</summary>
    public const ushort TypeDynamic = 3;

    /// <summary>Bytes of the file header in a 64-bit file, the larger of the two.</summary>
    public const int MaxHeaderBytes = 64;

    private const int IdentBytes = 16;

    /// <summary>32 or 64.</summary>
    public required int Class { get; init; }

    /// <summary>Byte order of the file and of the program.</summary>
    public required ByteOrder Order { get; init; }

    /// <summary>e_type.</summary>
    public required ushort Type { get; init; }

    /// <summary>e_machine.</summary>
    public required ushort Machine { get; init; }

    /// <summary>e_flags.</summary>
    public required uint Flags { get; init; }

    /// <summary>e_entry.</summary>
    public required ulong Entry { get; init; }

    /// <summary>e_phoff.</summary>
    public required ulong HeadersOffset { get; init; }

    /// <summary>e_phentsize.</summary>
    public required ushort HeaderEntryBytes { get; init; }

    /// <summary>e_phnum.</summary>
    public required ushort HeaderCount { get; init; }

    /// <summary>The program headers, in file order; empty when e_phentsize is not the class's (a kernel refuses such a file).</summary>
    public required ImmutableArray<ElfSegment> Segments { get; init; }

    /// <summary>Bytes of the file header of this class.</summary>
    public int HeaderBytes => Class == 64 ? 64 : 52;

    /// <summary>Bytes of one program header of this class.</summary>
    public int SegmentHeaderBytes => Class == 64 ? 56 : 32;

    /// <summary>Whether the bytes begin with the ELF magic number.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> start) => start.StartsWith("\x7f"u8) && start[1..].StartsWith("ELF"u8);

    /// <summary>Reads the headers.</summary>
    /// <param name="length">Length of the file in bytes.</param>
    /// <param name="read">Reads exactly the asked bytes at an offset; false when the file ends before.</param>
    /// <param name="image">The headers.</param>
    /// <param name="error">What is wrong, when the result is false.</param>
    public static bool TryRead(long length, FileReader read, [NotNullWhen(true)] out ElfImage? image, [NotNullWhen(false)] out ElfFormatError? error)
    {
        image = null;
        error = null;
        Span<byte> ident = stackalloc byte[IdentBytes];
        if (!read(0, ident))
            return Fail(out error, $"the file ends at byte {length}, inside the 16 bytes of identification");
        if (!HasMagic(ident))
            return Fail(out error, $"bytes 0-3 should be 7f 45 4c 47, found {ident[0]:x2} {ident[1]:x2} {ident[2]:x2} {ident[3]:x2}");
        if (ident[4] is not (1 or 2))
            return Fail(out error, $"byte 4 (class) should be 1 (32-bit) or 2 (64-bit), found {ident[4]}");
        if (ident[5] is not (1 or 2))
            return Fail(out error, $"byte 5 (byte order) should be 1 (little-endian) or 2 (big-endian), found {ident[5]}");
        if (ident[6] != 1)
            return Fail(out error, $"byte 6 (version) should be 1, found {ident[6]}");

        bool wide = ident[4] == 2;
        ByteOrder order = ident[5] == 2 ? ByteOrder.BigEndian : ByteOrder.LittleEndian;
        byte[] header = new byte[wide ? 64 : 52];
        if (!read(0, header))
            return Fail(out error, $"the file ends at byte {length}, inside the {header.Length} bytes of the ELF header");
        FieldReader fields = new(header, order, wide) { At = IdentBytes };
        ElfImage found = new()
        {
            Class = wide ? 64 : 32,
            Order = order,
            Type = (ushort)fields.Next(2),
            Machine = (ushort)fields.Next(2),
            Entry = fields.Skip(4).Word(),
            HeadersOffset = fields.Word(),
            Flags = (uint)fields.SkipWord().Next(4),
            HeaderEntryBytes = (ushort)fields.Skip(2).Next(2),
            HeaderCount = (ushort)fields.Next(2),
            Segments = [],
        };
        if (found.HeaderEntryBytes != found.SegmentHeaderBytes || found.HeaderCount == 0)
        {
            image = found;
            return true;
        }
        ulong tableBytes = (ulong)found.HeaderCount * (ulong)found.SegmentHeaderBytes;
        if (found.HeadersOffset > (ulong)length || tableBytes > (ulong)length - found.HeadersOffset)
            return Fail(out error, $"the file ends at byte {length}, but its {found.HeaderCount} program headers lie at 0x{found.HeadersOffset:x}-0x{unchecked(found.HeadersOffset + tableBytes):x}");
        byte[] table = new byte[tableBytes];
        if (!read((long)found.HeadersOffset, table))
            return Fail(out error, $"the program headers at 0x{found.HeadersOffset:x} cannot be read");
        ImmutableArray<ElfSegment>.Builder segments = ImmutableArray.CreateBuilder<ElfSegment>(found.HeaderCount);
        for (int i = 0; i < found.HeaderCount; i++)
            segments.Add(ReadSegment(new FieldReader(table, order, wide) { At = i * found.SegmentHeaderBytes }, wide));
        image = found with { Segments = segments.MoveToImmutable() };
        return true;
    }

    private static ElfSegment ReadSegment(FieldReader fields, bool wide)
    {
        uint type = (uint)fields.Next(4), flags = wide ? (uint)fields.Next(4) : 0;
        ulong offset = fields.Word(), va = fields.Word();
        ulong fileBytes = fields.SkipWord().Word(), memoryBytes = fields.Word();
        if (!wide)
            flags = (uint)fields.Next(4);
        return new ElfSegment(type, flags, offset, va, fileBytes, memoryBytes, fields.Word());
    }

    private static bool Fail(out ElfFormatError? error, string message)
    {
        error = new ElfFormatError(message);
        return false;
    }
}
