using System.Buffers.Binary;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Judges;
using Emulator.ReferenceWalkers;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Alpha.Tests;

/// <summary>QEMU, which has never heard of this project, does accesses in memory that the product's mapper filled.</summary>
public class JudgedTests(ITestOutputHelper output)
{
    private const uint CallPal = 0x81;
    private static readonly ProbeAccess[] Accesses = [ProbeAccess.Read, ProbeAccess.Write, ProbeAccess.Fetch];
    private static readonly PageFlags[] Flags = AllFlags();

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Trees_of_the_mapper_translate_as_the_walkers_say()
    {
        Random random = SeededRuns.NewRandom(output.WriteLine);
        using AlphaSpace space = new();
        List<ulong> mapped = [];
        for (int region = 0; region < 60; region++)
        {
            // 8 MiB each, from address 0 to TASK_SIZE (2^42).
            ulong start = region switch { 0 => 0x1_2000_0000, 1 => 0x7f80_0000, 2 => 0, 3 => (1UL << 42) - (8 << 20), _ => (ulong)random.NextInt64(1L << 19) << 23 };
            for (int i = 0; i < 45; i++)
            {
                ulong va = start + ((ulong)random.Next(1024) << 13);
                if (space.Tables.TryFind(new VirtualAddress(va), out _))
                    continue;
                space.Map(va, random.Pick<PageFlags>(Flags));
                mapped.Add(va);
            }
        }
        foreach (ulong va in mapped.Where(_ => random.Chance(5)).ToList())
            Assert.True(space.Tables.TryUnmap(new VirtualAddress(va), out _));
        Fill(space);
        List<AlphaProbe> probes = [.. mapped.SelectMany(va => EveryAccess(va + (random.Bits(0x1ff8) & 0x1ff8)))];
        for (int hole = 0; hole < 300; hole++)
            probes.AddRange(EveryAccess((random.Bits(ulong.MaxValue) << 1 >> random.Next(22, 60)) & ~7UL));
        // The program's own view of the tables, and the whole tree once more through the self map: reads only, entries are no instructions.
        foreach (ulong va in mapped)
        {
            probes.Add(new AlphaProbe(PalcodeRefill.EntryAddress(new VirtualAddress(va)).Value, ProbeAccess.Read, User: true));
            probes.Add(new AlphaProbe(PalcodeRefill.EntryAddress(PalcodeRefill.EntryAddress(new VirtualAddress(va))).Value, ProbeAccess.Read, User: false));
        }
        output.WriteLine($"{mapped.Count} mappings");
        Assert.InRange(mapped.Count, 2000, int.MaxValue);

        using AlphaJudge judge = AlphaJudge.Load(space.Memory.Slice(default, (int)space.Memory.Bytes), new AlphaJudgeOptions());

        Check(judge, space, probes);
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Every_combination_of_the_bits_that_matter_acts_as_the_walkers_say()
    {
        Random random = SeededRuns.NewRandom(output.WriteLine);
        using AlphaSpace space = new();
        const ulong Leaves = 0x1_2000_0000, Lower = 0x40_0000_0000, Upper = 0x100_0000_0000;
        List<AlphaProbe> probes = [];

        // Leaf entries, 2,048: V FOR FOW FOE, ASM GH, KRE URE, KWE UWE; software's bits and those of the chip's other modes at random.
        for (ulong i = 0; i < 2048; i++)
        {
            ulong va = Leaves + (i << 13), frame = space.Map(va, AlphaSpace.Written).Value;
            ulong bits = (i & 0x7f) | (i >> 7 & 3) << 8 | (i >> 9 & 3) << 12;
            space.Write(space.At(va, 0), frame >> 13 << 32 | bits | random.Bits(0xffff_cc80));
            probes.AddRange(EveryAccess(va + random.Bits(0x1ff8)));
        }
        // Level-2 entries: every combination of V, KRE and the other low bits up to KWE's; one level-3 table below all of them.
        space.Map(Lower, AlphaSpace.Written);
        space.Map(Upper, AlphaSpace.Written);
        ulong level3 = space.Read(space.At(Lower, 1).Value)!.Value & 0xffff_ffff_0000_0000;
        for (ulong i = 1; i < 1024; i++)
        {
            space.Write(space.At(Lower + (i << 23), 1), level3 | (i & 0xff) | (i & 0x300) | random.Bits(0xffff_fc00));
            probes.AddRange(EveryAccess(Lower + (i << 23)));
        }
        // Level-1 entries the same way, where no other test page is, below the judge's window and above.
        ulong level2 = space.Read(space.At(Upper, 2).Value)!.Value & 0xffff_ffff_0000_0000;
        for (ulong i = 129; i < 500; i++)
        {
            if (i is > 240 and < 256)
                continue;
            ulong bits = random.Bits(0xffff_ffff);
            space.Write(space.At(i << 33, 2), level2 | (i % 4 == 0 ? bits | 0x101 : bits));
            probes.AddRange(EveryAccess(i << 33));
        }
        Fill(space);

        using AlphaJudge judge = AlphaJudge.Load(space.Memory.Slice(default, (int)space.Memory.Bytes), new AlphaJudgeOptions());

        Check(judge, space, probes);
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Addresses_that_are_refused_or_aliased_are_the_ones_that_are_known()
    {
        Random random = SeededRuns.NewRandom(output.WriteLine);
        using AlphaSpace space = new();
        // A page in the negative half, so that QEMU's alias of bit 42 has something to find, and one where the kernel has KSEG.
        const ulong Negative = 0xffff_fe00_0000_0000, InKseg = 0xffff_fc80_0000_0000;
        foreach (ulong va in (ulong[])[Negative, InKseg])
        {
            for (int level = 2; level >= 0; level--)
                space.Write(space.At(va, level), space.NewFrame().Value >> 13 << 32 | 0x63301);
        }
        Fill(space);
        List<AlphaProbe> probes = [];
        foreach (ulong va in (ulong[])[Negative, Negative & ((1UL << 43) - 1), InKseg, 1UL << 43, 1UL << 63, 0xffff_f7ff_ffff_e000, 0x7fff_ffff_ffff_e000])
            probes.AddRange(EveryAccess(va));
        for (int i = 0; i < 500; i++)
            probes.AddRange(EveryAccess(1UL << random.Next(43, 63) | random.Bits(0x3ff_ffff_fff8)));

        using AlphaJudge judge = AlphaJudge.Load(space.Memory.Slice(default, (int)space.Memory.Bytes), new AlphaJudgeOptions());

        Check(judge, space, probes);
    }

    private static IEnumerable<AlphaProbe> EveryAccess(ulong va)
    {
        foreach (ProbeAccess access in Accesses)
        {
            yield return new AlphaProbe(va, access, User: true);
            if (!new AlphaProbe(va, access, User: false).IsKseg)
                yield return new AlphaProbe(va, access, User: false);
        }
    }

    // Whatever the kernel may say of a page; PROT_NONE and old and clean pages included.
    private static PageFlags[] AllFlags()
    {
        PageFlags[] single = [PageFlags.Read, PageFlags.Write, PageFlags.Execute, PageFlags.Accessed, PageFlags.Dirty];
        return [.. Enumerable.Range(0, 1 << single.Length).Select(set => single.Where((_, bit) => (set >> bit & 1) != 0).Aggregate(PageFlags.None, (all, flag) => all | flag))];
    }

    // Every quadword of a data frame is an instruction that the judge knows, and says where it is.
    private static void Fill(AlphaSpace space)
    {
        foreach (PhysicalAddress at in space.DataFrames)
        {
            Span<byte> bytes = space.Memory.Slice(at, AlphaSpace.PageBytes);
            if (bytes.ContainsAnyExcept((byte)0))
                continue;                                       // a table made by hand
            for (int i = 0; i < bytes.Length; i += 8)
                BinaryPrimitives.WriteUInt64LittleEndian(bytes[i..], (at.Value + (ulong)i) >> 3 << 32 | CallPal);
        }
    }

    private void Check(AlphaJudge judge, AlphaSpace space, List<AlphaProbe> probes)
    {
        IReadOnlyList<AlphaOutcome> outcomes = judge.Probe(space.Tables.RootRegister, probes);

        TlbModel user = space.NewTlbs(AlphaSpace.User), kernel = space.NewTlbs(AlphaSpace.Kernel);
        List<string> differences = [];
        Dictionary<string, int> seen = [];
        for (int i = 0; i < probes.Count; i++)
        {
            AlphaProbe asked = KnownDeviations.Effective(judge.Program, probes[i]);
            MmuControls controls = asked.User ? AlphaSpace.User : AlphaSpace.Kernel;
            AccessKind access = asked.Access switch { ProbeAccess.Write => AccessKind.Write, ProbeAccess.Fetch => AccessKind.Fetch, _ => AccessKind.Read };
            AlphaWalk walk = space.Reference(asked.VirtualAddress, access, controls);
            AlphaOutcome byTheManual = walk.Fault is { } fault
                ? AlphaOutcome.Fault((int)fault, probes[i]) with { EntryIsInvalid = walk.Entries.Count > 0 && (walk.Entries[^1].Value & 1) == 0 }
                : AlphaOutcome.Ok(access == AccessKind.Read ? space.Read(walk.PhysicalAddress!.Value)!.Value : 0);
            AlphaOutcome expected = KnownDeviations.AsSeenBy(judge.Program, probes[i], byTheManual);
            string kind = expected.IsOk ? "ok" : $"{(AlphaFault)expected.FaultCode!}";
            seen[kind] = seen.GetValueOrDefault(kind) + 1;
            if (!expected.Agrees(outcomes[i]))
                differences.Add($"{probes[i]}: judge {outcomes[i]}, manual {expected}; {string.Join(' ', walk.Entries.Select(e => $"{e.Value:x16}"))}");

            // The product, walker and TLBs, is held to the manual without the judge's deviations.
            TlbModel tlbs = asked.User ? user : kernel;
            bool walked = space.Walk(asked.VirtualAddress, access, controls, out Translation found, out PageFault pageFault);
            bool refilled = tlbs.TryTranslate(new VirtualAddress(asked.VirtualAddress), access, out PhysicalAddress byTlb, out PageFault tlbFault);
            if (AlphaSpace.Say(walk) != AlphaSpace.Say(walked, found.Address, pageFault, controls) || AlphaSpace.Say(walk) != AlphaSpace.Say(refilled, byTlb, tlbFault, controls))
                differences.Add($"{probes[i]}: manual {AlphaSpace.Say(walk)}, walker {found} {pageFault}, TLB {byTlb} {tlbFault}");
        }
        output.WriteLine($"{probes.Count} probes: {string.Join(", ", seen.OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key}"))}");
        output.WriteLine($"user TLBs {user.Statistics}");
        Assert.True(differences.Count == 0, $"{differences.Count} differences:\n{string.Join('\n', differences.Take(20))}");
    }
}
