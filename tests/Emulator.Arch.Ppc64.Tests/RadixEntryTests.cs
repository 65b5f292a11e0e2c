using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Emulator.Judges;
using Emulator.ReferenceWalkers;
using Xunit;

namespace Emulator.Arch.Ppc64.Tests;

/// <summary>Every combination of the bits of a radix entry, at every level: the model, the manual and QEMU say the same.</summary>
public class RadixEntryTests(ITestOutputHelper output)
{
    private const ulong Valid = 1UL << 63, Leaf = 1UL << 62;
    private const ulong Root = 0x10_0000, Tables = 0x20_0000, Frames = 0x200_0000;       // 1 MiB, 2 MiB, 32 MiB
    private const ulong FrameBytes = 0x20_0000;
    private const ulong ProcessEntry = 2UL << 61 | 5 << 5 | Root | 13;

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(4096)]
    [InlineData(65536)]
    public void Every_leaf_acts_as_in_the_manual(int pageBytes)
    {
        using Image image = new(pageBytes);
        List<(ulong Address, ulong At)> pages = [];
        // V, L; R, C; ATT; EAA: ten bits, and the software bits with one of them. Level 0 pages, level 1: 2 MiB, level 2: 1 GiB, level 3: too large.
        for (int level = 0; level <= 3; level++)
        {
            for (ulong bits = 0; bits < 1024; bits++)
            {
                bool valid = (bits & 512) != 0, leaf = (bits & 256) != 0;
                if (level > 0 && valid && !leaf)
                    continue;       // a table: see the other test
                ulong entry = (valid ? Valid : 0) | (leaf ? Leaf : 0) | (bits >> 6 & 3) << 7 | bits & 0x3f | (bits % 3 == 0 ? 0x2000_0000_0000_0e00UL : 0);
                pages.Add(image.Place(level, entry | (level > 1 ? 0 : Frames)));
            }
        }
        Check(image, pages);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(4096)]
    [InlineData(65536)]
    public void Every_table_entry_acts_as_in_the_manual(int pageBytes)
    {
        using Image image = new(pageBytes);
        List<(ulong Address, ulong At)> pages = [];
        for (int level = 1; level <= 3; level++)
        {
            // All sizes of the next level. The other page size's would be right for the machine, but a Linux tree has one page size.
            for (ulong size = 0; size < 32; size++)
            {
                if (level == 1 && size is 5 or 9 && (int)size != image.Tree[0].IndexBits)
                    continue;
                for (ulong bits = 0; bits < 8; bits++)
                {
                    ulong software = ((bits & 1) != 0 ? 0x2000_0000_0000_0000UL : 0) | ((bits & 2) != 0 ? 0xc0UL : 0);
                    pages.Add(image.PlaceTable(level, ((bits & 4) != 0 ? Valid : 0) | size | software));
                }
            }
        }
        Check(image, pages);
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Addresses_outside_quadrant_zero_give_segment_interrupts()
    {
        using Image image = new(4096);
        List<(ulong, ulong)> pages = [.. Enumerable.Range(52, 10).Select(bit => (1UL << bit, 0UL))];
        Check(image, pages);
    }

    private void Check(Image image, IReadOnlyList<(ulong Address, ulong At)> pages)
    {
        (ulong Address, Ppc64Access Access)[] accesses = [.. pages.SelectMany(page => Agreement.AllAccesses.Select(access => (page.Address, access)))];
        byte[] start = image.Memory.Slice(default, checked((int)image.Memory.Bytes)).ToArray();
        using Ppc64Judge judge = Ppc64Judge.Load(start, new Ppc64JudgeOptions());
        IReadOnlyList<Ppc64Outcome> seen = judge.Probe(new Ppc64State { ProcessTableEntry = ProcessEntry }, [.. accesses.Select(a => Agreement.Probe(a.Address, a.Access))]);

        List<string> differences = [];
        Ppc64RadixReferenceWalker manual = new(image.Read);
        Ppc64RadixReferenceWalker qemu = new(image.Read, KnownDeviations.LargestRadixPageShift(JudgeProgram.Qemu, 30));
        HashSet<ulong> judgedOtherwise = [];
        for (int i = 0; i < accesses.Length; i++)
        {
            (ulong address, Ppc64Access access) = accesses[i];
            Ppc64Walk expected = manual.Walk(ProcessEntry, address, access), byQemu = qemu.Walk(ProcessEntry, address, access);
            if (expected != byQemu && byQemu.EntryAddress is { } otherwise)
                judgedOtherwise.Add(otherwise);
            if (seen[i] != Agreement.Outcome(byQemu, address))
                differences.Add($"{access} {address:x16}: QEMU {seen[i]}, expected of it {Agreement.Outcome(byQemu, address)}");
            Ppc64Outcome model = image.Walk(address, access, out PhysicalAddress? found);
            if (model != Agreement.Outcome(expected, address) || found?.Value != expected.RealAddress)
                differences.Add($"{access} {address:x16}: model {model} {found}, manual {expected}");
        }
        // R and C: the model's accesses have left the tables as QEMU's have.
        foreach ((ulong address, ulong at) in pages)
        {
            ulong byJudge = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(judge.ReadPhysical(at, 8)), byModel = image.Read(at)!.Value;
            if (at != 0 && byJudge != byModel && !judgedOtherwise.Contains(at))
                differences.Add($"{address:x16}: entry after, QEMU {byJudge:x16}, model {byModel:x16}");
        }
        output.WriteLine($"{accesses.Length} accesses: {Agreement.Summary(seen)}");
        Agreement.None(differences);
    }

    /// <summary>A tree made by hand: below one root slot for each level a chain that allows all, and in its last table the entries under test.</summary>
    private sealed class Image : IDisposable
    {
        private const ulong All = Valid | Leaf | 7;
        private readonly Dictionary<int, (ulong Table, ulong Prefix, int Next)> _open = [];
        private readonly int _pageShift;
        private ulong _next = Tables;
        private int _slot = 1;

        public Image(int pageBytes)
        {
            _pageShift = pageBytes == 4096 ? 12 : 16;
            Tree = Ppc64Trees.Radix61(_pageShift);
            Agreement.FillFrame(Memory, new PhysicalAddress(Frames), (int)FrameBytes);
            Agreement.FillFrame(Memory, default, 4096);     // 1 GiB pages lead to address 0
        }

        public PhysicalMemory Memory { get; } = new(48 << 20);

        public PageTableGeometry Tree { get; }

        public ulong? Read(ulong at) => Memory.TryReadEntry(new PhysicalAddress(at), 8, ByteOrder.BigEndian, out ulong entry) ? entry : null;

        /// <summary>Puts a leaf into a table of <paramref name="level"/>; gives an address that it maps and the entry's place.</summary>
        public (ulong Address, ulong At) Place(int level, ulong entry)
        {
            (ulong table, ulong prefix, int index) = Slot(level);
            ulong at = table + ((ulong)index * 8), address = prefix | ((ulong)index << Tree[level].Shift);
            Write(at, entry);
            return (address, at);
        }

        /// <summary>Puts an entry for a table, with a good table behind it, into a table of <paramref name="level"/>.</summary>
        public (ulong Address, ulong At) PlaceTable(int level, ulong entry)
        {
            (ulong address, ulong at) = Place(level, 0);
            ulong below = Good(level - 1);
            Write(at, entry | below);
            return (address, at);
        }

        public Ppc64Outcome Walk(ulong address, Ppc64Access access, out PhysicalAddress? found) => _pageShift == 12
            ? Walk<Ppc64Entry61<RadixUpper<SmallPages>>>(address, access, out found)
            : Walk<Ppc64Entry61<RadixUpper<LargePages>>>(address, access, out found);

        public void Dispose() => Memory.Dispose();

        private Ppc64Outcome Walk<TCodec>(ulong address, Ppc64Access access, out PhysicalAddress? found)
            where TCodec : struct, IPageTableEntryCodec
        {
            MmuControls controls = Agreement.Controls(access);
            bool translated = PageTableWalker<TCodec>.TryWalk(Memory, Tree, ProcessEntry, new VirtualAddress(address), Agreement.Kind(access), controls,
                default(NoTrace), out Translation translation, out PageFault fault);
            found = translated ? translation.Address : null;
            return Agreement.Outcome(translated ? null : TCodec.Describe(fault, controls), address);
        }

        private ulong Good(int level)
        {
            ulong table = NewTable(level);
            Write(table, level == 0 ? All | Frames : Valid | Good(level - 1) | (uint)Tree[level - 1].IndexBits);
            return table;
        }

        private (ulong Table, ulong Prefix, int Index) Slot(int level)
        {
            if (level == 3)
                return (Root, 0, _slot++);
            if (!_open.TryGetValue(level, out (ulong Table, ulong Prefix, int Next) open) || open.Next == Tree[level].Entries)
            {
                open = (Root, 0, 0);
                for (int upper = 3; upper > level; upper--)
                {
                    int index = upper == 3 ? _slot++ : 1;
                    ulong table = NewTable(upper - 1);
                    Write(open.Table + ((ulong)index * 8), Valid | table | (uint)Tree[upper - 1].IndexBits);
                    open = (table, open.Prefix | ((ulong)index << Tree[upper].Shift), 0);
                }
            }
            _open[level] = open with { Next = open.Next + 1 };
            return (open.Table, open.Prefix, open.Next);
        }

        private ulong NewTable(int level)
        {
            ulong bytes = Math.Max(4096, 8UL << Tree[level].IndexBits), table = _next;
            _next += bytes;
            return _next <= Frames ? table : throw new InvalidOperationException("no room for more tables");
        }

        private void Write(ulong at, ulong entry) => Memory.WriteEntry(new PhysicalAddress(at), 8, ByteOrder.BigEndian, entry);
    }
}
