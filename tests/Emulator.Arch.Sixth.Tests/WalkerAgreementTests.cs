using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Emulator.ReferenceWalkers;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Sixth.Tests;

/// <summary>The product's walker against one that was written from the manual alone, on trees of our mapper, on broken ones, and on every entry.</summary>
public sealed class WalkerAgreementTests : IDisposable
{
    private const ulong Table = 0x01, Page = 0xdf;      // V; D, A, U, X, W, R, V
    private const ulong Target = 0x1000000 >> 12 << 10;

    private static readonly AccessKind[] Accesses = Enum.GetValues<AccessKind>();
    private static readonly ulong[] Settings = [.. Enumerable.Range(0, 8).Select(bits => (ulong)bits)];      // U-mode, SUM and MXR

    private readonly PhysicalMemory _memory = new(32 << 20);

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Trees_of_our_mapper_mean_what_the_manual_says_before_and_after_random_bit_flips(int levels) => SeededRuns.Run(8, random =>
    {
        using FrameAllocator frames = new(_memory, 12);
        PageTableGeometry tree = Tree(levels);
        Assert.True(PageTables<Riscv64Entry>.TryCreate(tree, frames, levels, null, out PageTables<Riscv64Entry> tables));
        List<ulong> addresses = RandomMappings(random, tables, levels);
        int translated = 0;
        foreach (ulong address in addresses)
            translated += Compare(tables.RootRegister, address, tree, random.Pick(Accesses), random.Pick(Settings)) ? 1 : 0;
        Assert.InRange(translated, addresses.Count / 20, addresses.Count);      // there is something to break
        PhysicalAddress[] places = [.. tables.Tables().Select(table => table.At)];
        PhysicalAddress[] used = [.. addresses.Select(address => tables.TryFind(new VirtualAddress(address & Lower(levels)), out LeafView leaf) ? leaf.At : default).Where(at => at.Value != 0)];
        for (int i = 0; i < 400; i++)
        {
            PhysicalAddress at = random.Chance(80) ? random.Pick(used) : random.Pick(places) + (ulong)random.Next(512) * 8;
            _memory.Write(at, _memory.Read<ulong>(at) ^ 1UL << random.Next(64));
            Compare(tables.RootRegister, random.Pick(addresses), tree, random.Pick(Accesses), random.Pick(Settings));
        }
        foreach (ulong address in addresses)
            Compare(tables.RootRegister, address, tree, random.Pick(Accesses), random.Pick(Settings));
        _memory.Clear(default, _memory.Bytes);
    });

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Every_combination_of_bits_at_every_level_acts_as_in_the_manual(int levels) => SeededRuns.Run(1, random =>
    {
        // V, R, W, X, U, G, A, D, a software bit, PPN bits that make a superpage of some level misaligned, two of the reserved ones, PBMT, N.
        int[] bits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 19, 28, 54, 60, 62, 63];
        ForEveryEntry(levels, bits, (root, tree) => Compare(root, 0, tree, random.Pick(Accesses), random.Pick(Settings)));
    });

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Every_combination_of_rights_mode_and_access_acts_as_in_the_manual(int levels)
    {
        int[] bits = [0, 1, 2, 3, 4, 6, 7];     // V, R, W, X, U, A, D
        int done = 0;
        ForEveryEntry(levels, bits, (root, tree) =>
        {
            ulong[] before = [.. Enumerable.Range(1, levels).Select(i => _memory.Read<ulong>(new PhysicalAddress((ulong)i << 20)))];
            foreach (AccessKind access in Accesses)
            {
                foreach (ulong setting in Settings)
                {
                    done += Compare(root, 0, tree, access, setting) ? 1 : 0;
                    for (int i = 0; i < levels; i++)
                        _memory.Write(new PhysicalAddress((ulong)(i + 1) << 20), before[i]);
                }
            }
        });

        // Of R, W and X the manual allows R, RW, X, RX and RWX: 4 can be read (and X too with MXR), 2 written, 3 executed. U-mode comes
        // with 4 settings of SUM and MXR, two of them with MXR; so does S-mode, to which user pages need SUM and never are code.
        int own = 4 * (4 + 2 + 3) + 2, supervisorOfUser = 2 * (4 + 2) + 1;
        int pages = levels * 4 * (own + own + supervisorOfUser);    // whatever A and D are
        // Above level 0, an entry with V alone leads on to a user page with all rights.
        int onward = (levels - 1) * (4 * 3 + 2 * 2);
        Assert.Equal(pages + onward, done);
    }

    [Theory]
    [InlineData(3, 0x0000_003f_ffff_ffff, true)]
    [InlineData(3, 0x0000_0040_0000_0000, false)]
    [InlineData(3, 0xffff_ffbf_ffff_ffff, false)]
    [InlineData(3, 0xffff_ffc0_0000_0000, true)]
    [InlineData(4, 0x0000_7fff_ffff_ffff, true)]
    [InlineData(4, 0x0000_8000_0000_0000, false)]
    [InlineData(4, 0xffff_8000_0000_0000, true)]
    [InlineData(5, 0x00ff_ffff_ffff_ffff, true)]
    [InlineData(5, 0x0100_0000_0000_0000, false)]
    [InlineData(5, 0xfeff_ffff_ffff_ffff, false)]
    [InlineData(5, 0xff00_0000_0000_0000, true)]
    public void An_address_repeats_its_highest_bit_or_faults(int levels, ulong address, bool reaches)
    {
        PageTableGeometry tree = Tree(levels);
        for (int entry = 0; entry < 512; entry++)
            _memory.Write(new PhysicalAddress(1 << 20) + (ulong)entry * 8, Page);       // superpages at 0

        ulong root = Riscv64Entry.RootRegister(new PhysicalAddress(1 << 20), levels);
        Assert.Equal(reaches, Compare(root, address, tree, AccessKind.Read, Riscv64Entry.UserMode));
    }

    [Fact]
    public void Satp_in_mode_Bare_translates_nothing()
    {
        Assert.True(PageTableWalker<Riscv64Entry>.TryWalk(_memory, Riscv64Trees.Sv39, 0, new VirtualAddress(0x1234567), AccessKind.Write, default, default(NoTrace), out Translation found, out _));

        Assert.Equal(0x1234567ul, found.Address.Value);
    }

    [Fact]
    public void Every_kind_of_access_has_its_two_faults()
    {
        PageTableGeometry tree = Riscv64Trees.Sv39;
        _memory.Write(new PhysicalAddress(1 << 20), (1UL << 40) | Table);     // a table far outside 32 MiB
        ulong root = Riscv64Entry.RootRegister(new PhysicalAddress(1 << 20), 3);
        List<int> causes = [];
        foreach (AccessKind access in Accesses)
        {
            foreach (ulong address in new[] { 0ul, 1ul << 30 })
            {
                Assert.False(Compare(root, address, tree, access, Riscv64Entry.UserMode));
                PageTableWalker<Riscv64Entry>.TryWalk(_memory, tree, root, new VirtualAddress(address), access, new MmuControls(Riscv64Entry.UserMode, 0), default(NoTrace), out _, out PageFault fault);
                causes.Add(Riscv64Entry.Describe(fault, default).Vector);
            }
        }

        Assert.Equal([5, 13, 7, 15, 1, 12], causes);    // table 4.2
    }

    public void Dispose() => _memory.Dispose();

    private static PageTableGeometry Tree(int levels) => levels switch { 3 => Riscv64Trees.Sv39, 4 => Riscv64Trees.Sv48, _ => Riscv64Trees.Sv57 };

    /// <summary>The addresses of the lower half.</summary>
    private static ulong Lower(int levels) => (1UL << (11 + 9 * levels)) - 1;

    /// <summary>Puts every combination of some bits into the entry of every level of one path, whose tables lie on 1 MiB, so that bits of an entry lead elsewhere.</summary>
    private void ForEveryEntry(int levels, int[] bits, Action<ulong, PageTableGeometry> test)
    {
        PageTableGeometry tree = Tree(levels);
        PhysicalAddress[] path = [.. Enumerable.Range(1, levels).Select(i => new PhysicalAddress((ulong)i << 20))];     // path[level]
        for (int level = 0; level < levels; level++)
        {
            for (int combination = 0; combination < 1 << bits.Length; combination++)
            {
                for (int other = 0; other < levels; other++)
                    _memory.Write(path[other], other == 0 ? Target | Page : path[other - 1].Value >> 12 << 10 | Table);
                // A superpage has to be aligned: it maps 0, and a pointer leads to the next table.
                ulong entry = 0;
                for (int i = 0; i < bits.Length; i++)
                    entry |= (combination >> i & 1) != 0 ? 1UL << bits[i] : 0;
                if (level > 0 && (entry & 0xe) == 0)
                    entry ^= path[level - 1].Value >> 12 << 10;
                _memory.Write(path[level], entry);
                test(Riscv64Entry.RootRegister(path[^1], levels), tree);
            }
        }
        _memory.Clear(default, _memory.Bytes);
    }

    /// <summary>Pages and superpages with random rights in the lower half, neighbours that are not mapped, and addresses of the upper half.</summary>
    private List<ulong> RandomMappings(Random random, PageTables<Riscv64Entry> tables, int levels)
    {
        List<ulong> addresses = [Lower(levels), Lower(levels) + 1, ulong.MaxValue, ~Lower(levels)];
        for (int cluster = 0; cluster < 40; cluster++)
        {
            ulong start = (ulong)random.NextInt64((long)Lower(levels)) & ~0xffful;
            if (random.Chance(20))
            {
                int level = random.Next(1, 3);
                ulong large = start & ~((1UL << (12 + 9 * level)) - 1);
                tables.TryMapLarge(new VirtualAddress(large), new PhysicalAddress((ulong)random.Next(8) << (12 + 9 * level)), RandomFlags(random), level);
            }
            for (int page = 0; page < 8; page++)
            {
                ulong va = start + (ulong)page * 4096;
                if (random.Chance(70))
                    tables.TryMap(new VirtualAddress(va), new PhysicalAddress((ulong)random.Next((int)(_memory.Bytes >> 12)) << 12), RandomFlags(random));
                addresses.Add(va + (ulong)random.Next(4096));
            }
        }
        return addresses;
    }

    private static PageFlags RandomFlags(Random random) => (PageFlags)random.Next(64);

    /// <summary>Walks both ways and holds that they agree on everything.</summary>
    /// <returns>Whether the access is done.</returns>
    private bool Compare(ulong root, ulong address, PageTableGeometry tree, AccessKind access, ulong setting)
    {
        RiscvControls controls = new((setting & Riscv64Entry.UserMode) != 0, (setting & Riscv64Entry.SupervisorUserMemory) != 0, (setting & Riscv64Entry.MakeExecutableReadable) != 0);
        RiscvAccessType type = access switch { AccessKind.Write => RiscvAccessType.Store, AccessKind.Fetch => RiscvAccessType.Fetch, _ => RiscvAccessType.Load };
        RiscvReferenceWalker reference = new(at => _memory.Contains(new PhysicalAddress(at), 8) ? _memory.Read<ulong>(new PhysicalAddress(at)) : null, controls);
        RiscvWalk expected = reference.Walk(root, address, type);
        MmuControls ours = new(setting, 0);

        bool translated = PageTableWalker<Riscv64Entry>.TryWalk(_memory, tree, root, new VirtualAddress(address), access, ours, default(NoTrace), out Translation found, out PageFault fault);

        string what = $"{access} of {address:x} under {controls}: {string.Join(' ', expected.Entries.Select(entry => $"{entry.Value:x}"))}";
        Assert.True(translated == (expected.Cause is null), $"{what}: {(translated ? found : fault)}, the manual says {expected.Cause?.ToString() ?? "done"}");
        if (translated)
            Assert.True((expected.PhysicalAddress, expected.Level, expected.NewLeaf) == (found.Address.Value, found.Level, found.Entry), $"{what}: {found}, the manual says {expected.PhysicalAddress:x}");
        else
            Assert.True((expected.Cause, expected.Level) == (Riscv64Entry.Describe(fault, ours).Vector, fault.Level), $"{what}: {fault}, the manual says {expected.Cause} at level {expected.Level}");
        for (int i = 0; i < expected.Entries.Count; i++)
        {
            RiscvEntry entry = expected.Entries[i];
            ulong now = _memory.Read<ulong>(new PhysicalAddress(entry.Address)), must = translated && i == expected.Entries.Count - 1 ? expected.NewLeaf : entry.Value;
            // A broken tree may pass the same entry twice.
            Assert.True(now == must || (translated && expected.Entries[^1].Address == entry.Address && now == expected.NewLeaf), $"{what}: the entry at {entry.Address:x} was {entry.Value:x}, is {now:x}, should be {must:x}");
        }
        return translated;
    }
}
