using Emulator.Arch.Alpha;
using Emulator.Arch.Amd64;
using Emulator.Arch.Ppc64;
using Emulator.Arch.S390;
using Emulator.Arch.Sparc64;
using Emulator.Core.Paging;

namespace Emulator.Bench;

/// <summary>A format and a depth that walks are timed on: a row, and all that a new architecture adds here.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Tree">Its shape.</param>
/// <param name="Make">Makes the walks: pages, stride in bytes, whether entries are marked as used.</param>
public sealed record WalkShape(string Name, PageTableGeometry Tree, Func<int, ulong, bool, IWalks> Make)
{
    private static readonly MmuControls Amd64User =
        Amd64Entry.Controls(Amd64Controls.User | Amd64Controls.WriteProtect | Amd64Controls.NoExecute | Amd64Controls.GigabytePages);

    private static readonly MmuControls S390Later =
        S390Entry<S390SoftwareBits61>.Controls(S390Controls.Edat1 | S390Controls.Edat2 | S390Controls.InstructionExecutionProtection);

    // AlphaEntry.UserMode, Sparc64Entry.UserMode, MSR[PR]: all of them bit 0.
    private static readonly MmuControls User = new(AlphaEntry.UserMode, 0);

    /// <summary>Four levels of amd64.</summary>
    public static WalkShape FourLevel { get; } = Of<Amd64Entry>("amd64, 4 levels", Amd64Trees.FourLevel, 4, Amd64User);

    /// <summary>All that are timed: hardware's trees, and those that only Linux walks.</summary>
    public static IReadOnlyList<WalkShape> All { get; } =
    [
        FourLevel,
        Of<Amd64Entry>("amd64, 5 levels", Amd64Trees.FiveLevel, 5, Amd64User),
        .. Enumerable.Range(2, 4).Select(depth => Of<S390Entry<S390SoftwareBits61>>($"s390, {depth} levels", S390Trees.Dat, depth, S390Later)),
        Of<AlphaEntry>("alpha, 3 levels", AlphaTrees.ThreeLevel, 3, User),
        Of<Sparc64Entry<Sun4uTte, ShiftedUpper>>("sparc64 2.6.32, 3 levels", Sparc64Trees.V2632, 3, User),
        Of<Sparc64Entry<Sun4uTte, PlainUpper>>("sparc64 6.1, 4 levels", Sparc64Trees.V61, 4, User),
        Of<Ppc64Entry61<RadixUpper<SmallPages>>>("ppc64 radix, 4K pages", Ppc64Trees.Radix61(12), 4, User),
        Of<Ppc64Entry61<RadixUpper<LargePages>>>("ppc64 radix, 64K pages", Ppc64Trees.Radix61(16), 4, User),
        Of<Ppc64HashEntry2632<SmallPages>>("ppc64 hash 2.6.32, 4K pages", Ppc64Trees.Hash2632(12), 4, User),
        Of<Ppc64HashEntry2632<LargePages>>("ppc64 hash 2.6.32, 64K pages", Ppc64Trees.Hash2632(16), 3, User),
        Of<Ppc64Entry61<HashUpper<SmallPages>>>("ppc64 hash 6.1, 4K pages", Ppc64Trees.Hash61(12), 4, User),
        Of<Ppc64Entry61<HashUpper<LargePages>>>("ppc64 hash 6.1, 64K pages", Ppc64Trees.Hash61(16), 4, User),
    ];

    /// <summary>Pages that fit into guest memory when each has a page table of its own.</summary>
    public int PagesWithOwnTables => Math.Min(1 << 14, Walks<Amd64Entry>.MemoryBytes / 2 / Math.Max(Tree[0].TableBytes, Tree.PageBytes));

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static WalkShape Of<TCodec>(string name, PageTableGeometry tree, int depth, MmuControls controls)
        where TCodec : struct, IPageTableEntryCodec =>
        new(name, tree, (pages, stride, used) => new Walks<TCodec>(tree, depth, controls, pages, stride, used));
}
