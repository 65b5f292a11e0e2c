using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Alpha.Tests;

/// <summary>As long as the kernel flushes what it changes, TLBs never say anything else than the walker.</summary>
public class TlbAgreementTests(ITestOutputHelper output)
{
    [Fact]
    public void Random_accesses_between_changes_and_flushes_agree_with_the_walkers()
    {
        const int Steps = 60_000;
        Random random = SeededRuns.NewRandom(output.WriteLine);
        using AlphaSpace space = new();
        TlbModel tlbs = space.NewTlbs(AlphaSpace.User);
        ulong[] regions = [0x1_2000_0000, 0x1_2080_0000, 0x200_0000_0000, 0x3ff_ff80_0000];
        PageFlags[] flags = [AlphaSpace.Written, AlphaSpace.Written, AlphaSpace.Written, AlphaSpace.Young | PageFlags.Dirty, AlphaSpace.Young, PageFlags.Read | PageFlags.Accessed, PageFlags.Accessed, PageFlags.Read | PageFlags.Write, PageFlags.None];

        Dictionary<string, int> seen = [];
        for (int step = 0; step < Steps; step++)
        {
            ulong region = random.Pick<ulong>(regions);
            VirtualAddress page = new(region + ((ulong)random.Next(100) << 13));
            switch (random.Next(100))
            {
                case < 10:
                    Change(space, page, random.Pick<PageFlags>(flags));
                    break;
                case 10 when random.Chance(3):
                    FreeRegion(space, new VirtualAddress(region));
                    break;
                default:
                    VirtualAddress va = page + random.Bits(0x1fff);
                    AccessKind access = random.Pick<AccessKind>(AlphaSpace.Accesses);
                    if (random.Chance(3))
                        va = PalcodeRefill.EntryAddress(va);
                    bool translated = tlbs.TryTranslate(va, access, out PhysicalAddress found, out PageFault fault);
                    bool walked = space.Walk(va.Value, access, AlphaSpace.User, out Translation walk, out PageFault walkFault);
                    Assert.True((walked, walk.Address, walkFault) == (translated, found, fault), $"step {step}, {access} {va}: walker {walk} {walkFault}, TLB {found} {fault}");
                    string say = AlphaSpace.Say(space.Reference(va.Value, access, AlphaSpace.User));
                    Assert.Equal(say, AlphaSpace.Say(translated, found, fault, AlphaSpace.User));
                    string kind = translated ? "ok" : say;
                    seen[kind] = seen.GetValueOrDefault(kind) + 1;
                    break;
            }
        }

        TlbStatistics statistics = tlbs.Statistics;
        output.WriteLine($"{string.Join(", ", seen.OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key}"))}; {statistics}");
        Assert.All((string[])["ok", "AccessViolation", "FaultOnRead", "FaultOnWrite", "FaultOnExecute"], kind => Assert.True(seen.GetValueOrDefault(kind) > 100, kind));
        Assert.True(statistics.Hits > 1000 && statistics.Cost.Nested > 100 && statistics.Evictions > 1000 && statistics.Denials > 1000, $"{statistics}");
    }

    // Every change that takes something away or turns one entry into another is flushed, as the kernel does.
    private static void Change(AlphaSpace space, VirtualAddress page, PageFlags flags)
    {
        if (!space.Tables.TryFind(page, out LeafView leaf))
        {
            space.Map(page.Value, flags);
            return;                             // nothing invalid is ever in a TLB
        }
        if (leaf.Flags == flags)
        {
            Assert.True(space.Tables.TryUnmap(page, out LeafView was));
            space.Frames.Release(was.Target);
        }
        else
        {
            space.Tables.Protect(page, flags);
        }
        space.Tables.Flush(FlushKind.Page, page);
    }

    private static void FreeRegion(AlphaSpace space, VirtualAddress region)
    {
        VirtualAddress end = region + (8 << 20);
        while (space.Tables.TryNextLeaf(region, end, out LeafView leaf))
        {
            Assert.True(space.Tables.TryUnmap(leaf.Address, out LeafView was));
            space.Frames.Release(was.Target);
        }
        space.Tables.FreeRange(region, end, region, end);
        space.Tables.Flush(FlushKind.Full, region);     // the pages of entries leave the DTB with it
    }
}
