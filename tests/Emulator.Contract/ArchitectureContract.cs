using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;
using Emulator.Testing;
using Xunit;

namespace Emulator.Contract;

/// <summary>What every plugin promises about its kernels and userlands; a plugin proves it by deriving one sealed class.</summary>
public abstract class ArchitectureContract(Architecture architecture)
{
    private const ulong MemoryBytes = 64 << 20;
    private const string Program = "/bin/program", Loader = "/lib/ld.so";

    [Fact]
    public void Names_are_there_and_differ()
    {
        Assert.NotEmpty(architecture.Name);
        Assert.NotEmpty(architecture.Summary);
        Assert.NotEmpty(architecture.Sources);
        Assert.Equal(architecture.Abis.Length, architecture.Abis.Select(abi => abi.Name).Distinct().Count());
        Assert.Equal(architecture.Abis.Length, architecture.Abis.Select(abi => (abi.ElfClass, abi.Order, abi.ElfMachines[0])).Distinct().Count());
        foreach (string kernel in architecture.Kernels)
            Assert.NotEmpty(EntryBits.Lines(architecture, kernel));
    }

    [Fact]
    public void Every_address_of_a_layout_lies_inside_the_tree_that_a_new_address_space_has()
    {
        foreach (MachineOptions options in AllOptions())
        {
            KernelProfile profile = architecture.Profile(options);
            ulong page = (ulong)profile.PageBytes, reach = profile.Tree.LastAddress(profile.NewDepth).Value;
            void Holds(bool promise, string what) => Assert.True(promise, $"{architecture.Name} {options.Kernel} {options.Mmu}: {what}");

            Holds(profile.NewDepth >= profile.Tree.MinDepth && profile.MaxDepth <= profile.Tree.MaxDepth && profile.NewDepth <= profile.MaxDepth, "depths");
            Holds(profile.StackTopMax % page == 0 && profile.StackTopMax - 1 <= reach, $"STACK_TOP_MAX 0x{profile.StackTopMax:x}");
            foreach (AbiProfile abi in profile.Abis)
            {
                AddressLayout layout = abi.Layout;
                ulong most = profile.Tree.LastAddress(profile.MaxDepth).Value;
                string name = abi.Abi.Name;
                Holds(layout.StackTop % page == 0 && layout.StackTop <= profile.StackTopMax, $"{name} STACK_TOP 0x{layout.StackTop:x}");
                Holds(layout.DepthAtStart == 0 || layout.StackTop - 1 <= profile.Tree.LastAddress(layout.DepthAtStart).Value, $"{name} STACK_TOP after the start");
                Holds(layout.TaskSize >= layout.StackTop && layout.TaskSize - 1 <= most, $"{name} TASK_SIZE 0x{layout.TaskSize:x}");
                Holds(layout.TaskSize % page == 0 && (abi.Abi.WordBytes == 8 || layout.TaskSize <= 1UL << 32), $"{name} TASK_SIZE");
                Holds(layout.MmapTop <= layout.TaskSize && layout.MmapTop % page == 0, $"{name} mmap top 0x{layout.MmapTop:x}");
                Holds(layout.UnmappedBase < layout.TaskSize && layout.UnmappedBase % page == 0, $"{name} TASK_UNMAPPED_BASE 0x{layout.UnmappedBase:x}");
                Holds(layout.DynamicBase < layout.TaskSize, $"{name} ELF_ET_DYN_BASE 0x{layout.DynamicBase:x}");
                Holds((layout.StackRandomMask << profile.Tree.PageShift) < layout.StackTop / 2, $"{name} stack randomisation");
            }
        }
    }

    [Fact]
    public void The_page_below_STACK_TOP_MAX_can_be_mapped_and_reached()
    {
        foreach (MachineOptions options in AllOptions())
        {
            using Machine machine = architecture.CreateMachine(options, null);
            Assert.Equal(Errno.None, machine.Kernel.CreateAddressSpace(ulong.MaxValue, 0, out AddressSpace? space));
            VirtualAddress top = new(machine.Kernel.Profile.StackTopMax);
            Assert.Equal(Errno.None, space!.InsertStack(top - space.PageBytes, top, AreaFlags.Read | AreaFlags.Write | AreaFlags.GrowsDown, out _));

            Assert.Equal(Errno.None, space.CopyOut(top - 8, "written!"u8));

            machine.Activate(space);
            Assert.True(machine.TryTranslate(top - 8, AccessKind.Write, out PhysicalAddress at, out PageFault fault), $"{fault}");
            Assert.Equal("written!"u8, machine.Kernel.Memory.Slice(at, 8));
            Assert.False(machine.TryTranslate(top - space.PageBytes - 1, AccessKind.Read, out _, out fault));
            Assert.Equal(FaultKind.Absent, fault.Kind);
        }
    }

    [Fact]
    public void A_page_that_is_old_or_clean_is_used_again_after_one_fault()
    {
        foreach (MachineOptions options in AllOptions())
        {
            using Machine machine = architecture.CreateMachine(options, null);
            Assert.Equal(Errno.None, machine.Kernel.CreateAddressSpace(8 << 20, 0, out AddressSpace? created));
            PagedAddressSpace space = Assert.IsType<PagedAddressSpace>(created);
            space.TaskSize = 1UL << 30;
            VirtualAddress page = new(0x40_0000);
            Assert.Equal(Errno.None, space.Map(new MapRequest(page, (ulong)space.PageBytes, AreaFlags.Read | AreaFlags.Write, MapFlags.Fixed), out _));
            foreach (AccessKind access in (AccessKind[])[AccessKind.Read, AccessKind.Write])
            {
                foreach (PageFlags kept in (PageFlags[])[PageFlags.None, PageFlags.Accessed, PageFlags.Dirty])
                {
                    Assert.Equal(Errno.None, space.CopyOut(page, [1]));
                    space.Tables!.Protect(page, PageFlags.Read | PageFlags.Write | kept);
                    bool Translates() => space.Tables!.Steps(page, access, machine.UserControls, out _, out _, out bool walked).Count > 0 && walked;
                    if (!Translates())
                        Assert.Equal(Errno.None, space.HandleFault(page, access));
                    Assert.True(Translates(), $"{architecture.Name} {options.Kernel} {options.Mmu}: {access} faults for ever on a page with {kept}");
                }
            }
            space.Destroy();
        }
    }

    [Fact]
    public void As_long_as_the_kernel_flushes_what_it_changes_TLBs_say_what_the_walker_says() => SeededRuns.Run(1, random =>
    {
        const int Pages = 110, Steps = 20_000;
        foreach (MachineOptions options in AllOptions())
        {
            using Machine machine = architecture.CreateMachine(options, null);
            Assert.Equal(Errno.None, machine.Kernel.CreateAddressSpace(8 << 20, 0, out AddressSpace? space));
            TlbModel model = architecture.CreateTlbModel(machine, space!);
            PageTables tables = space!.Tables!;
            ulong pageBytes = (ulong)tables.Tree.PageBytes;
            PhysicalAddress[] frames = [.. Enumerable.Range(0, 40).Select(_ => machine.Kernel.Frames.TryAllocate(0, FrameUse.Anonymous, out PhysicalAddress frame) ? frame : default)];
            // In three groups that share places in tables, sets and buffers.
            VirtualAddress[] pages = [.. Enumerable.Range(0, Pages).Select(i => new VirtualAddress((ulong)(i % 3 * 2048 + i / 3) * pageBytes))];
            for (int step = 0; step < Steps; step++)
            {
                VirtualAddress page = random.Pick(pages), va = page + (ulong)random.NextInt64((long)pageBytes);
                switch (random.Next(500))
                {
                    case < 10:
                        Change(page);
                        tables.Flush(FlushKind.Page, page);
                        break;
                    case 10:
                        for (int i = random.Next(20); i >= 0; i--)
                            Change(random.Pick(pages));
                        tables.Flush(random.Chance(50) ? FlushKind.Full : FlushKind.Range, page);
                        break;
                    default:
                        AccessKind access = (AccessKind)random.Next(3);
                        bool translated = model.TryTranslate(va, access, out PhysicalAddress found, out PageFault fault);
                        tables.Steps(va, access, machine.UserControls, out Translation expected, out PageFault expectedFault, out bool walked);
                        string context = $"{architecture.Name} {options.Kernel} {options.Mmu} {options.PageBytes}, step {step}, {access} {va}";
                        Assert.True(walked == translated, $"{context}: walker {walked} {expectedFault}, TLB {translated} {fault}");
                        Assert.True(!walked || expected.Address == found, $"{context}: walker {expected.Address}, TLB {found}");
                        Assert.True(walked || expectedFault == fault, $"{context}: walker {expectedFault}, TLB {fault}");
                        break;
                }
            }
            TlbStatistics seen = model.Statistics;
            Assert.True(seen.Hits > Steps / 50 && seen.Refills > 100 && seen.Cost.MemoryReferences >= seen.Refills && seen.Cost.Cycles(seen.Misses) > 0, $"{architecture.Name} {options.Kernel} {options.Mmu}: {seen}");

            void Change(VirtualAddress page)
            {
                PageFlags flags = PageFlags.Read | (PageFlags)random.Next(32);
                if (random.Chance(10))
                    tables.TryUnmap(page, out _);
                else if (random.Chance(30))
                    tables.Protect(page, flags);
                else
                    Assert.True(tables.TryMap(page, random.Pick(frames), random.Chance(90) ? flags | PageFlags.Accessed : flags));
            }
        }
    });

    [Fact]
    public void A_machine_that_does_not_exist_is_refused_with_a_list_of_those_that_do()
    {
        MachineOptions usual = new() { Kernel = architecture.Kernels[0] };
        architecture.CreateMachine(usual, null).Dispose();
        foreach (MachineOptions wrong in (MachineOptions[])
            [usual with { Kernel = "0.01" }, usual with { Mmu = "abacus" }, usual with { PageBytes = 12345 }, usual with { CallerAbi = "pdp11" }, usual with { Cpu = "z80" }, usual with { StackTopMax = 12345 }])
        {
            NotSupportedException refused = Assert.Throws<NotSupportedException>(() => architecture.CreateMachine(wrong, null));
            Assert.Contains(architecture.Name, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_way_shows_a_program_the_same_and_gives_every_frame_back() => ForEveryUserland((options, abi) =>
    {
        ElfBuilder[] kinds = [GuestPrograms.Static(abi), GuestPrograms.PositionIndependent(abi), GuestPrograms.WithInterpreter(abi, Loader), GuestPrograms.PositionIndependent(abi).Add(ProgramHeader.Interpreter(Loader))];
        foreach (ElfBuilder kind in kinds)
        {
            GuestFiles files = new GuestFiles().Add(Program, kind.Build()).Add(Loader, GuestPrograms.PositionIndependent(abi).Build());
            UserView? first = null;
            foreach (string way in ExecWays.Names)
            {
                using Machine machine = architecture.CreateMachine(options, null);
                FrameBooks books = new(machine.Kernel.Frames);

                ExecResult result = machine.Execute(Request(files, "one", "", "three"), way);

                Assert.True(result.Succeeded, $"{architecture.Name} {options.Kernel} {options.Mmu} {abi.Name} {way}: {result.Error} {result.Reason}");
                Assert.Equal(abi, result.Abi);
                first ??= result.User;
                IReadOnlyList<string> differences = UserViews.Differences(first!, result.User!);
                Assert.True(differences.Count == 0, $"{architecture.Name} {options.Kernel} {options.Mmu} {abi.Name} {way}: {string.Join("; ", differences)}");
                StartStackReader stack = new(machine, result.Started!);
                Assert.True(stack.ArgumentCountAgrees);
                Assert.Equal(["one"u8.ToArray(), [], "three"u8.ToArray()], stack.Arguments);
                Assert.Equal(["A=b"u8.ToArray()], stack.Environment);
                Assert.Equal(result.User!.Auxv, stack.Auxv);
                result.Started!.Space.Destroy();
                machine.Kernel.PageCache.Drop();
                books.AssertBalanced($"{way} and Destroy");
                Assert.Equal(0, files.OpenCount);
            }
        }
    });

    [Fact]
    public void Nothing_of_a_refused_program_remains() => ForEveryUserland((options, abi) =>
    {
        byte[] good = GuestPrograms.Static(abi).Build();
        byte[][] bad =
        [
            [], [.. "#!"u8], [.. "hello, world\n"u8], good[..40], good[..70],
            (GuestPrograms.Static(abi) with { Machine = 0x7777 }).Build(),
            (GuestPrograms.Static(abi) with { Type = 1 }).Build(),
            (GuestPrograms.Static(abi) with { HeaderCount = 0 }).Build(),
            (GuestPrograms.Static(abi) with { HeaderEntryBytes = 33 }).Build(),
        ];
        foreach (byte[] file in bad)
        {
            GuestFiles files = new GuestFiles().Add(Program, file);
            foreach (string way in ExecWays.Names)
            {
                using Machine machine = architecture.CreateMachine(options, null);
                FrameBooks books = new(machine.Kernel.Frames);

                ExecResult result = machine.Execute(Request(files, "one"), way);

                Assert.Equal((Errno.ENOEXEC, Signal.None), (result.Error, result.Killed));
                Assert.NotEmpty(result.Reason!);
                machine.Kernel.PageCache.Drop();
                books.AssertBalanced($"{way}, {result.Reason}");
            }
        }
    });

    private static ExecRequest Request(GuestFiles files, params string[] arguments) => new()
    {
        Program = files[Program],
        FileName = Program,
        Arguments = [.. arguments.Select(System.Text.Encoding.Latin1.GetBytes)],
        Environment = ["A=b"u8.ToArray()],
        Files = files,
    };

    private void ForEveryUserland(Action<MachineOptions, UserAbi> test)
    {
        foreach (MachineOptions options in AllOptions())
        {
            foreach (UserAbi abi in architecture.Abis)
                test(options, abi);
        }
    }

    private IEnumerable<MachineOptions> AllOptions() =>
        from kernel in architecture.Kernels
        from mmu in architecture.Mmus(kernel)
        from page in architecture.PageSizes
        select new MachineOptions { Kernel = kernel, Mmu = mmu, PageBytes = page, MemoryBytes = MemoryBytes };
}
