using Emulator.Core.Elf;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Testing;
using Xunit;

namespace Emulator.Core.Tests.Elf;

public class ElfImageTests
{
    public static TheoryData<bool, bool> ClassesAndOrders { get; } = new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(ClassesAndOrders))]
    public void Headers_of_both_classes_and_orders_are_read(bool is64, bool bigEndian)
    {
        ElfBuilder builder = (new ElfBuilder { Is64 = is64, BigEndian = bigEndian, Machine = 0x1234, Flags = 0x01020304, Entry = 0x400123 }).Add(ProgramHeader.Interpreter("/ld"));

        Assert.True(TryRead(builder.Build(), out ElfImage? image, out _));

        Assert.Equal((is64 ? 64 : 32, bigEndian ? ByteOrder.BigEndian : ByteOrder.LittleEndian), (image!.Class, image.Order));
        Assert.Equal((ElfImage.TypeExecutable, 0x1234, 0x01020304u, 0x400123ul), (image.Type, image.Machine, image.Flags, image.Entry));
        Assert.Equal(builder.Headers.Select(header => (header.Type, header.Flags, header.Address, header.Align)),
            image.Segments.Select(segment => (segment.Type, segment.Flags, segment.VirtualAddress, segment.Alignment)));
        ElfSegment data = image.Segments[1];
        Assert.Equal((8ul, 8ul + 0x2000, true, true, false), (data.FileBytes, data.MemoryBytes, data.Readable, data.Writable, data.Executable));
    }

    [Theory]
    [MemberData(nameof(ClassesAndOrders))]
    public void A_file_cut_anywhere_in_its_headers_is_refused_in_words_and_never_thrown_at(bool is64, bool bigEndian)
    {
        ElfBuilder builder = new() { Is64 = is64, BigEndian = bigEndian };
        byte[] file = builder.Build();
        int headers = builder.ElfHeaderBytes + builder.Headers.Count * builder.ProgramHeaderBytes;
        for (int length = 0; length <= file.Length; length++)
        {
            bool read = TryRead(file[..length], out ElfImage? image, out ElfFormatError? error);

            Assert.Equal(length >= headers, read);
            if (read)
                Assert.Equal(builder.Headers.Count, image!.Segments.Length);
            else
                Assert.Contains($"{length}", error!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nonsense_in_any_header_byte_is_read_or_refused_and_never_thrown_at() => SeededRuns.Run(2000, random =>
    {
        byte[] file = new ElfBuilder { Is64 = random.Chance(50), BigEndian = random.Chance(50) }.Build();
        for (int i = random.Next(1, 5); i > 0; i--)
            file[random.Next(Math.Min(file.Length, 232))] = random.Chance(30) ? (byte)0xff : (byte)random.Next(256);

        bool read = TryRead(file, out ElfImage? image, out ElfFormatError? error);

        Assert.True(read ? image is not null : error!.Message.Length > 0);
    });

    [Theory]
    [InlineData(0, 0x7e, "bytes 0-3")]
    [InlineData(4, 3, "class")]
    [InlineData(5, 0, "byte order")]
    [InlineData(6, 2, "version")]
    public void A_wrong_byte_of_identification_is_named(int at, byte value, string named)
    {
        byte[] file = new ElfBuilder().Build();
        file[at] = value;

        Assert.False(TryRead(file, out _, out ElfFormatError? error));

        Assert.Contains(named, error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(0x8000000000000000)]
    [InlineData(0x10000)]
    public void Program_headers_behind_the_end_of_the_file_are_refused(ulong offset) =>
        Assert.False(TryRead((new ElfBuilder { HeadersOffset = offset }).Build(), out _, out _));

    private static bool TryRead(byte[] bytes, out ElfImage? image, out ElfFormatError? error)
    {
        using MemoryFile file = new("/f", bytes);
        return ElfImage.TryRead(file.Length, file.TryReadExactly, out image, out error);
    }
}
