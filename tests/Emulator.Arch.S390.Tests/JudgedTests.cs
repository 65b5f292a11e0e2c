using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Judges;
using Emulator.ReferenceWalkers;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.S390.Tests;

/// <summary>QEMU, and Hercules where segments are frames, do accesses through tables that our mapper wrote; our MMU says the same of each.</summary>
public class JudgedTests(ITestOutputHelper output)
{
    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void QEMU_translates_tables_of_6_1_as_we_do(int depth) =>
        SeededRuns.Run(1, random => Judge<S390Entry<S390SoftwareBits61>>(random, depth, S390Controls.InstructionExecutionProtection, image => S390Judge.Load(image, new S390JudgeOptions())));

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void QEMU_translates_tables_of_2_6_32_as_we_do(int depth) =>
        SeededRuns.Run(1, random => Judge<S390Entry<S390SoftwareBits2632>>(random, depth, S390Controls.None, image => S390Judge.Load(image, new S390JudgeOptions())));

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Hercules_translates_tables_with_segment_frames_as_we_do(int depth) =>
        SeededRuns.Run(1, random => Judge<S390Entry<S390SoftwareBits61>>(random, depth, S390Controls.Edat1, image => HerculesJudge.Load(image, new S390JudgeOptions())));

    private void Judge<TCodec>(Random random, int depth, S390Controls flags, Func<byte[], IS390Judge> load)
        where TCodec : struct, IPageTableEntryCodec
    {
        using PhysicalMemory memory = new(32 << 20);
        using FrameAllocator frames = new(memory, 12);
        Assert.True(frames.TryAllocate(0, FrameUse.Kernel, out PhysicalAddress prefix));
        Assert.Equal(4096ul, prefix.Value);         // the second half of the prefix area, where neither tables nor data may lie
        Assert.True(PageTables<TCodec>.TryCreate(S390Trees.Dat, frames, depth, null, out PageTables<TCodec> tables));
        PhysicalAddress[] code = [.. Enumerable.Range(0, 64).Select(_ => NewCode(memory, frames))];
        ulong last = S390Trees.Dat.LastAddress(depth).Value;
        PhysicalAddress[] segments = flags.HasFlag(S390Controls.Edat1) ? [.. Enumerable.Range(0, 4).Select(_ => NewCode(memory, frames, order: 8))] : [];
        List<S390Probe> probes = [];
        int mappings = 0, large = 0;
        for (int cluster = 0; cluster < 200; cluster++)
        {
            ulong start = ((ulong)random.NextInt64() ^ (ulong)random.Next(2) << 63) & last & ~0xf_fffful;
            bool frame = segments.Length > 0 && random.Chance(40) && tables.TryMapLarge(new VirtualAddress(start), random.Pick(segments), (PageFlags)random.Next(64), 1);
            large += frame ? 1 : 0;
            for (int page = 0; page < 13; page++)
            {
                ulong va = start + (ulong)(frame ? random.Next(256) : page) * 4096;
                if (frame)
                {
                    mappings++;
                }
                else if (random.Chance(90))
                {
                    Assert.True(tables.TryMap(new VirtualAddress(va), random.Pick(code), (PageFlags)random.Next(64)));
                    mappings++;
                }
                foreach (ProbeAccess access in (ProbeAccess[])[ProbeAccess.Read, ProbeAccess.Write, ProbeAccess.Fetch])
                    probes.Add(new S390Probe(va + (ulong)random.Next(2048) * 2, access));
            }
        }
        if (last != ulong.MaxValue)
            probes.Add(new S390Probe(last + 1, ProbeAccess.Read));
        byte[] image = memory.Slice(default, (int)memory.Bytes).ToArray();
        S390DatState state = new()
        {
            Asce = tables.RootRegister,
            InstructionExecutionProtection = flags.HasFlag(S390Controls.InstructionExecutionProtection),
            EnhancedDat = flags.HasFlag(S390Controls.Edat1),
        };

        using IS390Judge judge = load(image);
        IReadOnlyList<S390Outcome> outcomes = judge.Probe(state, probes);

        using Mmu<TCodec> mmu = new(memory, S390Trees.Dat);
        mmu.LoadRoot(tables.RootRegister, S390Entry<S390SoftwareBits61>.Controls(flags));
        List<string> differences = [];
        for (int i = 0; i < probes.Count; i++)
        {
            S390Outcome expected = KnownDeviations.AsSeenBy(judge.Program, probes[i], Ours(mmu, probes[i]));
            if (!expected.Agrees(outcomes[i]))
                differences.Add($"{probes[i]}: {judge.Program} {outcomes[i]}, we {expected}");
        }
        output.WriteLine($"{mappings} mappings ({large} segment frames), {probes.Count} accesses, {outcomes.Count(outcome => outcome.IsOk)} of them done");
        Assert.True(mappings >= 2000);
        Assert.Equal(segments.Length > 0, large > 0);
        Assert.True(differences.Count == 0, $"{differences.Count} differences:\n{string.Join('\n', differences.Take(20))}");
    }

    private static PhysicalAddress NewCode(PhysicalMemory memory, FrameAllocator frames, int order = 0)
    {
        Assert.True(frames.TryAllocate(order, FrameUse.Anonymous, out PhysicalAddress frame));
        memory.FillEntries(frame, 4096 << order, 4, ByteOrder.BigEndian, 0x0a02_0a02);      // SVC 2, as the judge wants it
        return frame;
    }

    private static S390Outcome Ours<TCodec>(Mmu<TCodec> mmu, S390Probe probe)
        where TCodec : struct, IPageTableEntryCodec
    {
        AccessKind access = probe.Access switch { ProbeAccess.Write => AccessKind.Write, ProbeAccess.Fetch => AccessKind.Fetch, _ => AccessKind.Read };
        mmu.Flush();
        if (mmu.TryTranslate(new VirtualAddress(probe.VirtualAddress), access, out _, out PageFault fault))
            return S390Outcome.Ok;
        HardwareFault words = TCodec.Describe(fault, default);
        bool hasIdentification = words.Vector is not (0x05 or 0x12);
        // The judge makes its data accesses in the secondary space.
        ulong space = (ulong)(probe.Access == ProbeAccess.Fetch ? S390Space.Primary : S390Space.Secondary);
        return S390Outcome.Interruption((ushort)words.Vector, hasIdentification ? words.Code | space : null);
    }
}
