using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Emulator.ReferenceWalkers;
using Emulator.Testing;
using Xunit;
using Reference = Emulator.ReferenceWalkers;

namespace Emulator.Arch.Amd64.Tests;

/// <summary>The product's walker against one that was written from the manual alone, on trees of our mapper, on broken ones, and on every entry.</summary>
public sealed class WalkerAgreementTests : IDisposable
{
    private const ulong Accessed = 0x20, Dirty = 0x40;
    private const ulong Permissive = 0x67;

    private readonly PhysicalMemory _memory = new(32 << 20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Trees_of_our_mapper_mean_what_the_manual_says_before_and_after_random_bit_flips(bool la57) => SeededRuns.Run(6, random =>
    {
        using FrameAllocator frames = new(_memory, 12);
        PageTableGeometry tree = la57 ? Amd64Trees.FiveLevel : Amd64Trees.FourLevel;
        Assert.True(PageTables<Amd64Entry>.TryCreate(tree, frames, tree.MaxDepth, null, out PageTables<Amd64Entry> tables));
        List<ulong> addresses = RandomMappings(random, tables, la57);
        foreach (ulong address in addresses)
            Compare(random, tables.RootRegister, address, tree, RandomControls(random, la57));
        PhysicalAddress[] places = [.. tables.Tables().Select(table => table.At)];
        PhysicalAddress[] leaves =
        [
            .. addresses.Select(address => tables.TryFind(new VirtualAddress(address & (1UL << (la57 ? 56 : 47)) - 1), out LeafView leaf) ? leaf.At : places[0]),
        ];
        for (int i = 0; i < 400; i++)
        {
            PhysicalAddress at = random.Pick(places) + (ulong)random.Next(512) * 8;
            if (random.Chance(50))      // half of them entries that are in use
                at = random.Pick(leaves);
            _memory.Write(at, _memory.Read<ulong>(at) ^ 1UL << random.Next(64));
            Compare(random, tables.RootRegister, random.Pick(addresses), tree, RandomControls(random, la57));
        }
        foreach (ulong address in addresses)
            Compare(random, tables.RootRegister, address, tree, RandomControls(random, la57));
        _memory.Clear(default, _memory.Bytes);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_combination_of_bits_at_every_level_acts_as_in_the_manual(bool la57) => SeededRuns.Run(1, random =>
    {
        // P, R/W, U/S, A, D, PS or PAT, G, PAT of a large page, address bits that must be zero in some of them, MAXPHYADDR, key, XD.
        int[] bits = [0, 1, 2, 5, 6, 7, 8, 12, 13, 20, 29, 51, 59, 60, 63];
        PageTableGeometry tree = la57 ? Amd64Trees.FiveLevel : Amd64Trees.FourLevel;
        PhysicalAddress[] path = [.. Enumerable.Range(1, tree.MaxDepth).Select(i => new PhysicalAddress((ulong)i << 20))];     // path[level]: on 1 MiB, so that bits of an entry lead elsewhere
        for (int level = 0; level < tree.MaxDepth; level++)
        {
            for (int below = 0; below < tree.MaxDepth; below++)
                _memory.Write(path[below], (below == 0 ? 0x1000000ul : path[below - 1].Value) | Permissive);
            for (int combination = 0; combination < 1 << bits.Length; combination++)
            {
                ulong entry = level == 0 ? 0x1000000ul : path[level - 1].Value;
                for (int i = 0; i < bits.Length; i++)
                    entry ^= (combination >> i & 1) != 0 ? 1UL << bits[i] : 0;
                _memory.Write(path[level], entry);
                Compare(random, path[^1].Value, 0, tree, RandomControls(random, la57));
            }
        }
        _memory.Clear(default, _memory.Bytes);
    });

    [Theory]
    [InlineData(0x0000_7fff_ffff_ffff, true, true)]
    [InlineData(0x0000_8000_0000_0000, false, true)]
    [InlineData(0xffff_7fff_ffff_ffff, false, true)]
    [InlineData(0xffff_8000_0000_0000, true, true)]
    [InlineData(0x00ff_ffff_ffff_ffff, false, true)]
    [InlineData(0x0100_0000_0000_0000, false, false)]
    [InlineData(0xfeff_ffff_ffff_ffff, false, false)]
    [InlineData(0xff00_0000_0000_0000, true, true)]
    public void An_address_is_canonical_or_a_general_protection_fault(ulong address, bool with48, bool with57)
    {
        foreach ((bool la57, bool canonical) in (ReadOnlySpan<(bool, bool)>)[(false, with48 && !(address == 0xff00_0000_0000_0000)), (true, with57)])
        {
            PageTableGeometry tree = la57 ? Amd64Trees.FiveLevel : Amd64Trees.FourLevel;
            MmuControls controls = Amd64Entry.Controls(la57 ? Amd64Controls.La57 : Amd64Controls.None);

            Assert.False(PageTableWalker<Amd64Entry>.TryWalk(_memory, tree, 0, new VirtualAddress(address), AccessKind.Read, controls, default(NoTrace), out _, out PageFault fault));

            Assert.Equal(canonical ? ("#PF", 14) : ("#GP", 13), (Amd64Entry.Describe(fault, controls).Name, Amd64Entry.Describe(fault, controls).Vector));
        }
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>Pages and large pages with random rights in both halves, and neighbours that are not mapped.</summary>
    private List<ulong> RandomMappings(Random random, PageTables<Amd64Entry> tables, bool la57)
    {
        List<ulong> addresses = [(1UL << (la57 ? 56 : 47)) - 1, 1UL << (la57 ? 56 : 47), ulong.MaxValue];
        for (int cluster = 0; cluster < 40; cluster++)
        {
            ulong start = (ulong)random.NextInt64(1L << (la57 ? 56 : 47)) & ~0xffful;
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

    private static (Amd64Controls Flags, int PhysicalBits, uint Pkru) RandomControls(Random random, bool la57)
    {
        Amd64Controls flags = (Amd64Controls)random.Next(512) & ~Amd64Controls.La57;
        return (la57 ? flags | Amd64Controls.La57 : flags, random.Next(36, 53), (uint)random.NextInt64(1L << 32));
    }

    private void Compare(Random random, ulong root, ulong address, PageTableGeometry tree, (Amd64Controls Flags, int PhysicalBits, uint Pkru) setting)
    {
        AccessKind access = (AccessKind)random.Next(3);
        bool Has(Amd64Controls flag) => setting.Flags.HasFlag(flag);
        Reference.Amd64Controls controls = new()
        {
            La57 = Has(Amd64Controls.La57),
            WriteProtect = Has(Amd64Controls.WriteProtect),
            NoExecute = Has(Amd64Controls.NoExecute),
            Smep = Has(Amd64Controls.Smep),
            Smap = Has(Amd64Controls.Smap),
            ProtectionKeys = Has(Amd64Controls.ProtectionKeys),
            Pkru = setting.Pkru,
            PhysicalAddressBits = setting.PhysicalBits,
            GigabytePages = Has(Amd64Controls.GigabytePages),
        };
        Amd64AccessType type = access switch { AccessKind.Write => Amd64AccessType.Write, AccessKind.Fetch => Amd64AccessType.Fetch, _ => Amd64AccessType.Read };
        Amd64ReferenceWalker reference = new(at => _memory.Contains(new PhysicalAddress(at), 8) ? _memory.Read<ulong>(new PhysicalAddress(at)) : null, controls);
        Amd64Walk expected = reference.Walk(root, address, new Amd64Access(type, Has(Amd64Controls.User)) { AlignmentCheck = Has(Amd64Controls.AlignmentCheck) });
        MmuControls ours = Amd64Entry.Controls(setting.Flags, setting.PhysicalBits, setting.Pkru);

        bool translated = PageTableWalker<Amd64Entry>.TryWalk(_memory, tree, root, new VirtualAddress(address), access, ours, default(NoTrace), out Translation found, out PageFault fault);

        string what = $"{access} of {address:x} under {setting}: {string.Join(' ', expected.Entries.Select(entry => $"{entry.Value:x}"))} {expected.LastEntry?.Value:x}";
        Assert.True(translated == (expected.End == Amd64WalkEnd.Translated), $"{what}: {(translated ? found : fault)}, the manual says {expected.End} {expected.ErrorCode:x}");
        if (translated)
        {
            Assert.True(expected.PhysicalAddress == found.Address.Value, $"{what}: {found}, the manual says {expected.PhysicalAddress:x}");
            Assert.Equal(expected.Level - 1, found.Level);
        }
        else
        {
            HardwareFault words = Amd64Entry.Describe(fault, ours);
            (string, ulong) manual = expected.End switch
            {
                Amd64WalkEnd.GeneralProtection => ("#GP", 0ul),
                Amd64WalkEnd.PageFault => ("#PF", expected.ErrorCode),
                _ => ("#MC", 0ul),
            };
            Assert.True(manual == (words.Name, words.Code), $"{what}: {words}, the manual says {manual}");
            if (expected.End == Amd64WalkEnd.PageFault)
                Assert.Equal(expected.Level - 1, fault.Level);
        }
        AssertMarks(expected, what);
    }

    /// <summary>Accessed in every entry used and dirty in the leaf of a store, if the access is done; else nothing, but accessed bits above the leaf.</summary>
    private void AssertMarks(Amd64Walk expected, string what)
    {
        // One entry may serve at several levels: what it gets at each adds up.
        foreach (IGrouping<ulong, (Reference.Amd64Entry Entry, bool Leaf)> uses in expected.Entries
            .Select((entry, i) => (entry, expected.ReachedLeaf && i == expected.Entries.Count - 1)).GroupBy(use => use.entry.Address))
        {
            Reference.Amd64Entry entry = uses.First().Entry;
            ulong now = _memory.Read<ulong>(new PhysicalAddress(entry.Address)), must = entry.Value;
            if (expected.End == Amd64WalkEnd.Translated)
                must |= Accessed | (uses.Any(use => use.Leaf) && expected.SetsDirty ? Dirty : 0);
            else if (uses.Any(use => !use.Leaf))
                must |= now & Accessed;
            Assert.True(now == must, $"{what}: the entry at {entry.Address:x} was {entry.Value:x}, is {now:x}, should be {must:x}");
        }
    }
}
