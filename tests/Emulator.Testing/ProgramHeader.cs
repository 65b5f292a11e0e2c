using System.Text;

namespace Emulator.Testing;

/// <summary>
/// One entry of a program header table and the bytes in the file that belong to it. What is null is worked out by
/// <see cref="ElfBuilder.Build"/>; what is given is written as it is, right or wrong.
/// </summary>
/// <remarks>Source: System V gABI 4.1, chapter 5, "Program Header"; elf(5).</remarks>
public sealed record ProgramHeader
{
    /// <summary>p_type.</summary>
    public uint Type { get; init; } = ElfNumbers.SegmentLoad;

    /// <summary>p_flags.</summary>
    public uint Flags { get; init; } = ElfNumbers.Read;

    /// <summary>
    /// p_offset. Null: behind everything placed so far, congruent to <see cref="Address"/> modulo <see cref="Align"/>; the place
    /// of the program header table for PT_PHDR.
    /// </summary>
    public ulong? Offset { get; init; }

    /// <summary>p_vaddr.</summary>
    public ulong Address { get; init; }

    /// <summary>p_paddr. Null: as p_vaddr.</summary>
    public ulong? PhysicalAddress { get; init; }

    /// <summary>The bytes written to the file, however many <see cref="FileBytes"/> claims.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>
    /// True: the segment begins with the file, and so with the ELF header and the program headers, and <see cref="Content"/>
    /// comes behind them. Linkers do so with the first segment; AT_PHDR points into it.
    /// </summary>
    public bool FromFileStart { get; init; }

    /// <summary>p_filesz. Null: what the content needs, with the headers before it if <see cref="FromFileStart"/>.</summary>
    public ulong? FileBytes { get; init; }

    /// <summary>p_memsz. Null: as p_filesz. Larger is bss.</summary>
    public ulong? MemoryBytes { get; init; }

    /// <summary>p_align.</summary>
    public ulong Align { get; init; } = 0x10000;

    /// <summary>A small RX segment at 4 MiB that begins with the file. Its 16 bytes of code are zero, which is no program.</summary>
    public static ProgramHeader Code { get; } = new()
    {
        Flags = ElfNumbers.Read | ElfNumbers.Execute,
        Address = 0x400000,
        FromFileStart = true,
        Content = new byte[16],
    };

    /// <summary>
    /// A small RW segment, 8 bytes from the file and 0x2000 of bss. On no page of up to 64 KiB does it meet <see cref="Code"/>,
    /// and its offset, 0x200, is congruent to its address for every such page.
    /// </summary>
    public static ProgramHeader Data { get; } = new()
    {
        Flags = ElfNumbers.Read | ElfNumbers.Write,
        Address = 0x410200,
        Content = "initial\n"u8.ToArray(),
        MemoryBytes = 8 + 0x2000,
    };

    /// <summary>PT_GNU_STACK that asks for a stack without execute permission.</summary>
    public static ProgramHeader Stack { get; } = new()
    {
        Type = ElfNumbers.SegmentStack,
        Flags = ElfNumbers.Read | ElfNumbers.Write,
        Offset = 0,
        Align = 16,
    };

    /// <summary>PT_LOAD.</summary>
    public static ProgramHeader Load(ulong address, uint flags, ReadOnlyMemory<byte> content) =>
        new() { Address = address, Flags = flags, Content = content };

    /// <summary>PT_INTERP with the path and its NUL. For one without NUL, give <see cref="Content"/> yourself.</summary>
    public static ProgramHeader Interpreter(string path) =>
        new() { Type = ElfNumbers.SegmentInterpreter, Content = Encoding.UTF8.GetBytes(path + "\0"), Align = 1 };

    /// <summary>
    /// PT_PHDR: the table says that it is found at <paramref name="address"/>. The gABI wants it before every PT_LOAD:
    /// <c>Headers = [ProgramHeader.Headers(0x400040), .. builder.Headers]</c>.
    /// </summary>
    public static ProgramHeader Headers(ulong address) =>
        new() { Type = ElfNumbers.SegmentHeaders, Address = address, Align = 8 };
}
