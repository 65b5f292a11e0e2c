namespace Emulator.Arch.Ppc64;

/// <summary>How a kernel makes virtual segment numbers: (context, segment of the effective address) times a prime, modulo 2^n - 1.</summary>
/// <param name="SmallBits">Bits of the VSID of a 256 MiB segment.</param>
/// <param name="SmallEsidBits">Bits of the segment number in its proto-VSID.</param>
/// <param name="SmallMultiplier">VSID_MULTIPLIER_256M.</param>
/// <param name="LargeBits">Bits of the VSID of a 1 TiB segment.</param>
/// <param name="LargeEsidBits">Bits of the segment number in its proto-VSID.</param>
/// <param name="LargeMultiplier">VSID_MULTIPLIER_1T.</param>
/// <param name="ContextShift">log2 of the bytes that one context number covers; an address space that reaches further has several.</param>
/// <param name="FirstContext">The first context number that a user address space gets.</param>
/// <param name="BoltedSegments">SLB entries that the kernel keeps for itself (SLB_NUM_BOLTED).</param>
/// <remarks>
/// Sources: arch/powerpc/include/asm/mmu-hash64.h, v2.6.32 (VSID_BITS_256M 36, USER_ESID_BITS 16; VSID_BITS_1T 24, USER_ESID_BITS_1T 4);
/// arch/powerpc/include/asm/book3s/64/mmu-hash.h, v6.1 (<c>vsid_scramble()</c>, <c>get_vsid()</c>, VA_BITS 68 since POWER6, CONTEXT_BITS 19,
/// MIN_USER_CONTEXT) and hash-{4k,64k}.h (MAX_EA_BITS_PER_CONTEXT).
/// </remarks>
public sealed record VsidScramble(int SmallBits, int SmallEsidBits, ulong SmallMultiplier, int LargeBits, int LargeEsidBits, ulong LargeMultiplier,
    int ContextShift, ulong FirstContext, int BoltedSegments)
{
    /// <summary>v2.6.32: 64 bits of virtual address, both page sizes.</summary>
    public static VsidScramble V2_6_32 { get; } = new(36, 16, 200_730_139, 24, 4, 12_538_073, 44, 1, 3);

    /// <summary>v6.1 with 4 KiB pages.</summary>
    public static VsidScramble V6_1Small { get; } = new(40, 21, 12_538_073, 28, 9, 12_538_073, 46, 6, 2);

    /// <summary>v6.1 with 64 KiB pages; with memory up to 2^51 the linear map takes four contexts.</summary>
    public static VsidScramble V6_1Large { get; } = new(40, 21, 12_538_073, 28, 9, 12_538_073, 49, 9, 2);

    /// <summary>log2 of the bytes of the segment around an address: 1 TiB from 1 TiB on (<c>user_segment_size()</c>; POWER8 and POWER9 have both sizes).</summary>
    public static int SegmentShift(ulong effectiveAddress) => effectiveAddress >> 40 != 0 ? 40 : 28;

    /// <summary>The VSID of a user address.</summary>
    /// <param name="context">The address space's first context number; those for addresses beyond it follow it here, in Linux each is drawn when needed.</param>
    /// <param name="effectiveAddress">The address.</param>
    public ulong Vsid(ulong context, ulong effectiveAddress)
    {
        ulong id = context + (effectiveAddress >> ContextShift);
        return SegmentShift(effectiveAddress) == 28
            ? Scramble(id << SmallEsidBits | effectiveAddress >> 28 & (1UL << SmallEsidBits) - 1, SmallMultiplier, SmallBits)
            : Scramble(id << LargeEsidBits | effectiveAddress >> 40 & (1UL << LargeEsidBits) - 1, LargeMultiplier, LargeBits);
    }

    /// <summary>proto-VSID * multiplier mod 2^bits - 1, as the kernel computes it.</summary>
    private static ulong Scramble(ulong proto, ulong multiplier, int bits)
    {
        ulong modulus = (1UL << bits) - 1;
        ulong vsid = unchecked(proto * multiplier);
        vsid = (vsid >> bits) + (vsid & modulus);
        return vsid + (vsid + 1 >> bits) & modulus;
    }
}
