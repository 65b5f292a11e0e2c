using System.Runtime.CompilerServices;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>One level of a tree: a row of a geometry table.</summary>
/// <param name="Name">The manual's name of a table of this level.</param>
/// <param name="IndexBits">Bits of the address that index it; 2^IndexBits entries.</param>
public readonly record struct PageTableLevel(string Name, int IndexBits)
{
    /// <summary>Bytes of one entry: 4 or 8.</summary>
    public int EntryBytes { get; init; } = 8;

    /// <summary>Bytes of a table, when it is larger than its entries (ppc64 keeps hash slots behind them); else 0.</summary>
    public int AllocatedBytes { get; init; }

    /// <summary>Bytes that the kernel's accounting says a table has, when it says less than is allocated; else 0.</summary>
    public int AccountedBytes { get; init; }

    /// <summary>How tables smaller than a page share pages.</summary>
    public TableSharing Sharing { get; init; }

    /// <summary>Lowest address bit of the index. Derived by the geometry.</summary>
    public int Shift { get; internal init; }

    /// <summary>Entries in a table.</summary>
    public int Entries => 1 << IndexBits;

    /// <summary>Bytes of a table as allocated.</summary>
    public int TableBytes => AllocatedBytes != 0 ? AllocatedBytes : EntryBytes << IndexBits;

    /// <summary>Bytes of a table as /proc accounts for it.</summary>
    public int ProcBytes => AccountedBytes != 0 ? AccountedBytes : TableBytes;

    /// <summary>Bytes of address space that one entry covers.</summary>
    public ulong EntrySpan => 1UL << Shift;

    /// <summary>log2 of the bytes of address space that one table covers; 64 for the top of a full 64-bit tree.</summary>
    public int TableShift => Shift + IndexBits;

    /// <summary>Index of <paramref name="va"/> in a table of this level.</summary>
    public int IndexOf(VirtualAddress va) => (int)(va.Value >> Shift) & ((1 << IndexBits) - 1);

    /// <summary>Byte offset in a table of this level of the entry for <paramref name="va"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per level of every walk
    public ulong OffsetOf(VirtualAddress va) => ((va.Value >> Shift) & ((1UL << IndexBits) - 1)) * (uint)EntryBytes;

    /// <summary>Lowest address that the table of this level around <paramref name="va"/> covers.</summary>
    public VirtualAddress TableStart(VirtualAddress va) => TableShift >= 64 ? default : new(va.Value >> TableShift << TableShift);
}
