using System.Collections.Immutable;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>Entries of pages that are elsewhere: bit for bit those of the kernels, told from all others, and absent for the hardware.</summary>
public class SwapEntryTests
{
    // __swp_entry_to_pte(__swp_entry(type, offset)) of each header, calculated by hand for slot 5 of area 0 (exclusive, where v6.1 marks that), and
    // for a page to be written to that migrates from frame 0x123: type 31 in v2.6.32, 25 in v6.1.
    [Theory]
    [InlineData("amd64", "2.6.32", 4096, null, 5ul << 9, 31ul << 1 | 0x123ul << 9)]
    [InlineData("amd64", "6.1", 4096, null, 0x07ff_ffff_ffff_f408ul, 0xcfff_ffff_fffd_b800ul)]     // ~5 << 9 in bits 58:9, bit 3; 25 << 59, ~0x123 << 9
    [InlineData("alpha", "2.6.32", 8192, null, 5ul << 40, 31ul << 32 | 0x123ul << 40)]
    [InlineData("alpha", "6.1", 8192, null, 5ul << 40, 25ul << 32 | 0x123ul << 40)]
    [InlineData("sparc64", "2.6.32", 8192, "sun4u", 5ul << 21, 31ul << 13 | 0x123ul << 21)]
    [InlineData("sparc64", "6.1", 8192, "sun4v", 5ul << 21, 25ul << 13 | 0x123ul << 21)]
    [InlineData("ppc64", "2.6.32", 4096, "hash", 5ul << 25, 31ul << 18 | 0x123ul << 25)]           // (type << 1 | offset << 8) << 17
    [InlineData("ppc64", "2.6.32", 65536, "hash", 5ul << 38, 31ul << 31 | 0x123ul << 38)]          // ... << 30
    [InlineData("ppc64", "6.1", 4096, "hash", 1ul << 62 | 0x20ul | 5ul << 12, 1ul << 62 | 25ul | 0x123ul << 12)]
    [InlineData("ppc64", "6.1", 65536, "radix", 1ul << 62 | 0x20ul | 5ul << 16, 1ul << 62 | 25ul | 0x123ul << 16)]
    [InlineData("s390", "2.6.32", 4096, null, 0x403ul | 1ul << 7 | 4ul << 11, 0x403ul | 31ul << 2 | 1ul << 7 | 0x122ul << 11)]        // 5 is 4 and an odd 1
    [InlineData("s390", "6.1", 4096, null, 0x600ul | 0x800ul | 5ul << 12, 0x600ul | 25ul << 2 | 0x123ul << 12)]
    public void Entries_are_those_of_the_kernel(string architecture, string kernel, int page, string? mmu, ulong slotFive, ulong migration)
    {
        SwapEntryFormat format = Recorded.Registry.Find(architecture)!.Profile(new MachineOptions { Kernel = kernel, PageBytes = page, Mmu = mmu }).SwapEntries!;

        Assert.Equal(slotFive, format.Encode(new SwapEntry(0, 5), exclusive: true));
        Assert.Equal(migration, format.Encode(new SwapEntry(format.MigrationWriteType, 0x123), exclusive: false));
        Assert.Equal((kernel == "6.1" ? 25 : 31, kernel == "6.1" ? 24 : 30), (format.MigrationWriteType, format.MigrationReadType));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void What_was_written_is_read_back_whatever_it_is(string architecture, string kernel, int page, string mmu)
    {
        SwapEntryFormat format = Recorded.Registry.Find(architecture)!.Profile(new MachineOptions { Kernel = kernel, PageBytes = page, Mmu = mmu }).SwapEntries!;
        for (int type = 0; type < 32; type++)
        {
            for (int bit = 0; bit < 24; bit++)      // alpha has no more
            {
                SwapEntry swap = new(type, 1UL << bit | 1);
                foreach (bool exclusive in (bool[])[false, true])
                {
                    ulong entry = format.Encode(swap, exclusive);
                    Assert.True(format.Matches(entry) && format.Decode(entry) == swap, $"{swap} as 0x{entry:x} came back as {format.Decode(entry)}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Each_bit_is_told_once_and_the_fields_say_what_was_written(string architectureName, string kernel, int page, string mmu)
    {
        using Machine machine = Recorded.Registry.Find(architectureName)!.CreateMachine(new MachineOptions { Kernel = kernel, PageBytes = page, Mmu = mmu, MemoryBytes = 64 << 20, TracksPages = true }, null);
        SwapEntryFormat format = machine.Kernel.Profile.SwapEntries!;
        ImmutableArray<EntryLayout> layouts = machine.EntryFormat.Layouts(0);
        foreach ((int type, string name) in new[] { (0, "swap entry"), (7, "swap entry"), (format.MigrationReadType, "migration entry, to be read only"), (format.MigrationWriteType, "migration entry, to be written to") })
        {
            ulong entry = format.Encode(new SwapEntry(type, 0x2b), exclusive: type < 8);
            EntryLayout layout = EntryLayout.Of(layouts, entry);

            Assert.Equal(name, layout.Name);
            Assert.Equal(63, layout.Fields[0].High);
            Assert.All(layout.Fields.Zip(layout.Fields.Skip(1)), pair => Assert.Equal(pair.First.Low - 1, pair.Second.High));
            Assert.Equal(0, layout.Fields[^1].Low);
            ulong Value(string field) => layout.Fields.Single(each => each.Name == field).ValueOf(entry);
            Assert.Equal((ulong)type, Value("type"));
            ulong offset = format.LowestOffsetBit != 0 ? Value("offset") << 1 | Value("offset 0") : Value("offset");
            Assert.Equal(0x2bul, (format.InvertsOffset ? ~offset : offset) & ((1ul << format.OffsetBits) - 1));
            Assert.Equal(format.Exclusive != 0 && type < 8, layout.Fields.Any(field => field.Name == "exclusive" && field.ValueOf(entry) == 1));
            Assert.Equal(format.Match, layout.Fields.Where(field => field.Name == "kind").Aggregate(0ul, (bits, field) => bits | field.ValueOf(entry) << field.Low));
        }
        Assert.Equal("empty", EntryLayout.Of(layouts, machine.EntryFormat.Empty(0)).Name);
        Assert.Equal(0ul, layouts[^1].Mask);        // fits all others
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Nothing_is_mapped_by_them_for_the_kernel_nor_for_the_hardware(string architectureName, string kernel, int page, string mmu)
    {
        Architecture architecture = Recorded.Registry.Find(architectureName)!;
        MachineOptions options = new() { Kernel = kernel, PageBytes = page, Mmu = mmu, MemoryBytes = 64 << 20, TracksPages = true };
        using Machine machine = architecture.CreateMachine(options, null);
        machine.Kernel.CreateAddressSpace(8 << 20, 0, out AddressSpace? space);
        PageTables tables = space!.Tables!;
        VirtualAddress va = new(0x4000_0000);
        Assert.True(machine.Kernel.Frames.TryAllocate(0, FrameUse.Anonymous, out PhysicalAddress frame));
        for (int bits = 0; bits < 64; bits++)
        {
            PageFlags flags = (PageFlags)bits & (PageFlags.Read | PageFlags.Write | PageFlags.Execute | PageFlags.Accessed | PageFlags.Dirty | PageFlags.Special);
            tables.TryMap(va, frame, flags);
            Assert.True(tables.TryFind(va, out LeafView leaf) && leaf.Target == frame, $"{flags}: 0x{leaf.Entry:x} is taken for a swap entry");
            Assert.False(tables.TryFindSwap(va, out _) || tables.TryNextSwap(default, new VirtualAddress(ulong.MaxValue), out _, out _), $"{flags}: 0x{leaf.Entry:x}");
        }

        SwapEntry swap = new(0, 0x1234);
        tables.WriteSwap(va, swap, exclusive: true);

        Assert.False(tables.TryFind(va, out _) || tables.TryNextLeaf(default, new VirtualAddress(ulong.MaxValue), out _));
        Assert.True(tables.TryFindSwap(va, out SwapEntry found) && found == swap);
        Assert.True(tables.TryNextSwap(default, new VirtualAddress(ulong.MaxValue), out VirtualAddress at, out found) && at == va && found == swap);
        foreach (AccessKind access in Enum.GetValues<AccessKind>())
        {
            tables.Steps(va, access, machine.UserControls, out _, out PageFault fault, out bool translated);
            Assert.False(translated);
            Assert.Equal((FaultKind.Absent, 0), (fault.Kind, fault.Level));
        }
        Assert.Contains("slot 4660 of area 0", tables.Explain(tables.Entries(tables.Tables().Last()).Single().Entry, 0), StringComparison.Ordinal);
        // The kernel moves them like any other entry.
        VirtualAddress to = new(0x5000_0000);
        Assert.Equal((ulong)page, tables.Move(va, to, (ulong)page, machine.Kernel.Profile.Moves));
        Assert.True(tables.TryFindSwap(to, out found) && found == swap && !tables.TryFindSwap(va, out _));
        tables.ClearSwap(to);
        Assert.False(tables.TryFindSwap(to, out _) || tables.TryFind(to, out _));
        machine.Kernel.Frames.Release(frame);
        space.Destroy();
    }

    public static TheoryData<string, string, int, string> Machines()
    {
        TheoryData<string, string, int, string> machines = [];
        foreach (Architecture architecture in Recorded.Registry.Architectures)
        {
            foreach (string kernel in architecture.Kernels)
            {
                foreach (string mmu in architecture.Mmus(kernel))
                {
                    foreach (int page in architecture.PageSizes)
                        machines.Add(architecture.Name, kernel, page, mmu);
                }
            }
        }
        return machines;
    }
}
