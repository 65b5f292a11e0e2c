using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;

namespace Emulator.Arch.Alpha.Tests;

/// <summary>What Linux writes: arch/alpha/include/asm/pgtable.h, the same in v2.6.32 and v6.1.</summary>
public class SoftwareBitsTests
{
    private const ulong Va = 0x1_2000_0000;
    private const ulong Accessed = 0x4_0300;        // __ACCESS_BITS: _PAGE_ACCESSED, KRE, URE
    private const ulong Dirty = 0x2_3000;           // __DIRTY_BITS: _PAGE_DIRTY, KWE, UWE

    [Fact]
    public void Self_map_is_the_last_entry_and_shows_the_tables()
    {
        using AlphaSpace space = new();
        space.Map(Va, AlphaSpace.Written);
        ulong frame = space.Tables.Root.Value >> 13;

        Assert.Equal(frame, space.Tables.RootRegister);                                                 // PTBR
        Assert.Equal(frame << 32 | 0x1111, space.Read(space.Tables.Root.Value + 1023 * 8));             // PAGE_KERNEL: V ASM KRE KWE
        VirtualAddress entry3 = PalcodeRefill.EntryAddress(new VirtualAddress(Va));
        VirtualAddress entry2 = PalcodeRefill.EntryAddress(entry3), entry1 = PalcodeRefill.EntryAddress(entry2);
        Assert.Equal(new VirtualAddress(0xffff_fffe_0048_0000), entry3);                                // VPTB + page 0x90000 * 8
        foreach ((VirtualAddress seenAt, int level) in (ReadOnlySpan<(VirtualAddress, int)>)[(entry3, 0), (entry2, 1), (entry1, 2)])
        {
            Assert.True(space.Walk(seenAt.Value, AccessKind.Read, AlphaSpace.Kernel, out Translation found, out PageFault fault), $"{fault}");
            Assert.Equal(space.At(Va, level), found.Address);
        }
        Assert.False(space.Walk(entry1.Value, AccessKind.Read, AlphaSpace.User, out _, out _));          // the level-1 table is the kernel's
    }

    [Fact]
    public void Table_entries_have_all_access_and_dirty_bits()
    {
        using AlphaSpace space = new();
        space.Map(Va, AlphaSpace.Written);

        Assert.Equal(0x6_3301UL, space.Read(space.At(Va, 2).Value) & 0xffff_ffff);
        Assert.Equal(0x6_3301UL, space.Read(space.At(Va, 1).Value) & 0xffff_ffff);
    }

    [Theory]
    [InlineData(AlphaSpace.Written, 0x1 | Accessed | Dirty)]                                            // pte_mkdirty(pte_mkwrite())
    [InlineData(AlphaSpace.Young, 0x1 | Accessed | 0x4)]                                                // PAGE_READONLY, PAGE_COPY: FOW
    [InlineData(PageFlags.Read | PageFlags.Accessed, 0x1 | Accessed | 0xc)]                             // FOW, FOE
    [InlineData(PageFlags.Accessed, 0x1 | Accessed | 0xe)]                                              // PAGE_NONE: FOR, FOW, FOE
    [InlineData(AlphaSpace.Young | PageFlags.Write, 0x1 | Accessed)]                                    // clean: writable without KWE, UWE
    [InlineData(PageFlags.Read | PageFlags.Write | PageFlags.Execute, 0x1)]                             // old: pte_mkold() takes KRE, URE as well
    public void Page_entries_are_those_of_Linux(PageFlags flags, ulong bits)
    {
        using AlphaSpace space = new();

        ulong frame = space.Map(Va, flags).Value;

        ulong entry = space.Read(space.At(Va, 0).Value)!.Value;
        Assert.Equal(frame >> 13 << 32 | bits, entry);
        Assert.Equal(flags, AlphaEntry.FlagsOf(entry));
    }

    [Theory]
    [InlineData(AlphaSpace.Written, AccessKind.Write, null)]
    [InlineData(AlphaSpace.Young | PageFlags.Dirty, AccessKind.Write, 4)]                               // written, then shared by fork(): FOW
    [InlineData(AlphaSpace.Young, AccessKind.Write, 1)]                                                 // never written: FOW as well, but no UWE
    [InlineData(AlphaSpace.Young | PageFlags.Write, AccessKind.Write, 1)]                               // first store to a clean page: ACV, the kernel makes it dirty
    [InlineData(AlphaSpace.Young | PageFlags.Write, AccessKind.Read, null)]
    [InlineData(PageFlags.Read | PageFlags.Write | PageFlags.Execute | PageFlags.Dirty, AccessKind.Read, 1)]    // old: ACV, the kernel makes it young
    [InlineData(PageFlags.Read | PageFlags.Write | PageFlags.Execute | PageFlags.Dirty, AccessKind.Fetch, 1)]
    [InlineData(PageFlags.Accessed, AccessKind.Read, 2)]                                                // PROT_NONE: FOR
    [InlineData(PageFlags.Read | PageFlags.Accessed, AccessKind.Fetch, 3)]                              // FOE
    public void Software_learns_of_uses_by_faults(PageFlags flags, AccessKind access, int? code)
    {
        using AlphaSpace space = new();
        space.Map(Va, flags);

        bool translated = space.Walk(Va, access, AlphaSpace.User, out _, out PageFault fault);

        Assert.Equal(code is null, translated);
        if (code is { } expected)
            Assert.Equal((ulong)expected, AlphaEntry.Describe(fault, AlphaSpace.User).Code);
        Assert.Equal(flags, space.Tables.TryFind(new VirtualAddress(Va), out LeafView leaf) ? leaf.Flags : default);   // nothing was written
    }

    [Fact]
    public void Walks_list_levels_without_the_self_map()
    {
        using AlphaSpace space = new();
        space.Map(Va, AlphaSpace.Written);

        Assert.Equal(3, space.Tables.Tables().Count());
        Assert.True(space.Tables.TryNextLeaf(default, new VirtualAddress(ulong.MaxValue), out LeafView leaf));
        Assert.Equal(new VirtualAddress(Va), leaf.Address);
        Assert.False(space.Tables.TryNextLeaf(leaf.Address + AlphaSpace.PageBytes, new VirtualAddress(ulong.MaxValue), out _));
    }
}
