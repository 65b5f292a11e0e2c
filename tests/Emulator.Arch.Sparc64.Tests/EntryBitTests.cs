using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;

namespace Emulator.Arch.Sparc64.Tests;

/// <summary>Every combination of the bits of every entry format, against the reference written from the manuals.</summary>
public class EntryBitTests(ITestOutputHelper output)
{
    // V, size, NFO, IE, exec, modified, accessed, read, write, present, L, CP, CV, E, P, W, G
    private const ulong Sun4uBits = 1UL << 63 | 3UL << 61 | 1UL << 60 | 1UL << 59 | 0x1fff;

    // V, NFO, modified, accessed, read, write, IE, E, CP, CV, P, EP, W, present, size
    private const ulong Sun4vBits = 1UL << 63 | 0xfUL << 59 | 1UL << 58 | 0x1fc0 | 0x10 | 7;

    private static readonly VirtualAddress Address = new(0x3_5a8c_e128);

    [Fact]
    public void Sun4u_leaves_of_2_6_32() => AllLeaves<Sun4uTte, ShiftedUpper>(Sparc64Trees.V2632, Sun4uBits);

    [Fact]
    public void Sun4u_leaves_of_6_1() => AllLeaves<Sun4uTte, PlainUpper>(Sparc64Trees.V61, Sun4uBits);

    [Fact]
    public void Sun4v_leaves_of_2_6_32() => AllLeaves<Sun4vTte, ShiftedUpper>(Sparc64Trees.V2632, Sun4vBits);

    [Fact]
    public void Sun4v_leaves_of_6_1() => AllLeaves<Sun4vTte, PlainUpper>(Sparc64Trees.V61, Sun4vBits);

    [Fact]
    public void Four_byte_upper_entries_of_2_6_32_are_addresses_shifted_by_11() => AllUpper<Sun4uTte, ShiftedUpper>(Sparc64Trees.V2632, 0, 32);

    [Fact]
    public void Eight_byte_upper_entries_of_6_1_are_addresses() => AllUpper<Sun4uTte, PlainUpper>(Sparc64Trees.V61, 13, 64);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hardware_bits_travel_with_software_bits(bool sun4v)
    {
        for (int bits = 0; bits < 128; bits++)
        {
            PageFlags flags = (PageFlags)bits;
            PageFlags rights = flags & (PageFlags.Read | PageFlags.Write | PageFlags.Execute);
            bool readable = flags.HasFlag(PageFlags.Read);
            if (rights != 0 && !readable)
                continue;                               // protection_map[] has no page that is writable or executable alone

            ulong entry = sun4v ? Sun4vTte.Encode(new PhysicalAddress(0x2000), flags) : Sun4uTte.Encode(new PhysicalAddress(0x2000), flags);
            PageFlags back = sun4v ? Sun4vTte.Flags(entry) : Sun4uTte.Flags(entry);
            bool valid = entry >> 63 == 1;
            bool hardwareWrite = (entry & (sun4v ? 0x40UL : 0x02UL)) != 0;
            bool modified = (entry & (sun4v ? 1UL << 61 : 0x800UL)) != 0;
            bool accessed = (entry & (sun4v ? 1UL << 60 : 0x400UL)) != 0;

            // pte_mkyoung() sets ACCESSED and V together; PAGE_NONE has ACCESSED alone, so that every access faults.
            Assert.Equal(readable && flags.HasFlag(PageFlags.Accessed), valid);
            Assert.Equal(rights == 0 || flags.HasFlag(PageFlags.Accessed), accessed);
            // pte_mkdirty() sets MODIFIED and W together; pte_wrprotect() clears WRITE and W; v6.1's pte_modify() clears W.
            bool dirty = rights != 0 && flags.HasFlag(PageFlags.Dirty);
            Assert.Equal(dirty, modified);
            Assert.Equal(dirty && flags.HasFlag(PageFlags.Write) && !flags.HasFlag(PageFlags.TrapStore), hardwareWrite);
            Assert.Equal(rights, back & (PageFlags.Read | PageFlags.Write | PageFlags.Execute));
        }
    }

    private void AllLeaves<TLeaf, TUpper>(PageTableGeometry shape, ulong mask)
        where TLeaf : struct, ITranslationTableEntry
        where TUpper : struct, ISparc64Upper
    {
        using Tree<TLeaf, TUpper> tree = new(shape);
        PhysicalAddress at = tree.SetLeaf(Address, 0);
        // As Linux writes the pieces of a large page: the frame of this piece, whatever the size.
        ulong frame = 0x10_0000_0000 | (Address.Value & 0x3_ffff_e000 & (TLeaf.IsSun4v ? 0x3_ffff_e000UL : 0x3f_e000UL));
        Dictionary<string, int> seen = [];
        long compared = 0;
        for (ulong bits = mask; ; bits = (bits - 1) & mask)
        {
            tree.WriteEntry(at, 8, frame | bits);
            foreach (AccessKind access in Tree<TLeaf, TUpper>.Accesses)
            {
                foreach (bool user in (ReadOnlySpan<bool>)[false, true])
                {
                    string expected = Tree<TLeaf, TUpper>.Words(tree.Reference.Walk(tree.Tables.RootRegister, Address.Value, Tree<TLeaf, TUpper>.Type(access), user));
                    string found = tree.Walk(Address, access, user);
                    if (expected != found)
                        Assert.Fail($"entry {frame | bits:x16}, {access} in {(user ? "user" : "supervisor")} mode: expected {expected}, found {found}");
                    string kind = expected.StartsWith("ok", StringComparison.Ordinal) ? "ok" : expected;
                    seen[kind] = seen.GetValueOrDefault(kind) + 1;
                    compared++;
                }
            }
            if (bits == 0)
                break;
        }
        output.WriteLine($"{compared} accesses: {string.Join(", ", seen.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"))}");
        Assert.Equal(6, seen.Count);                    // done, and each of the five traps
    }

    // Every single bit and every pair of bits in each table above the leaf, and the table where it should be.
    private void AllUpper<TLeaf, TUpper>(PageTableGeometry shape, int from, int to)
        where TLeaf : struct, ITranslationTableEntry
        where TUpper : struct, ISparc64Upper
    {
        using Tree<TLeaf, TUpper> tree = new(shape);
        PhysicalAddress frame = new(0x4000);
        tree.SetLeaf(Address, TLeaf.Encode(frame, PageFlags.Read | PageFlags.Accessed));
        int compared = 0, ok = 0;
        PhysicalAddress table = tree.Tables.Root;
        for (int level = shape.MaxDepth - 1; level > 0; level--)
        {
            int bytes = shape[level].EntryBytes;
            PhysicalAddress at = table + shape[level].OffsetOf(Address);
            ulong good = tree.Memory.ReadEntry(at, bytes, ByteOrder.BigEndian);
            List<ulong> entries = [0, good];
            for (int high = from; high < to; high++)
            {
                for (int low = from; low <= high; low++)
                    entries.AddRange(1UL << high | 1UL << low, good ^ (1UL << high | 1UL << low));
            }
            foreach (ulong entry in entries)
            {
                tree.WriteEntry(at, bytes, entry);
                string expected = Tree<TLeaf, TUpper>.Words(tree.Reference.Walk(tree.Tables.RootRegister, Address.Value, ReferenceWalkers.Sparc64AccessType.Load, true));
                Assert.Equal(expected, tree.Walk(Address, AccessKind.Read, user: true));
                compared++;
                ok += expected == $"ok {frame.Value | (Address.Value & 0x1fff):x}" ? 1 : 0;
            }
            tree.WriteEntry(at, bytes, good);
            table = Sparc64Entry<TLeaf, TUpper>.TargetOf(good, level);
        }
        output.WriteLine($"{compared} entries, {ok} lead to the page");
        Assert.InRange(ok, shape.MaxDepth - 1, compared);
    }
}
