using Emulator.Contract;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Testing;
using Xunit;

namespace Emulator.Core.Tests.Kernel;

/// <summary>Address spaces that are copied, shared and given back in parts.</summary>
public class ForkTests
{
    private const AreaFlags ReadWrite = AreaFlags.Read | AreaFlags.Write;
    private const ulong Page = 4096;
    private static readonly VirtualAddress Private = new(0x200000), Shared = new(0x400000), Untouched = new(0x3000000);

    [Fact]
    public void A_child_has_its_parents_bytes_and_neither_sees_what_the_other_writes_afterwards()
    {
        using LinuxKernel kernel = TestKernel.Create(KernelEra.V2_6_32);
        FrameBooks books = new(kernel.Frames);
        PagedAddressSpace parent = Parent(kernel);
        Put(parent, Private, 1);
        long frames = kernel.Frames.InUse(FrameUse.Anonymous);

        AddressSpace child = Fork(kernel, parent);
        Assert.Equal(frames, kernel.Frames.InUse(FrameUse.Anonymous));
        Assert.Equal(parent.AnonymousPages, child.AnonymousPages);
        Put(parent, Private, 2);
        Put(child, Private + 1, 3);

        Assert.Equal(2, Get(parent, Private));
        Assert.Equal(0, Get(parent, Private + 1));
        Assert.Equal(1, Get(child, Private));
        Assert.Equal(3, Get(child, Private + 1));
        Assert.Equal(frames + 1, kernel.Frames.InUse(FrameUse.Anonymous));      // one copy: the child was alone with the old page afterwards
        child.Destroy();
        parent.Destroy();
        books.AssertBalanced("both are gone");
    }

    [Fact]
    public void Shared_memory_is_one_for_parent_and_child_also_where_nobody_touched_it_before()
    {
        using LinuxKernel kernel = TestKernel.Create(KernelEra.V6_1);
        FrameBooks books = new(kernel.Frames);
        PagedAddressSpace parent = Parent(kernel);
        Put(parent, Shared, 1);

        AddressSpace child = Fork(kernel, parent);
        Put(child, Shared, 2);
        Put(child, Shared + Page, 3);

        Assert.Equal(2, Get(parent, Shared));
        Assert.Equal(3, Get(parent, Shared + Page));
        Assert.Equal("/dev/zero (deleted)", child.Find(Shared)!.File!.Path);
        Assert.Equal(Errno.None, parent.Unmap(Shared, 4 * Page));
        Assert.Equal(3, Get(child, Shared + Page));
        Assert.Equal(Errno.None, child.Unmap(Shared, 4 * Page));
        Assert.Equal(0, kernel.Frames.InUse(FrameUse.File));
        child.Destroy();
        parent.Destroy();
        books.AssertBalanced("both are gone");
    }

    [Fact]
    public void Only_areas_with_pages_of_the_programs_own_are_copied_and_page_tables_as_they_are_met()
    {
        using LinuxKernel kernel = TestKernel.Create(KernelEra.V2_6_32);
        PagedAddressSpace parent = Parent(kernel);
        Put(parent, Private, 1);
        Put(parent, Shared, 1);
        Assert.Equal(0, Get(parent, Untouched));    // a read: the page of zeros is mapped, but nothing of its own

        AddressSpace child = Fork(kernel, parent);

        Assert.True(child.TryPeek(Private, out _));
        Assert.False(child.TryPeek(Shared, out _));
        Assert.False(child.TryPeek(Untouched, out _));
        Assert.Equal(3, parent.Tables.LiveByLevel[0]);
        Assert.Equal(1, child.Tables!.LiveByLevel[0]);
        child.Destroy();
        parent.Destroy();
    }

    [Fact]
    public void A_fork_that_finds_no_frame_gives_everything_back()
    {
        using LinuxKernel kernel = TestKernel.Create(KernelEra.V2_6_32);
        PagedAddressSpace parent = Parent(kernel);
        for (ulong i = 0; i < 8; i++)
            Put(parent, Private + i * Page, 1);
        Put(parent, Untouched, 1);
        FrameBooks books = new(kernel.Frames);
        int refused = 0;
        AddressSpace? child;
        for (int nth = 1; ; nth++)
        {
            kernel.Frames.FailAt(nth);
            if (!kernel.Fork(parent, out child).Failed())
                break;
            books.AssertBalanced($"allocation {nth} failed");
            refused++;
        }
        kernel.Frames.FailAt(long.MaxValue / 2);
        Assert.Equal(2, child!.Tables!.LiveByLevel[0]);
        Assert.True(refused >= 4, $"{refused}");      // the top, two page tables, and what is between
        for (ulong i = 0; i < 8; i++)
            Put(parent, Private + i * Page, 2);
        Assert.Equal(1, Get(child, Private));
        child.Destroy();
        parent.Destroy();
    }

    [Fact]
    public void Areas_that_are_not_to_be_forked_are_not_there_and_wiped_ones_are_empty()
    {
        using LinuxKernel kernel = TestKernel.Create(KernelEra.V6_1);
        PagedAddressSpace parent = Parent(kernel);
        Put(parent, Private, 1);
        Put(parent, Private + Page, 1);
        Assert.Equal(Errno.None, parent.Advise(Private, Page, AreaFlags.NotForked, AreaFlags.None));
        Assert.Equal(Errno.None, parent.Advise(Private + Page, Page, AreaFlags.WipedOnFork, AreaFlags.None));

        AddressSpace child = Fork(kernel, parent);

        Assert.False(child.Find(Private)!.Contains(Private));
        Assert.Equal(0, Get(child, Private + Page));
        Assert.Equal(1, Get(parent, Private + Page));
        child.Destroy();
        parent.Destroy();
    }

    [Fact]
    public void Discarded_pages_read_as_zero_or_as_the_file_and_a_gap_is_told_after_the_rest_is_done()
    {
        using LinuxKernel kernel = TestKernel.Create(KernelEra.V2_6_32);
        PagedAddressSpace space = Parent(kernel);
        MemoryFile file = new("/f", new byte[] { 7 });
        Assert.Equal(Errno.None, space.Map(new MapRequest(new VirtualAddress(0x300000), Page, ReadWrite, MapFlags.Fixed, file), out VirtualAddress mapped));
        Put(space, Private, 1);
        Put(space, mapped, 1);

        Assert.Equal(Errno.None, space.Discard(Private, 2 * Page));
        Assert.Equal(Errno.ENOMEM, space.Discard(mapped - Page, 2 * Page));

        Assert.Equal(0, Get(space, Private));
        Assert.Equal(7, Get(space, mapped));
        space.Destroy();
    }

    [Fact]
    public void Stores_through_a_shared_mapping_reach_the_file_when_it_is_asked_for_and_when_the_mapping_ends()
    {
        using LinuxKernel kernel = TestKernel.Create(KernelEra.V2_6_32);
        WritableFile file = new();
        PagedAddressSpace space = Parent(kernel);
        Assert.Equal(Errno.None, space.Map(new MapRequest(new VirtualAddress(0x300000), 2 * Page, ReadWrite, MapFlags.Fixed | MapFlags.Shared, file), out VirtualAddress mapped));
        Put(space, mapped + 5, 1);
        Assert.Equal(0, file.Bytes[5]);
        Assert.Equal(Errno.None, space.Synchronize(mapped, Page));
        Assert.Equal(1, file.Bytes[5]);
        Put(space, mapped + 5, 2);
        Put(space, mapped + Page, 3);
        Assert.Equal(Errno.None, space.Unmap(mapped, 2 * Page));
        Assert.Equal(2, file.Bytes[5]);
        Assert.Equal(3, file.Bytes[Page]);
        space.Destroy();
    }

    [Fact]
    public void A_mapping_may_be_moved_to_a_wished_place_and_over_what_was_there()
    {
        using LinuxKernel kernel = TestKernel.Create(KernelEra.V2_6_32);
        PagedAddressSpace space = Parent(kernel);
        Put(space, Private, 1);
        Put(space, Shared, 9);
        Assert.Equal(Errno.EINVAL, space.Remap(Private, 4 * Page, 4 * Page, mayMove: true, Private + Page, out _));
        Assert.Equal(Errno.None, space.Remap(Private, 4 * Page, 2 * Page, mayMove: true, Shared, out VirtualAddress at));
        Assert.Equal(Shared, at);
        Assert.Equal(1, Get(space, Shared));
        Assert.Null(space.Find(Private) is { } area && area.Contains(Private) ? area : null);
        space.Destroy();
    }

    [Fact]
    public void Random_families_of_address_spaces_agree_with_arrays_of_bytes() => SeededRuns.Run(30, random =>
    {
        using LinuxKernel kernel = TestKernel.Create(random.Pick(TestKernel.Eras));
        FrameBooks books = new(kernel.Frames);
        List<(AddressSpace Space, byte[] Own)> family = [(Parent(kernel), new byte[16])];
        byte[] common = new byte[4];
        for (int step = 0; step < 400; step++)
        {
            int index = random.Next(family.Count);
            (AddressSpace space, byte[] own) = family[index];
            int page = random.Next(16), sharedPage = random.Next(4);
            VirtualAddress va = Private + (ulong)page * Page, sharedVa = Shared + (ulong)sharedPage * Page;
            byte value = (byte)random.Next(1, 256);
            switch (random.Next(10))
            {
                case 0 when family.Count < 5:
                    family.Add((Fork(kernel, space), (byte[])own.Clone()));
                    break;
                case 1 when family.Count > 1:
                    space.Destroy();
                    family.RemoveAt(index);
                    break;
                case 2:
                    Assert.Equal(Errno.None, space.Discard(va, Page));
                    own[page] = 0;
                    break;
                case 3 or 4 or 5:
                    Put(space, va, own[page] = value);
                    break;
                case 6:
                    Put(space, sharedVa, common[sharedPage] = value);
                    break;
                case 7:
                    Assert.Equal(common[sharedPage], Get(space, sharedVa));
                    break;
                default:
                    Assert.Equal(own[page], Get(space, va));
                    break;
            }
        }
        foreach ((AddressSpace space, byte[] own) in family)
        {
            for (int page = 0; page < own.Length; page++)
                Assert.Equal(own[page], Get(space, Private + (ulong)page * Page));
            space.Destroy();
        }
        books.AssertBalanced("all are gone");
    });

    private static PagedAddressSpace Parent(LinuxKernel kernel)
    {
        PagedAddressSpace space = (PagedAddressSpace)NewSpace(kernel);
        Map(space, Private, 16, MapFlags.Fixed);
        Map(space, Shared, 4, MapFlags.Fixed | MapFlags.Shared);
        Map(space, Untouched, 4, MapFlags.Fixed);
        return space;
    }

    private static AddressSpace NewSpace(LinuxKernel kernel)
    {
        Assert.Equal(Errno.None, kernel.CreateAddressSpace(1 << 20, 0, out AddressSpace? space));
        space!.TaskSize = 256 << 20;
        return space;
    }

    private static void Map(PagedAddressSpace space, VirtualAddress at, ulong pages, MapFlags flags) =>
        Assert.Equal(Errno.None, space.Map(new MapRequest(at, pages * Page, ReadWrite, flags), out _));

    private static AddressSpace Fork(LinuxKernel kernel, AddressSpace parent)
    {
        Assert.Equal(Errno.None, kernel.Fork(parent, out AddressSpace? child));
        return child!;
    }

    private static void Put(AddressSpace space, VirtualAddress at, byte value) => Assert.Equal(Errno.None, space.CopyOut(at, [value]));

    private static byte Get(AddressSpace space, VirtualAddress at)
    {
        Span<byte> value = stackalloc byte[1];
        Assert.Equal(Errno.None, space.CopyIn(at, value));
        return value[0];
    }

    private sealed class WritableFile() : GuestFile("/w")
    {
        public byte[] Bytes { get; } = new byte[5000];

        public override long Length => Bytes.Length;

        public override int Read(long offset, Span<byte> into)
        {
            int count = (int)Math.Min(into.Length, Bytes.Length - offset);
            Bytes.AsSpan((int)offset, count).CopyTo(into);
            return count;
        }

        public override void WriteBack(long offset, ReadOnlySpan<byte> from) => from.CopyTo(Bytes.AsSpan((int)offset));
    }
}
