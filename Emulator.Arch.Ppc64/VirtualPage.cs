using Emulator.Core.Memory;

namespace Emulator.Arch.Ppc64;

/// <summary>A page in the virtual address space of 78 bits: what is hashed and what an HPTE names.</summary>
/// <param name="Vsid">The segment.</param>
/// <param name="Offset">Offset in the segment.</param>
/// <param name="SegmentShift">log2 of the segment's bytes: 28 or 40.</param>
/// <param name="PageShift">log2 of the segment's base page.</param>
public readonly record struct VirtualPage(ulong Vsid, ulong Offset, int SegmentShift, int PageShift)
{
    private const ulong HashMask = 0x7f_ffff_ffff;

    /// <summary>The primary hash, 39 bits; its complement is the secondary one. Power ISA 2.07, book III-S, 5.7.7.3.</summary>
    public ulong Hash => ((SegmentShift == 40 ? Vsid ^ Vsid << 25 : Vsid) ^ Offset >> PageShift) & HashMask;

    /// <summary>B and the abbreviated virtual page number at their places in the first doubleword of an old HPTE: without the lowest 23 bits of the address.</summary>
    public ulong Name
    {
        get
        {
            ulong number = Vsid << (SegmentShift - 23) | Offset >> 23;
            if (PageShift > 23)
                number &= ~((1UL << (PageShift - 23)) - 1);
            return (SegmentShift == 40 ? 1UL << 62 : 0) | number << 7;
        }
    }

    /// <summary>The page of an address.</summary>
    public static VirtualPage Of(in SlbEntry segment, VirtualAddress va) =>
        new(segment.Vsid, va.Value & (1UL << segment.SegmentShift) - 1, segment.SegmentShift, segment.PageShift);
}
