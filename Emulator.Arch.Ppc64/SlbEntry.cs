using Emulator.Core.Memory;

namespace Emulator.Arch.Ppc64;

/// <summary>A segment lookaside buffer entry, in the two registers of slbmte.</summary>
/// <param name="Rb">Effective segment 0xfffffffff0000000, valid 0x08000000, index 0xfff.</param>
/// <param name="Rs">B 63:62 (0 256 MiB, 1 1 TiB), VSID above bit 12 or 24, Ks 0x800, Kp 0x400, N 0x200, L 0x100, class 0x80, LP 0x30.</param>
/// <remarks>Source: Power ISA 2.07, book III-S, 5.9.3.1; arch/powerpc/include/asm/book3s/64/mmu-hash.h, v6.1.</remarks>
public readonly record struct SlbEntry(ulong Rb, ulong Rs)
{
    private const ulong Valid = 0x0800_0000, SupervisorKey = 0x800, ProblemKey = 0x400, NoExecuteBit = 0x200, LargePage64K = 0x110, ClassBit = 0x80;
    private const ulong VsidField = 0x3fff_ffff_ffff_f000;

    /// <summary>V.</summary>
    public bool IsValid => (Rb & Valid) != 0;

    /// <summary>log2 of the segment's bytes: 28 or 40.</summary>
    public int SegmentShift => Rs >> 62 == 1 ? 40 : 28;

    /// <summary>The virtual segment number.</summary>
    public ulong Vsid => (Rs & VsidField) >> (SegmentShift == 40 ? 24 : 12);

    /// <summary>N: nothing in the segment may be executed.</summary>
    public bool NoExecute => (Rs & NoExecuteBit) != 0;

    /// <summary>log2 of the base page size, by L and LP; 0 for an encoding that POWER8 and POWER9 do not have.</summary>
    public int PageShift => (Rs & 0x130) switch { 0 => 12, LargePage64K => 16, 0x100 => 24, 0x120 => 34, _ => 0 };

    /// <summary>The storage key of accesses: Kp in problem state, Ks else.</summary>
    public bool Key(bool problem) => (Rs & (problem ? ProblemKey : SupervisorKey)) != 0;

    /// <summary>Whether the address lies in the segment.</summary>
    public bool Matches(VirtualAddress va) => IsValid && Rb >> SegmentShift == va.Value >> SegmentShift;

    /// <summary>The entry that Linux makes for a user segment: both keys set, class 1 (SLB_VSID_USER), the page size of the address space.</summary>
    public static SlbEntry User(VirtualAddress va, ulong vsid, int pageShift, int index)
    {
        int shift = VsidScramble.SegmentShift(va.Value);
        ulong size = shift == 40 ? 1UL << 62 | vsid << 24 : vsid << 12;
        return new SlbEntry(va.Value >> shift << shift | Valid | (uint)index, size | SupervisorKey | ProblemKey | ClassBit | (pageShift == 16 ? LargePage64K : 0));
    }
}
