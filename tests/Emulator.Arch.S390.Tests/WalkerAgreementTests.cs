using System.Buffers.Binary;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.ReferenceWalkers;
using Emulator.Testing;
using Xunit;
using Entry = Emulator.Arch.S390.S390Entry<Emulator.Arch.S390.S390SoftwareBits61>;
using Reference = Emulator.ReferenceWalkers;

namespace Emulator.Arch.S390.Tests;

/// <summary>The product's MMU against a walker that was written from the manual alone, on trees of our mapper, on broken ones, and on every entry.</summary>
public sealed class WalkerAgreementTests : IDisposable
{
    private readonly PhysicalMemory _memory = new(32 << 20);
    private readonly Mmu<Entry> _mmu;

    public WalkerAgreementTests() => _mmu = new Mmu<Entry>(_memory, S390Trees.Dat);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Trees_of_our_mapper_mean_what_the_manual_says_before_and_after_random_bit_flips(int depth) => SeededRuns.Run(4, random =>
    {
        using FrameAllocator frames = new(_memory, 12);
        Assert.True(PageTables<Entry>.TryCreate(S390Trees.Dat, frames, depth, null, out PageTables<Entry> tables));
        List<ulong> addresses = RandomMappings(random, tables);
        ulong asce = tables.RootRegister;
        foreach (ulong address in addresses)
            Compare(random, asce, address, RandomControls(random));
        TableView[] places = [.. tables.Tables()];
        for (int i = 0; i < 400; i++)
        {
            TableView table = random.Pick(places);
            int index = S390Trees.Dat[table.Level].IndexOf(random.Chance(50) ? table.First : table.Last);
            PhysicalAddress at = table.At + (ulong)index * 8;
            // Often a low bit, where the flags are.
            ulong flip = 1UL << (random.Chance(70) ? random.Next(12) : random.Next(64));
            Store(at, Load(at) ^ flip);
            if (random.Chance(10))
                asce ^= 1UL << random.Next(12);
            Compare(random, asce, random.Pick(addresses), RandomControls(random));
        }
        foreach (ulong address in addresses)
            Compare(random, asce, address, RandomControls(random));
        _memory.Clear(default, _memory.Bytes);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_combination_of_bits_at_every_level_acts_as_in_the_manual(int level) => SeededRuns.Run(1, random =>
    {
        // TL, TT, C, I, TF, IEP, P, FC or I, bit 52, and address bits of tables and of large frames.
        int[] bits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20, 31];
        PhysicalAddress[] path = [.. Enumerable.Range(1, 5).Select(i => new PhysicalAddress((ulong)i << 20))];
        for (int below = 1; below < 5; below++)
            _memory.FillEntries(path[below], 16384, 8, ByteOrder.BigEndian, Entry.Table(path[below - 1], below));
        _memory.FillEntries(path[0], 2048, 8, ByteOrder.BigEndian, 0x1000000);
        for (int combination = 0; combination < 1 << bits.Length; combination++)
        {
            ulong entry = level == 0 ? 0x1000000 : Entry.Table(path[level - 1], level);
            for (int i = 0; i < bits.Length; i++)
                entry ^= (combination >> i & 1) != 0 ? 1UL << bits[i] : 0;
            ulong address = (ulong)random.NextInt64() ^ (ulong)random.Next(2) << 63;
            Store(path[level] + S390Trees.Dat[level].OffsetOf(new VirtualAddress(address)), entry);
            Compare(random, path[4].Value | 0x0f | (random.Chance(50) ? 0x100ul : 0), address, RandomControls(random));
            Store(path[level] + S390Trees.Dat[level].OffsetOf(new VirtualAddress(address)), level == 0 ? 0x1000000 : Entry.Table(path[level - 1], level));
        }
        _memory.Clear(default, _memory.Bytes);
    });

    [Fact]
    public void Every_ASCE_acts_as_in_the_manual() => SeededRuns.Run(1, random =>
    {
        PhysicalAddress[] path = [.. Enumerable.Range(1, 5).Select(i => new PhysicalAddress((ulong)i << 20))];
        for (int below = 1; below < 5; below++)
            _memory.FillEntries(path[below], 16384, 8, ByteOrder.BigEndian, Entry.Table(path[below - 1], below));
        _memory.FillEntries(path[0], 2048, 8, ByteOrder.BigEndian, 0x1000000);
        for (ulong low = 0; low < 4096; low++)
        {
            int top = (int)(low >> 2 & 3) + 1;
            for (int i = 0; i < 6; i++)
            {
                ulong address = (ulong)random.NextInt64() ^ (ulong)random.Next(2) << 63;
                address = random.Chance(70) ? address & S390Trees.Dat.LastAddress(top + 1).Value : address;
                Compare(random, path[top].Value | low, address, RandomControls(random));
            }
        }
        _memory.Clear(default, _memory.Bytes);
    });

    public void Dispose()
    {
        _mmu.Dispose();
        _memory.Dispose();
    }

    /// <summary>Pages and large pages with random rights, and neighbours that are not mapped.</summary>
    private List<ulong> RandomMappings(Random random, PageTables<Entry> tables)
    {
        ulong last = S390Trees.Dat.LastAddress(tables.Depth).Value;
        List<ulong> addresses = [0, last, unchecked(last + 1), ulong.MaxValue];
        for (int cluster = 0; cluster < 40; cluster++)
        {
            ulong start = ((ulong)random.NextInt64() ^ (ulong)random.Next(2) << 63) & last & ~0xffful;
            if (random.Chance(20) && tables.Depth > 2)
            {
                int level = random.Next(1, 3);
                ulong span = S390Trees.Dat[level].EntrySpan;
                tables.TryMapLarge(new VirtualAddress(start & ~(span - 1)), new PhysicalAddress(span * (ulong)random.Next(3)), RandomFlags(random), level);
            }
            for (int page = 0; page < 8; page++)
            {
                ulong va = start + (ulong)page * 4096;
                if (va < start || va > last)
                    break;
                if (random.Chance(70))
                    tables.TryMap(new VirtualAddress(va), new PhysicalAddress((ulong)random.Next((int)(_memory.Bytes >> 12) + 100) << 12), RandomFlags(random));
                addresses.Add(va + (ulong)random.Next(4096));
            }
        }
        return addresses;
    }

    private static PageFlags RandomFlags(Random random) => (PageFlags)random.Next(64);

    private static S390Controls RandomControls(Random random)
    {
        S390Controls controls = random.Next(3) switch { 0 => S390Controls.None, 1 => S390Controls.Edat1, _ => S390Controls.Edat1 | S390Controls.Edat2 };
        return controls | (random.Chance(50) ? S390Controls.InstructionExecutionProtection : 0);
    }

    private ulong Load(PhysicalAddress at) => _memory.ReadEntry(at, 8, ByteOrder.BigEndian);

    private void Store(PhysicalAddress at, ulong entry) => _memory.WriteEntry(at, 8, ByteOrder.BigEndian, entry);

    private void Compare(Random random, ulong asce, ulong address, S390Controls flags)
    {
        AccessKind access = (AccessKind)random.Next(3);
        Reference.S390Controls controls = new()
        {
            EnhancedDat1 = flags.HasFlag(S390Controls.Edat1),
            EnhancedDat2 = flags.HasFlag(S390Controls.Edat2),
            InstructionExecutionProtection = flags.HasFlag(S390Controls.InstructionExecutionProtection),
        };
        S390AccessType type = access switch { AccessKind.Write => S390AccessType.Store, AccessKind.Fetch => S390AccessType.InstructionFetch, _ => S390AccessType.Fetch };
        S390ReferenceWalker reference = new(at => _memory.Contains(new PhysicalAddress(at), 8) ? BinaryPrimitives.ReverseEndianness(_memory.Read<ulong>(new PhysicalAddress(at))) : null, controls);
        S390Walk expected = reference.Walk(asce, address, type, S390Space.Primary);
        MmuControls ours = Entry.Controls(flags);
        _mmu.LoadRoot(asce, ours);

        bool translated = _mmu.TryTranslate(new VirtualAddress(address), access, out PhysicalAddress found, out PageFault fault);

        string what = $"{access} of {address:x} under ASCE {asce:x}, {flags}: {string.Join(' ', expected.Entries.Select(entry => $"{entry.Level}:{entry.Value:x}"))}";
        Assert.True(translated == expected.InterruptionCode is null, $"{what}: {(translated ? found : fault)}, the manual says {expected.InterruptionCode:x}");
        if (translated)
        {
            Assert.True(expected.RealAddress == found.Value, $"{what}: {found}, the manual says {expected.RealAddress:x}");
            return;
        }
        HardwareFault words = Entry.Describe(fault, ours);
        Assert.True(expected.InterruptionCode == words.Vector && (expected.TranslationExceptionIdentification ?? 0) == words.Code,
            $"{what}: {words.Name} {words.Vector:x} {words.Code:x}, the manual says {expected.InterruptionCode:x} {expected.TranslationExceptionIdentification:x}");
    }
}
