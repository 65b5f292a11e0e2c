using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;

namespace Emulator.Core.Tests.Paging;

public class PageTableGeometryTests
{
    [Fact]
    public void Shifts_and_reach_follow_from_the_widths()
    {
        PageTableGeometry tree = TestTrees.Growing;

        Assert.Equal([12, 16, 20, 25], tree.Levels.ToArray().Select(level => level.Shift));
        Assert.Equal([0xfffffUL, 0x1ff_ffffUL, 0xfff_ffffUL], Enumerable.Range(2, 3).Select(depth => tree.LastAddress(depth).Value));
        Assert.Equal(64, tree[1].TableBytes);       // 16 entries of 4 bytes
        Assert.Equal((8192, 4096), (TestTrees.Fixed[0].TableBytes, TestTrees.Fixed[0].ProcBytes));
    }

    [Fact]
    public void An_address_has_an_index_an_offset_and_a_table_start_at_each_level()
    {
        VirtualAddress va = new(0x7654321);
        ref readonly PageTableLevel lower = ref TestTrees.Growing[1];

        Assert.Equal((5, 20ul, 0x7600000ul), (lower.IndexOf(va), lower.OffsetOf(va), lower.TableStart(va).Value));
    }

    [Fact]
    public void The_top_table_is_the_pgd_however_many_levels_there_are()
    {
        Assert.Equal(["pte", "pmd", "pgd"], Enumerable.Range(0, 3).Select(level => PageTableGeometry.LinuxName(level, 3)));
        Assert.Equal(["pte", "pmd", "pud", "p4d", "pgd"], Enumerable.Range(0, 5).Select(level => PageTableGeometry.LinuxName(level, 5)));
    }

    [Fact]
    public void A_tree_of_all_64_bits_ends_at_the_last_address()
    {
        PageTableGeometry tree = new(12, [new("a", 20), new("b", 32)]);

        Assert.Equal(ulong.MaxValue, tree.LastAddress(2).Value);
        Assert.Equal(0ul, tree[1].TableStart(new VirtualAddress(ulong.MaxValue)).Value);
    }
}
