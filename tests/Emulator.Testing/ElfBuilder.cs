using System.Buffers.Binary;

namespace Emulator.Testing;

/// <summary>
/// Writes ELF files without a toolchain. As it is created it describes a valid program of three program headers (RX with the
/// headers, RW with bss, PT_GNU_STACK) for pages of up to 64 KiB; <c>with</c> changes it, into nonsense too: segments may
/// overlap, counts and offsets may lie. Nothing is checked but that numbers fit their fields.
/// </summary>
/// <remarks>
/// The file is: ELF header, program header table, then the segments' contents in order. There are no sections. What has no
/// property (magic, EI_VERSION, e_ehsize) can be changed in the bytes that <see cref="Build"/> returns.
/// Source: System V gABI 4.1, chapter 4, "ELF Header", and chapter 5, "Program Header"; elf(5).
/// </remarks>
/// <example><code>
/// byte[] file = new ElfBuilder { Is64 = false, BigEndian = true, Machine = ElfNumbers.MachineS390 }
///     .Add(ProgramHeader.Interpreter("/lib/ld.so.1"))
///     .Build();
/// </code></example>
public sealed record ElfBuilder
{
    /// <summary>Content has to end here: a typing error in an offset shall not cost gigabytes.</summary>
    private const ulong LargestFileBytes = 64 << 20;

    /// <summary>ELFCLASS64 or ELFCLASS32.</summary>
    public bool Is64 { get; init; } = true;

    /// <summary>ELFDATA2MSB or ELFDATA2LSB.</summary>
    public bool BigEndian { get; init; }

    /// <summary>EI_OSABI.</summary>
    public byte OsAbi { get; init; }

    /// <summary>e_type.</summary>
    public ushort Type { get; init; } = ElfNumbers.Executable;

    /// <summary>e_machine.</summary>
    public ushort Machine { get; init; } = ElfNumbers.MachineX8664;

    /// <summary>e_flags.</summary>
    public uint Flags { get; init; }

    /// <summary>e_entry. Null: where the content of the first executable PT_LOAD begins, or 0.</summary>
    public ulong? Entry { get; init; }

    /// <summary>The program header table, in order.</summary>
    public IReadOnlyList<ProgramHeader> Headers { get; init; } = [ProgramHeader.Code, ProgramHeader.Data, ProgramHeader.Stack];

    /// <summary>e_phoff. Null: the truth, which is behind the ELF header. The table itself does not move.</summary>
    public ulong? HeadersOffset { get; init; }

    /// <summary>e_phentsize. Null: the truth, 56 or 32. The entries themselves do not change.</summary>
    public ushort? HeaderEntryBytes { get; init; }

    /// <summary>e_phnum. Null: the truth.</summary>
    public ushort? HeaderCount { get; init; }

    /// <summary>The length of the file, which is cut or filled with zeros. Null: as long as it needs to be.</summary>
    public int? FileBytes { get; init; }

    /// <summary>Bytes of the ELF header.</summary>
    public int ElfHeaderBytes => Is64 ? 64 : 52;

    /// <summary>Bytes of one program header.</summary>
    public int ProgramHeaderBytes => Is64 ? 56 : 32;

    private ulong ContentStart => (ulong)(ElfHeaderBytes + Headers.Count * ProgramHeaderBytes);

    /// <summary>The same with another program header at the end.</summary>
    public ElfBuilder Add(ProgramHeader header) => this with { Headers = [.. Headers, header] };

    /// <summary>The file.</summary>
    /// <exception cref="InvalidOperationException">An address, offset or size does not fit the 32 bits of ELFCLASS32, or content is
    /// to go beyond 64 MiB.</exception>
    public byte[] Build()
    {
        ulong[] contentOffsets = PlaceContents();
        byte[] file = new byte[ContentEnd(contentOffsets)];

        WriteElfHeader(file, contentOffsets);
        for (int i = 0; i < Headers.Count; i++)
            WriteProgramHeader(file, ElfHeaderBytes + i * ProgramHeaderBytes, Headers[i], contentOffsets[i]);
        for (int i = 0; i < Headers.Count; i++)
            if (!Headers[i].Content.IsEmpty)
                Headers[i].Content.CopyTo(file.AsMemory((int)contentOffsets[i]));

        if (FileBytes is int bytes)
            Array.Resize(ref file, bytes);
        return file;
    }

    /// <summary>Where each header's content goes; a header without content gets the place where it would have gone.</summary>
    private ulong[] PlaceContents()
    {
        ulong next = ContentStart;
        ulong[] offsets = new ulong[Headers.Count];
        for (int i = 0; i < Headers.Count; i++)
        {
            ProgramHeader header = Headers[i];
            offsets[i] = header switch
            {
                { FromFileStart: true } => next,
                { Offset: ulong given } => given,
                { Type: ElfNumbers.SegmentHeaders } => (ulong)ElfHeaderBytes,
                _ => Congruent(next, header.Address, header.Align),
            };
            if (header.Content.IsEmpty)
                continue;
            ulong end = offsets[i] + (ulong)header.Content.Length;
            if (offsets[i] > LargestFileBytes || end > LargestFileBytes)
                throw new InvalidOperationException(
                    $"program header {i} puts its content at 0x{offsets[i]:x}; use an Offset below 0x{LargestFileBytes:x}, or no content");
            next = Math.Max(next, end);
        }
        return offsets;
    }

    /// <summary>The end of the last content. An offset without content, however large, makes no file longer.</summary>
    private ulong ContentEnd(ulong[] contentOffsets)
    {
        ulong end = ContentStart;
        for (int i = 0; i < Headers.Count; i++)
            if (!Headers[i].Content.IsEmpty)
                end = Math.Max(end, contentOffsets[i] + (ulong)Headers[i].Content.Length);
        return end;
    }

    /// <summary>The first offset from <paramref name="next"/> on that equals <paramref name="address"/> modulo align.</summary>
    private static ulong Congruent(ulong next, ulong address, ulong align) =>
        align <= 1 ? next : next + (address % align + align - next % align) % align;

    private ulong DefaultEntry(ulong[] contentOffsets)
    {
        for (int i = 0; i < Headers.Count; i++)
            if (Headers[i].Type == ElfNumbers.SegmentLoad && (Headers[i].Flags & ElfNumbers.Execute) != 0)
                return Headers[i].Address + (Headers[i].FromFileStart ? contentOffsets[i] : 0);
        return 0;
    }

    private void WriteElfHeader(byte[] file, ulong[] contentOffsets)
    {
        Span<byte> at = file;
        "\u007fELF"u8.CopyTo(at);
        at[4] = (byte)(Is64 ? 2 : 1);       // EI_CLASS
        at[5] = (byte)(BigEndian ? 2 : 1);  // EI_DATA
        at[6] = 1;                          // EI_VERSION: EV_CURRENT
        at[7] = OsAbi;                      // EI_OSABI, then the ABI's version and padding

        at = at[16..];
        PutHalf(ref at, Type);
        PutHalf(ref at, Machine);
        PutWord(ref at, 1);                 // e_version: EV_CURRENT
        PutAddress(ref at, Entry ?? DefaultEntry(contentOffsets), "e_entry");
        PutAddress(ref at, HeadersOffset ?? (ulong)ElfHeaderBytes, "e_phoff");
        PutAddress(ref at, 0, "e_shoff");
        PutWord(ref at, Flags);
        PutHalf(ref at, (ushort)ElfHeaderBytes);
        PutHalf(ref at, HeaderEntryBytes ?? (ushort)ProgramHeaderBytes);
        PutHalf(ref at, HeaderCount ?? (ushort)Headers.Count);
        PutHalf(ref at, (ushort)(Is64 ? 64 : 40)); // e_shentsize; e_shnum and e_shstrndx stay 0
    }

    private void WriteProgramHeader(byte[] file, int start, ProgramHeader header, ulong contentOffset)
    {
        ulong offset = header.Offset ?? (header.FromFileStart ? 0 : contentOffset);
        ulong fileBytes = header.FileBytes ?? header switch
        {
            { FromFileStart: true } => contentOffset + (ulong)header.Content.Length,
            { Type: ElfNumbers.SegmentHeaders, Content.IsEmpty: true } => (ulong)(Headers.Count * ProgramHeaderBytes),
            _ => (ulong)header.Content.Length,
        };

        Span<byte> at = file.AsSpan(start);
        PutWord(ref at, header.Type);
        if (Is64)
            PutWord(ref at, header.Flags);
        PutAddress(ref at, offset, "p_offset");
        PutAddress(ref at, header.Address, "p_vaddr");
        PutAddress(ref at, header.PhysicalAddress ?? header.Address, "p_paddr");
        PutAddress(ref at, fileBytes, "p_filesz");
        PutAddress(ref at, header.MemoryBytes ?? fileBytes, "p_memsz");
        if (!Is64)
            PutWord(ref at, header.Flags);
        PutAddress(ref at, header.Align, "p_align");
    }

    private void PutHalf(ref Span<byte> at, ushort value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(at, value);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(at, value);
        at = at[2..];
    }

    private void PutWord(ref Span<byte> at, uint value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(at, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(at, value);
        at = at[4..];
    }

    /// <summary>An address, an offset or a size: as wide as the class.</summary>
    private void PutAddress(ref Span<byte> at, ulong value, string field)
    {
        if (!Is64)
        {
            if (value > uint.MaxValue)
                throw new InvalidOperationException($"{field} 0x{value:x} does not fit the 32 bits that it has in ELFCLASS32");
            PutWord(ref at, (uint)value);
            return;
        }
        if (BigEndian)
            BinaryPrimitives.WriteUInt64BigEndian(at, value);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(at, value);
        at = at[8..];
    }
}
