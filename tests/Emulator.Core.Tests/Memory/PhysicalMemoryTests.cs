using Emulator.Core.Memory;
using Xunit;

namespace Emulator.Core.Tests.Memory;

public sealed class PhysicalMemoryTests : IDisposable
{
    private readonly PhysicalMemory _memory = new(2 * 4096);

    [Theory]
    [InlineData(0ul, 8192ul, true)]
    [InlineData(0ul, 8193ul, false)]
    [InlineData(8191ul, 1ul, true)]
    [InlineData(8191ul, 2ul, false)]
    [InlineData(8192ul, 0ul, false)]
    [InlineData(8192ul, 1ul, false)]
    [InlineData(ulong.MaxValue, 1ul, false)]
    [InlineData(ulong.MaxValue, 2ul, false)]
    [InlineData(1ul, ulong.MaxValue, false)]
    public void A_range_is_inside_or_not(ulong at, ulong bytes, bool inside) => Assert.Equal(inside, _memory.Contains(new PhysicalAddress(at), bytes));

    [Theory]
    [InlineData(8185ul)]
    [InlineData(8192ul)]
    [InlineData(0x8000_0000_0000_0000ul)]
    [InlineData(ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 7)]
    public void Nothing_outside_can_be_read_or_written(ulong at)
    {
        PhysicalAddress outside = new(at);

        Assert.False(_memory.TryReadEntry(outside, 8, ByteOrder.LittleEndian, out ulong entry));
        Assert.Equal(0ul, entry);
        Assert.Throws<ArgumentOutOfRangeException>(() => _memory.ReadEntry(outside, 8, ByteOrder.LittleEndian));
        Assert.Throws<ArgumentOutOfRangeException>(() => _memory.WriteEntry(outside, 8, ByteOrder.LittleEndian, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _memory.Read<ulong>(outside));
        Assert.Throws<ArgumentOutOfRangeException>(() => _memory.Write(outside, 1ul));
        Assert.Throws<ArgumentOutOfRangeException>(() => _memory.Slice(outside, 8).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => _memory.FillEntries(outside, 8, 8, ByteOrder.LittleEndian, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _memory.Slice(default, -1).Length);
    }

    [Theory]
    [InlineData(8, ByteOrder.LittleEndian, "8877665544332211")]
    [InlineData(8, ByteOrder.BigEndian, "1122334455667788")]
    [InlineData(4, ByteOrder.LittleEndian, "8877665500000000")]
    [InlineData(4, ByteOrder.BigEndian, "5566778800000000")]
    public void Entries_of_both_widths_lie_in_memory_in_the_order_that_is_asked_for(int entryBytes, ByteOrder order, string bytes)
    {
        PhysicalAddress at = new(4096 + 3);     // no alignment is needed

        _memory.WriteEntry(at, entryBytes, order, 0x1122334455667788);

        Assert.Equal(bytes, Convert.ToHexStringLower(_memory.Slice(at, 8)));
        Assert.Equal(entryBytes == 8 ? 0x1122334455667788 : 0x55667788ul, _memory.ReadEntry(at, entryBytes, order));
    }

    [Theory]
    [InlineData(8, ByteOrder.LittleEndian)]
    [InlineData(8, ByteOrder.BigEndian)]
    [InlineData(4, ByteOrder.LittleEndian)]
    [InlineData(4, ByteOrder.BigEndian)]
    public void A_table_is_filled_to_its_ends_and_no_further(int entryBytes, ByteOrder order)
    {
        PhysicalAddress table = new(1024);

        _memory.FillEntries(table, 512, entryBytes, order, 0x01020304);

        for (int offset = 0; offset < 512; offset += entryBytes)
            Assert.Equal(0x01020304ul, _memory.ReadEntry(table + (ulong)offset, entryBytes, order));
        Assert.Equal(0, _memory.Read<byte>(table - 1));
        Assert.Equal(0ul, _memory.Read<ulong>(table + 512));
    }

    [Fact]
    public void Memory_is_zero_at_first() => Assert.Equal(-1, _memory.Slice(default, 8192).IndexOfAnyExcept((byte)0));

    public void Dispose() => _memory.Dispose();
}
