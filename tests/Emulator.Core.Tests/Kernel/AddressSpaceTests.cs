using Emulator.Contract;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;

namespace Emulator.Core.Tests.Kernel;

public sealed class AddressSpaceTests : IDisposable
{
    private const AreaFlags ReadWrite = AreaFlags.Read | AreaFlags.Write;
    private const AreaFlags StackFlags = ReadWrite | AreaFlags.GrowsDown | AreaFlags.Account;
    private const ulong Page = 4096;

    private readonly LinuxKernel _kernel = TestKernel.Create(KernelEra.V6_1);
    private readonly LinuxKernel _old = TestKernel.Create(KernelEra.V2_6_32);

    [Fact]
    public void An_area_is_found_by_any_address_up_to_its_end()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel);
        Map(space, 0x200000, 3, ReadWrite);
        Map(space, 0x300000, 1, ReadWrite);

        Assert.Equal(0x200000ul, space.Find(default)!.Start.Value);
        Assert.Equal(0x200000ul, space.Find(new VirtualAddress(0x202fff))!.Start.Value);
        Assert.Equal(0x300000ul, space.Find(new VirtualAddress(0x203000))!.Start.Value);
        Assert.Null(space.Find(new VirtualAddress(0x301000)));
    }

    [Fact]
    public void Neighbours_that_are_alike_become_one_area_and_a_hole_makes_two()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel);
        Map(space, 0x200000, 1, ReadWrite);
        Map(space, 0x202000, 1, ReadWrite);
        Map(space, 0x201000, 1, ReadWrite);
        Assert.Equal(["200000-203000"], Ranges(space));

        Assert.Equal(Errno.None, space.Unmap(new VirtualAddress(0x201000), Page));
        Assert.Equal(["200000-201000", "202000-203000"], Ranges(space));
        Map(space, 0x201000, 1, AreaFlags.Read);
        Assert.Equal(["200000-201000", "201000-202000", "202000-203000"], Ranges(space));
        Assert.Equal(Errno.None, space.Protect(new VirtualAddress(0x201000), Page, ReadWrite));
        Assert.Equal(["200000-203000"], Ranges(space));
    }

    [Fact]
    public void Pieces_of_a_file_merge_only_in_the_order_of_the_file()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel);
        MemoryFile file = new("/f", new byte[4 * 4096]);
        void MapFile(ulong at, ulong offset) => Assert.Equal(Errno.None, space.Map(new MapRequest(new VirtualAddress(at), Page, AreaFlags.Read, MapFlags.Fixed, file, offset), out _));

        MapFile(0x200000, 0);
        MapFile(0x201000, Page);
        MapFile(0x202000, Page);

        Assert.Equal(["200000-202000", "202000-203000"], Ranges(space));
    }

    [Fact]
    public void A_stack_grows_to_the_limit_but_not_into_the_gap_before_the_area_below()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel, stackLimitBytes: 3 << 20);
        Assert.Equal(Errno.None, space.InsertStack(new VirtualAddress(0x7ff000), new VirtualAddress(0x800000), StackFlags, out VirtualMemoryArea stack));
        Map(space, 0x600000, 1, ReadWrite);

        // 256 pages of gap from 0x601000 on.
        Assert.Equal(Errno.EFAULT, space.CopyOut(new VirtualAddress(0x701000 - 1), [1]));
        Assert.Equal(Errno.None, space.CopyOut(new VirtualAddress(0x701000), [1]));
        Assert.Equal(0x701000ul, stack.Start.Value);

        Assert.Equal(Errno.None, space.Unmap(new VirtualAddress(0x600000), Page));
        Assert.Equal(Errno.EFAULT, space.CopyOut(new VirtualAddress(0x800000 - (3 << 20) - 1), [1]));
        Assert.Equal(Errno.None, space.CopyOut(new VirtualAddress(0x800000 - (3 << 20)), [1]));
        Assert.Equal(3ul << 20, stack.Bytes);
    }

    [Fact]
    public void An_inaccessible_area_or_another_stack_below_needs_no_gap()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel, stackLimitBytes: 3 << 20);
        Assert.Equal(Errno.None, space.InsertStack(new VirtualAddress(0x7ff000), new VirtualAddress(0x800000), StackFlags, out _));
        Map(space, 0x700000, 1, AreaFlags.None);

        Assert.Equal(Errno.None, space.CopyOut(new VirtualAddress(0x701000), [1]));
        Assert.Equal(Errno.EFAULT, space.CopyOut(new VirtualAddress(0x700fff), [1]));
    }

    [Fact]
    public void An_old_stack_grows_right_down_to_its_neighbour()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_old, stackLimitBytes: 3 << 20);
        Assert.Equal(Errno.None, space.InsertStack(new VirtualAddress(0x7ff000), new VirtualAddress(0x800000), StackFlags, out _));
        Map(space, 0x700000, 1, ReadWrite);

        Assert.Equal(Errno.None, space.CopyOut(new VirtualAddress(0x701000), [1]));
    }

    [Fact]
    public void Reads_of_untouched_memory_share_one_page_of_zeros_until_the_first_store()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel);
        Map(space, 0x200000, 2, ReadWrite);
        byte[] read = new byte[2 * 4096];

        Assert.Equal(Errno.None, space.CopyIn(new VirtualAddress(0x200000), read));

        Assert.Equal((_kernel.ZeroPage, _kernel.ZeroPage), (FrameAt(space, 0x200000), FrameAt(space, 0x201000)));
        Assert.Equal(0, space.AnonymousPages);
        Assert.Equal(Errno.None, space.CopyOut(new VirtualAddress(0x201000), [42]));
        Assert.NotEqual(_kernel.ZeroPage, FrameAt(space, 0x201000));
        Assert.Equal(1, space.AnonymousPages);
        Assert.Equal(0, _kernel.Memory.Read<byte>(_kernel.ZeroPage));
    }

    [Fact]
    public void Shared_zeroed_memory_never_lets_a_program_write_to_the_page_of_zeros()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel);
        Assert.Equal(Errno.None, space.Map(new MapRequest(new VirtualAddress(0x200000), Page, ReadWrite, MapFlags.Fixed | MapFlags.Shared), out _));
        byte[] read = new byte[1];
        Assert.Equal(Errno.None, space.CopyIn(new VirtualAddress(0x200000), read));

        Assert.Equal(Errno.None, space.CopyOut(new VirtualAddress(0x200000), [42]));

        Assert.Equal(0, _kernel.Memory.Read<byte>(_kernel.ZeroPage));
        Assert.Equal(Errno.None, space.CopyIn(new VirtualAddress(0x200000), read));
        Assert.Equal(42, read[0]);
    }

    [Fact]
    public void A_private_page_of_a_file_is_copied_at_the_first_store_and_the_file_stays()
    {
        PagedAddressSpace one = TestKernel.NewSpace(_kernel), other = TestKernel.NewSpace(_kernel);
        MemoryFile file = new("/f", "original"u8.ToArray());
        foreach (PagedAddressSpace space in (PagedAddressSpace[])[one, other])
            Assert.Equal(Errno.None, space.Map(new MapRequest(new VirtualAddress(0x200000), Page, ReadWrite, MapFlags.Fixed, file), out _));
        byte[] read = new byte[9];
        Assert.Equal(Errno.None, one.CopyIn(new VirtualAddress(0x200000), read));
        Assert.Equal(Errno.None, other.CopyIn(new VirtualAddress(0x200000), read));
        PhysicalAddress cached = FrameAt(one, 0x200000);
        Assert.Equal(cached, FrameAt(other, 0x200000));
        Assert.Equal(3, _kernel.Frames.References(cached));      // the cache and two mappings

        Assert.Equal(Errno.None, one.CopyOut(new VirtualAddress(0x200000), "mine"u8));

        Assert.Equal(Errno.None, other.CopyIn(new VirtualAddress(0x200000), read));
        Assert.Equal("original\0"u8, read);
        Assert.Equal(2, _kernel.Frames.References(cached));
        Assert.Equal(1, one.AnonymousPages);
        one.Destroy();
        other.Destroy();
        Assert.Equal(1, _kernel.Frames.InUse(FrameUse.File));
        _kernel.PageCache.Drop();
        Assert.Equal(0, _kernel.Frames.InUse(FrameUse.File));
    }

    [Fact]
    public void A_shared_page_of_a_file_shows_a_store_to_every_mapping()
    {
        PagedAddressSpace one = TestKernel.NewSpace(_kernel), other = TestKernel.NewSpace(_kernel);
        MemoryFile file = new("/f", "original"u8.ToArray());
        foreach (PagedAddressSpace space in (PagedAddressSpace[])[one, other])
            Assert.Equal(Errno.None, space.Map(new MapRequest(new VirtualAddress(0x200000), Page, ReadWrite, MapFlags.Fixed | MapFlags.Shared, file), out _));
        byte[] read = new byte[8];
        Assert.Equal(Errno.None, other.CopyIn(new VirtualAddress(0x200000), read));

        Assert.Equal(Errno.None, one.CopyOut(new VirtualAddress(0x200000), "modified"u8));

        Assert.Equal(Errno.None, other.CopyIn(new VirtualAddress(0x200000), read));
        Assert.Equal("modified"u8, read);
        Assert.Equal(0, one.AnonymousPages);
    }

    [Fact]
    public void A_page_behind_the_end_of_a_file_is_a_bus_error()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel);
        Assert.Equal(Errno.None, space.Map(new MapRequest(new VirtualAddress(0x200000), 3 * Page, AreaFlags.Read, MapFlags.Fixed, new MemoryFile("/f", new byte[5000])), out _));

        Assert.Equal(Errno.None, space.GetPage(new VirtualAddress(0x201fff), write: false, out _));
        Assert.Equal(Errno.EIO, space.GetPage(new VirtualAddress(0x202000), write: false, out _));
    }

    [Fact]
    public void Access_that_an_area_does_not_allow_fails_and_fills_nothing()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel);
        Map(space, 0x200000, 1, AreaFlags.None);
        Map(space, 0x300000, 1, AreaFlags.Read);
        long free = _kernel.Frames.FreeFrames;

        Assert.Equal(Errno.EFAULT, space.GetPage(new VirtualAddress(0x200000), write: false, out _));
        Assert.Equal(Errno.EFAULT, space.GetPage(new VirtualAddress(0x300000), write: true, out _));
        Assert.Equal(Errno.EFAULT, space.HandleFault(new VirtualAddress(0x300000), AccessKind.Fetch));
        Assert.Equal(Errno.EFAULT, space.GetPage(new VirtualAddress(0x400000), write: false, out _));

        Assert.Equal((0L, free), (space.Faults, _kernel.Frames.FreeFrames));
    }

    [Fact]
    public void The_tree_grows_when_a_mapping_needs_it_and_not_before()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel);
        Map(space, 0xff000, 1, ReadWrite);
        Assert.Equal(2, space.Tables.Depth);        // two levels reach 1 MiB
        Map(space, 0x100000, 1, ReadWrite);
        Assert.Equal(3, space.Tables.Depth);
        Map(space, 0x2000000, 1, ReadWrite);
        Assert.Equal(4, space.Tables.Depth);
    }

    [Fact]
    public void The_break_stays_a_page_away_from_the_next_area()
    {
        foreach (LinuxKernel kernel in (LinuxKernel[])[_old, _kernel])
        {
            PagedAddressSpace space = TestKernel.NewSpace(kernel);      // the break begins in the page at 0x123000
            Map(space, 0x130000, 1, ReadWrite);

            Assert.Equal(0x12f000ul, space.SetBreak(new VirtualAddress(0x12f000)).Value);
            Assert.Equal(0x12f000ul, space.SetBreak(new VirtualAddress(0x12f001)).Value);
            Assert.Equal(0x123450ul, space.SetBreak(new VirtualAddress(0x123450)).Value);
            Assert.Equal(["130000-131000"], Ranges(space));
        }
    }

    [Fact]
    public void The_break_respects_the_gap_below_a_stack()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel);
        Assert.Equal(Errno.None, space.InsertStack(new VirtualAddress(0x300000), new VirtualAddress(0x301000), StackFlags, out _));

        // mm/mmap.c, v6.1: newbrk + PAGE_SIZE may not exceed vm_start_gap(next), which lies 256 pages below the stack.
        Assert.Equal(0x1ff000ul, space.SetBreak(new VirtualAddress(0x1ff000)).Value);
        Assert.Equal(0x1ff000ul, space.SetBreak(new VirtualAddress(0x1ff001)).Value);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 4095)]
    [InlineData((1ul << 28) + 1)]
    [InlineData(0ul)]
    public void A_break_that_cannot_be_changes_nothing(ulong wanted)
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel);
        Map(space, 0x1000, 1, ReadWrite);
        space.SetBreak(new VirtualAddress(0x130000));
        string[] before = [.. Ranges(space)];

        Assert.Equal(0x130000ul, space.SetBreak(new VirtualAddress(wanted)).Value);

        Assert.Equal(before, Ranges(space));
    }

    [Fact]
    public void A_failed_mremap_leaves_every_byte_where_it_was()
    {
        for (int nth = 1; ; nth++)
        {
            PagedAddressSpace space = TestKernel.NewSpace(_old);
            Map(space, 0x200000, 40, ReadWrite);
            byte[] bytes = [.. Enumerable.Range(0, 40 * 4096).Select(i => (byte)(i * 7 / 4096 + i))];
            Assert.Equal(Errno.None, space.CopyOut(new VirtualAddress(0x200000), bytes));
            Map(space, 0x228000, 1, AreaFlags.Read);     // in the way, so that it has to move
            string[] before = [.. Ranges(space)];
            FrameBooks books = new(_old.Frames);
            _old.Frames.FailAt(nth);

            Errno error = space.Remap(new VirtualAddress(0x200000), 40 * Page, 41 * Page, mayMove: true, target: null, out VirtualAddress at);

            _old.Frames.FailAt(long.MaxValue / 2);
            byte[] read = new byte[bytes.Length];
            Assert.Equal(Errno.None, space.CopyIn(at, read));
            Assert.Equal(bytes, read);
            Assert.Equal(error == Errno.None, at.Value != 0x200000);
            if (error == Errno.None)
            {
                Assert.True(nth > 3, "no failure was met on the way");
                return;
            }
            Assert.Equal(before, Ranges(space));
            space.Destroy();
        }
    }

    [Fact]
    public void A_file_mapping_whose_alignment_would_go_below_zero_is_refused_or_goes_elsewhere()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel);
        space.FileAlignMask = 0xf * Page;
        MemoryFile file = new("/f", new byte[100 * 4096]);
        ulong bytes = space.MmapBase.Value - Page;       // fits below the base in one way only, which the alignment forbids

        Errno error = space.Map(new MapRequest(default, bytes, AreaFlags.Read, MapFlags.None, file, 8 * Page), out VirtualAddress at);

        Assert.True(error == Errno.ENOMEM || (at.Value + bytes <= space.TaskSize && at.Value % (16 * Page) == 8 * Page), $"{error}, 0x{at.Value:x}");
        Map(space, 0x5000, 1, ReadWrite);
        Assert.Single(space.Areas, area => area.Start.Value == 0x5000);
    }

    [Theory]
    [InlineData(0x200000ul, 0ul, 0ul, Errno.EINVAL)]
    [InlineData(0x200001ul, 4096ul, 0ul, Errno.EINVAL)]
    [InlineData(0x200000ul, 4096ul, 100ul, Errno.EINVAL)]
    [InlineData(0x200000ul, ulong.MaxValue, 0ul, Errno.ENOMEM)]
    [InlineData(0x200000ul, 1ul << 40, 0ul, Errno.ENOMEM)]
    [InlineData(0xffff000ul, 0x2000ul, 0ul, Errno.ENOMEM)]
    [InlineData(ulong.MaxValue - 4095, 4096ul, 0ul, Errno.ENOMEM)]
    public void A_mapping_that_makes_no_sense_is_refused(ulong at, ulong bytes, ulong offset, Errno expected)
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel);

        Assert.Equal(expected, space.Map(new MapRequest(new VirtualAddress(at), bytes, ReadWrite, MapFlags.Fixed, null, offset), out _));

        Assert.Empty(space.Areas);
    }

    [Theory]
    [InlineData(0x200001ul, 4096ul)]
    [InlineData(0x200000ul, 0ul)]
    [InlineData(0xffff000ul, 0x2000ul)]
    [InlineData(ulong.MaxValue - 4095, 4096ul)]
    [InlineData(0x200000ul, ulong.MaxValue - 0x1fffff)]
    public void An_unmapping_that_makes_no_sense_is_refused(ulong at, ulong bytes) =>
        Assert.Equal(Errno.EINVAL, TestKernel.NewSpace(_kernel).Unmap(new VirtualAddress(at), bytes));

    [Fact]
    public void A_string_in_user_memory_is_measured_over_page_ends()
    {
        PagedAddressSpace space = TestKernel.NewSpace(_kernel);
        Map(space, 0x200000, 2, ReadWrite);
        Assert.Equal(Errno.None, space.CopyOut(new VirtualAddress(0x200ffd), "abcde"u8));

        Assert.Equal(Errno.None, space.StringLength(new VirtualAddress(0x200ffd), 100, out ulong bytes));
        Assert.Equal(6ul, bytes);
        Assert.Equal(Errno.EINVAL, space.StringLength(new VirtualAddress(0x200ffd), 5, out _));
        Assert.Equal(Errno.EFAULT, space.StringLength(new VirtualAddress(0x1fffff), 5, out _));
    }

    public void Dispose()
    {
        _kernel.Dispose();
        _old.Dispose();
    }

    private static void Map(PagedAddressSpace space, ulong at, ulong pages, AreaFlags rights) =>
        Assert.Equal(Errno.None, space.Map(new MapRequest(new VirtualAddress(at), pages * Page, rights, MapFlags.Fixed), out _));

    private static PhysicalAddress FrameAt(PagedAddressSpace space, ulong at)
    {
        Assert.True(space.TryPeek(new VirtualAddress(at), out PhysicalAddress frame));
        return frame;
    }

    private static IEnumerable<string> Ranges(PagedAddressSpace space) => space.Areas.Select(area => $"{area.Start.Value:x}-{area.End.Value:x}");
}
