using Emulator.ReferenceWalkers;
using Xunit;

namespace Emulator.Judges.Tests;

/// <summary>What the manuals say and no judge here can show: EDAT-2, processors without 1 GiB pages, RSVD with P.</summary>
public class ReferenceWalkerTests
{
    private const ulong Asce3 = 0x4007;                         // region-third table at 0x4000, full length
    private static readonly S390Controls AllOfZ14 = new() { EnhancedDat1 = true, EnhancedDat2 = true, InstructionExecutionProtection = true };

    [Fact]
    public void Region_third_entry_with_FC_maps_two_gigabytes()
    {
        S390ReferenceWalker walker = Z(AllOfZ14, (0x4000 + (3 * 8), 0x5_80000000 | 0x400 | 0x4), (0x5_92345678, 0));

        S390Walk walk = walker.Walk(Asce3, 0x1_92345678, S390AccessType.Store, S390Space.Primary);

        Assert.Null(walk.InterruptionCode);
        Assert.Equal((0x5_92345678UL, 1UL << 31), (walk.RealAddress!.Value, walk.FrameBytes));
    }

    [Theory]
    [InlineData(0x200, S390AccessType.Store, 0x04, 0x1_92345404UL)]             // P: DAT protection
    [InlineData(0x100, S390AccessType.InstructionFetch, 0x04, 0x1_92345884UL)]  // IEP
    [InlineData(0x20, S390AccessType.Fetch, 0x3b, 0x1_92345800UL)]              // I
    public void Region_frame_protects_like_a_page(ulong bit, S390AccessType type, int code, ulong identification)
    {
        S390ReferenceWalker walker = Z(AllOfZ14, (0x4000 + (3 * 8), 0x5_80000000 | 0x400 | 0x4 | bit), (0x5_92345678, 0));

        S390Walk walk = walker.Walk(Asce3, 0x1_92345678, type, S390Space.Primary);

        Assert.Equal((ushort)code, walk.InterruptionCode);
        Assert.Equal(identification, walk.TranslationExceptionIdentification);
    }

    [Fact]
    public void Common_region_does_not_exist_in_a_private_space()
    {
        S390ReferenceWalker walker = Z(AllOfZ14, (0x4000 + (3 * 8), 0x5_80000000 | 0x400 | 0x4 | 0x10), (0x5_92345678, 0));

        S390Walk shared = walker.Walk(Asce3, 0x1_92345678, S390AccessType.Fetch, S390Space.Primary);
        S390Walk isPrivate = walker.Walk(Asce3 | 0x100, 0x1_92345678, S390AccessType.Fetch, S390Space.Primary);

        Assert.Null(shared.InterruptionCode);
        Assert.Equal((ushort)0x12, isPrivate.InterruptionCode);
        Assert.Null(isPrivate.TranslationExceptionIdentification);
    }

    [Fact]
    public void Real_space_needs_no_table()
    {
        S390ReferenceWalker walker = Z(new S390Controls(), (0x12340, 0));

        S390Walk walk = walker.Walk(0x20, 0x12345, S390AccessType.Store, S390Space.Home);

        Assert.Null(walk.InterruptionCode);
        Assert.Equal(0x12345UL, walk.RealAddress);
    }

    [Fact]
    public void Large_page_bit_of_a_pdpte_is_reserved_without_gigabyte_pages()
    {
        Dictionary<ulong, ulong> memory = new() { [0x1000] = 0x2007, [0x2000] = 0x87 };
        Amd64Controls controls = new() { PhysicalAddressBits = 40, NoExecute = true };
        Amd64Access write = new(Amd64AccessType.Write, User: true);

        Amd64Walk with = new Amd64ReferenceWalker(a => memory.GetValueOrDefault(a), controls).Walk(0x1000, 0x12345678, write);
        Amd64Walk without = new Amd64ReferenceWalker(a => memory.GetValueOrDefault(a), controls with { GigabytePages = false })
            .Walk(0x1000, 0x12345678, write);

        Assert.Equal((0x12345678UL, 1UL << 30, true), (with.PhysicalAddress, with.PageBytes, with.SetsDirty));
        Assert.Equal((Amd64WalkEnd.PageFault, 0xfu, 3), (without.End, without.ErrorCode, without.Level));   // RSVD, U, W and P
    }

    [Fact]
    public void Table_outside_storage_is_an_end_of_its_own_on_amd64_and_an_addressing_exception_on_z()
    {
        Amd64ReferenceWalker amd64 = new(_ => null, new Amd64Controls { PhysicalAddressBits = 40 });
        S390ReferenceWalker z = new(_ => null, new S390Controls());

        Assert.Equal(Amd64WalkEnd.TableOutsideStorage, amd64.Walk(0x1000, 0, new Amd64Access(Amd64AccessType.Read, User: false)).End);
        Assert.Equal((ushort)0x05, z.Walk(Asce3, 0, S390AccessType.Fetch, S390Space.Primary).InterruptionCode);
    }

    // Storage that consists of these doublewords only.
    private static S390ReferenceWalker Z(S390Controls controls, params (ulong Address, ulong Value)[] storage) =>
        new(address => storage.Any(s => (s.Address & ~7UL) == address) ? storage.First(s => (s.Address & ~7UL) == address).Value : null, controls);
}
