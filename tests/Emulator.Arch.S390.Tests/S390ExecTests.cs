using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Xunit;
using Entry2632 = Emulator.Arch.S390.S390Entry<Emulator.Arch.S390.S390SoftwareBits2632>;

namespace Emulator.Arch.S390.Tests;

public class S390ExecTests
{
    private const ulong EightTiB = 8UL << 40, SixteenPiB = 16UL << 50;

    [Theory]
    [InlineData(2, 0x1c3)]
    [InlineData(3, 0x1c7)]
    [InlineData(4, 0x1cb)]
    [InlineData(5, 0x1cf)]
    public void The_ASCE_says_the_depth_a_full_table_and_a_private_user_space(int depth, ulong low) =>
        Assert.Equal(0x12340000 | low, Entry2632.RootRegister(new PhysicalAddress(0x12340000), depth));

    [Theory]
    [InlineData(0, 0x400)]
    [InlineData(1, 0x20)]
    [InlineData(2, 0x24)]
    [InlineData(3, 0x28)]
    [InlineData(4, 0x2c)]
    public void An_empty_entry_is_invalid_and_says_its_level(int level, ulong entry) => Assert.Equal(entry, Entry2632.Empty(level));

    [Theory]
    [InlineData(1, 0x00)]
    [InlineData(2, 0x07)]
    [InlineData(3, 0x0b)]
    [InlineData(4, 0x0f)]
    public void A_table_entry_says_its_level_and_a_full_table(int level, ulong low) =>
        Assert.Equal(0x12340000 | low, Entry2632.Table(new PhysicalAddress(0x12340000), level));

    [Fact]
    public void A_31_bit_exec_of_2_6_32_with_one_argument_page_goes_as_its_sources_say()
    {
        S390 architecture = new();
        Recorder recorder = new();
        using Machine machine = architecture.CreateMachine(new MachineOptions { Kernel = "2.6.32", MemoryBytes = 64 << 20 }, recorder);
        PhysicalMemory memory = machine.Kernel.Memory;
        ulong At(PhysicalAddress table, int index) => memory.ReadEntry(table + (ulong)index * 8, 8, ByteOrder.BigEndian);
        void AssertRestEmpty(PhysicalAddress table, int entries, ulong empty, params ReadOnlySpan<int> used)
        {
            for (int i = 0; i < entries; i++)
            {
                if (!used.Contains(i))
                    Assert.Equal(empty, At(table, i));
            }
        }
        PhysicalAddress top = default, highSegments = default, highPages = default, argument = default;
        WatchedExec way = new(new InPlaceExec());

        // mm_alloc: a region-third table, all of it empty.
        way.AfterBegin = tables =>
        {
            top = tables.Root;
            Assert.Equal((3, 16384ul, top.Value | 0x1c7), (tables.Depth, tables.TableBytes, tables.RootRegister));
            AssertRestEmpty(top, 2048, 0x24);
        };
        // The first argument page at 0x3fffffff000: a segment table and half a page of page table.
        way.AfterPage = tables =>
        {
            Assert.Equal(36864ul, tables.TableBytes);
            highSegments = new PhysicalAddress(At(top, 2047) - 0x07);
            highPages = new PhysicalAddress(At(highSegments, 2047));
            argument = new PhysicalAddress(At(highPages, 255));     // RW is 0x000: nothing but the frame
            Assert.Equal((0ul, 0ul, 0ul), (highSegments.Value % 16384, highPages.Value % 2048, argument.Value % 4096));
            Assert.Equal(FrameUse.Argument, machine.Kernel.Frames.OwnerOf(argument));
            AssertRestEmpty(top, 2048, 0x24, 2047);
            AssertRestEmpty(highSegments, 2048, 0x20, 2047);
            AssertRestEmpty(highPages, 256, 0x400, 255);
        };
        // The move to 0x7ffff000 builds a second segment table and the other half of the page; the first set goes.
        way.AfterCommit = tables =>
        {
            Assert.Equal((53248ul, 36864ul), (tables.PeakTableBytes, tables.TableBytes));
            PhysicalAddress segments = new(At(top, 0) - 0x07), pages = new(At(segments, 2047));
            Assert.Equal(highPages.Value ^ 0x800, pages.Value);
            Assert.Equal(argument.Value, At(pages, 255));
            Assert.NotEqual(highSegments, segments);
            AssertRestEmpty(top, 2048, 0x24, 0);
            AssertRestEmpty(segments, 2048, 0x20, 2047);
            AssertRestEmpty(pages, 256, 0x400, 255);
            Assert.Equal((1L, 1L, 1L), (tables.Moves.Pte, tables.Flushes.Page, tables.Flushes.Full));     // one IPTE, one flush of everything
        };

        ExecResult result = Execve.Run(machine.Kernel, Request(architecture.Abis[1]), way);

        // start_thread31(): the region-third table goes, the second segment table is the top.
        Assert.True(result.Succeeded, result.Reason);
        Assert.Equal(5, way.Calls);     // begin, three pushes that find their page, commit
        PageTables final = result.Started!.Space.Tables!;
        Assert.Equal((2, 20480ul, final.Root.Value | 0x1c3), (final.Depth, final.TableBytes, final.RootRegister));
        Assert.Equal([3, 3, 3, 2], result.Stages.Select(stage => stage.Depth));
        Assert.Equal([36864ul, 36864ul, 36864ul, 20480ul], result.Stages.Select(stage => stage.TableBytes));
        Assert.Equal(1, recorder.Events.ToArray().Count(happened => happened.Kind == TraceEventKind.RootShrunk));
        Assert.DoesNotContain(recorder.Events.ToArray(), happened => happened.Kind == TraceEventKind.RootGrown);
    }

    [Fact]
    public void A_mapping_beyond_the_tree_makes_it_deeper_and_the_next_program_starts_with_three_levels_again()
    {
        S390 architecture = new();
        Recorder recorder = new();
        using Machine machine = architecture.CreateMachine(new MachineOptions { Kernel = "6.1", MemoryBytes = 64 << 20 }, recorder);
        Assert.Equal(Errno.None, machine.Kernel.CreateAddressSpace(8 << 20, 0, out AddressSpace? caller));
        caller!.TaskSize = machine.Kernel.Profile.Abis[0].Layout.TaskSize;
        PageTables tables = caller.Tables!;
        Map(caller, 0x1000000);
        PhysicalAddress third = tables.Root;

        Map(caller, EightTiB);
        Assert.Equal((4, 0x1cbul), (tables.Depth, tables.RootRegister & 0xfff));
        PhysicalAddress second = tables.Root;
        Assert.Equal(third.Value | 0x0b, machine.Kernel.Memory.ReadEntry(second, 8, ByteOrder.BigEndian));
        Map(caller, SixteenPiB);
        Assert.Equal((5, 0x1cful), (tables.Depth, tables.RootRegister & 0xfff));
        Assert.Equal(second.Value | 0x0f, machine.Kernel.Memory.ReadEntry(tables.Root, 8, ByteOrder.BigEndian));

        // Everything is still there, through the new top.
        machine.Activate(caller);
        foreach (ulong at in (ulong[])[0x1000000, EightTiB, SixteenPiB])
        {
            Assert.True(machine.TryTranslate(new VirtualAddress(at), AccessKind.Write, out PhysicalAddress found, out PageFault fault), $"{fault}");
            Assert.Equal(at, machine.Kernel.Memory.ReadEntry(found, 8, ByteOrder.BigEndian));
        }
        Assert.Equal([3, 4], recorder.Events.ToArray().Where(happened => happened.Kind == TraceEventKind.RootGrown).Select(happened => happened.Level));

        // As the kernel did it for the rows "upgraded": depth is not inherited.
        ExecResult after = machine.Execute(Request(architecture.Abis[0]), "in-place");
        using Machine fresh = architecture.CreateMachine(new MachineOptions { Kernel = "6.1", MemoryBytes = 64 << 20 }, null);
        ExecResult usual = fresh.Execute(Request(architecture.Abis[0]), "in-place");
        Assert.Equal(usual.Stages.Select(stage => stage with { Maps = [] }), after.Stages.Select(stage => stage with { Maps = [] }));
        Assert.Equal(usual.Stages.SelectMany(stage => stage.Maps), after.Stages.SelectMany(stage => stage.Maps));
        Assert.All(after.Stages, stage => Assert.Equal(3, stage.Depth));
        Assert.Empty(UserViews.Differences(usual.User!, after.User!));
        Assert.Equal(5, tables.Depth);
    }

    [Fact]
    public void An_old_kernel_has_four_levels_at_most()
    {
        using Machine machine = new S390().CreateMachine(new MachineOptions { Kernel = "2.6.32", MemoryBytes = 64 << 20 }, null);
        Assert.Equal(Errno.None, machine.Kernel.CreateAddressSpace(8 << 20, 0, out AddressSpace? space));
        space!.TaskSize = machine.Kernel.Profile.Abis[0].Layout.TaskSize;

        Map(space, EightTiB);
        Assert.Equal(4, space.Tables!.Depth);
        Assert.Equal(Errno.ENOMEM, space.Map(new MapRequest(new VirtualAddress(SixteenPiB), 4096, AreaFlags.Read, MapFlags.Fixed), out _));
        Assert.Equal(4, space.Tables.Depth);
    }

    [Fact]
    public void An_address_space_born_with_two_levels_is_forced_up_in_place_only()
    {
        S390 architecture = new();
        foreach (string way in ExecWays.Names)
        {
            Recorder recorder = new();
            using Machine machine = architecture.CreateMachine(new MachineOptions { Kernel = "2.6.32", ShallowAddressSpaces = true, MemoryBytes = 64 << 20 }, recorder);

            ExecResult result = Execve.Run(machine.Kernel, Request(architecture.Abis[1]), ExecWays.Create(way));

            Assert.True(result.Succeeded, result.Reason);
            TraceEventKind[] roots = [.. recorder.Events.ToArray().Select(happened => happened.Kind).Where(kind => kind is TraceEventKind.RootGrown or TraceEventKind.RootShrunk or TraceEventKind.StageReached)];
            bool inPlace = way == "in-place";
            Assert.Equal(inPlace ? [3, 3, 3, 2] : [2, 2, 2, 2], result.Stages.Select(stage => stage.Depth));
            Assert.Equal(inPlace ? TraceEventKind.RootGrown : TraceEventKind.StageReached, roots[0]);      // at the first argument page
            Assert.Equal(inPlace ? 1 : 0, roots.Count(kind => kind == TraceEventKind.RootShrunk));
            Assert.Equal(2, result.Started!.Space.Tables!.Depth);
            Assert.Equal(inPlace ? 53248ul : 20480ul, result.PeakTableBytes);
        }
    }

    [Theory]
    [InlineData("2.6.32")]
    [InlineData("6.1")]
    public void Hardware_marks_frames_in_their_keys_and_not_in_entries(string kernel)
    {
        using Machine machine = new S390().CreateMachine(new MachineOptions { Kernel = kernel, MemoryBytes = 64 << 20 }, null);
        StorageKeys keys = machine switch
        {
            Machine<Entry2632> old => old.Mmu.Keys!,
            Machine<S390Entry<S390SoftwareBits61>> later => later.Mmu.Keys!,
            _ => throw new InvalidOperationException("another codec"),
        };
        Assert.Equal(Errno.None, machine.Kernel.CreateAddressSpace(8 << 20, 0, out AddressSpace? space));
        VirtualAddress read = new(0x100000), written = new(0x101000), refused = new(0x102000);
        foreach (VirtualAddress va in (VirtualAddress[])[read, written, refused])
        {
            Assert.True(machine.Kernel.Frames.TryAllocate(0, FrameUse.Anonymous, out PhysicalAddress frame));
            PageFlags flags = PageFlags.Read | PageFlags.Accessed | (va == refused ? 0 : PageFlags.Write | PageFlags.Dirty);
            Assert.True(space!.Tables!.TryMap(va, frame, flags));
        }
        machine.Activate(space!);
        (ulong Entry, bool Referenced, bool Changed) State(VirtualAddress va)
        {
            Assert.True(space!.Tables!.TryFind(va, out LeafView leaf));
            return (leaf.Entry, keys.IsReferenced(leaf.Target), keys.IsChanged(leaf.Target));
        }
        ulong entry = State(written).Entry;

        Assert.True(machine.TryTranslate(read, AccessKind.Read, out _, out _));
        Assert.True(machine.TryTranslate(written, AccessKind.Write, out _, out _));
        Assert.False(machine.TryTranslate(refused, AccessKind.Write, out _, out _));

        Assert.Equal((true, false), (State(read).Referenced, State(read).Changed));
        Assert.Equal((entry, true, true), State(written));
        Assert.Equal((false, false), (State(refused).Referenced, State(refused).Changed));
    }

    private static void Map(AddressSpace space, ulong at)
    {
        Assert.Equal(Errno.None, space.Map(new MapRequest(new VirtualAddress(at), 4096, AreaFlags.Read | AreaFlags.Write, MapFlags.Fixed), out _));
        byte[] bytes = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, at);
        Assert.Equal(Errno.None, space.CopyOut(new VirtualAddress(at), bytes));
    }

    private static ExecRequest Request(UserAbi abi)
    {
        GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(abi).Build());
        return new ExecRequest { Program = files["/p"], FileName = "/p", Arguments = ["one"u8.ToArray()], Environment = ["A=b"u8.ToArray()], Files = files };
    }

    /// <summary>A way, and somebody who looks at the tables after each of its steps.</summary>
    private sealed class WatchedExec(IExecStrategy way) : IExecStrategy
    {
        public Action<PageTables>? AfterBegin { get; set; }

        public Action<PageTables>? AfterPage { get; set; }

        public Action<PageTables>? AfterCommit { get; set; }

        public int Calls { get; private set; }

        public string Name => way.Name;

        public Errno Begin(BinaryParameters bprm) => Watch(way.Begin(bprm), AfterBegin, bprm);

        public bool TakesString(BinaryParameters bprm, ulong bytes) => way.TakesString(bprm, bytes);

        public Errno GetPage(BinaryParameters bprm, ulong position, out PhysicalAddress frame) => Watch(way.GetPage(bprm, position, out frame), AfterPage, bprm);

        public Errno Commit(BinaryParameters bprm, VirtualAddress stackTop, AreaFlags flags) => Watch(way.Commit(bprm, stackTop, flags), AfterCommit, bprm);

        public void Abandon(BinaryParameters bprm) => way.Abandon(bprm);

        public long WaitingPages(BinaryParameters bprm) => way.WaitingPages(bprm);

        private Errno Watch(Errno error, Action<PageTables>? look, BinaryParameters bprm)
        {
            Calls++;
            Assert.Equal(Errno.None, error);
            look?.Invoke(bprm.Space.Tables!);
            return error;
        }
    }
}
