using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Judges;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Amd64.Tests;

/// <summary>QEMU does accesses through tables that our mapper wrote, and our MMU says the same of each.</summary>
public class JudgedByQemuTests(ITestOutputHelper output)
{
    private const int PhysicalBits = 40, CodeFrames = 64;

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(false)]
    [InlineData(true)]
    public void QEMU_translates_our_tables_as_we_do(bool la57) => SeededRuns.Run(1, random =>
    {
        using PhysicalMemory memory = new(16 << 20);
        using FrameAllocator frames = new(memory, 12);
        PageTableGeometry tree = la57 ? Amd64Trees.FiveLevel : Amd64Trees.FourLevel;
        Assert.True(PageTables<Amd64Entry>.TryCreate(tree, frames, tree.MaxDepth, null, out PageTables<Amd64Entry> tables));
        PhysicalAddress[] code = [.. Enumerable.Range(0, CodeFrames).Select(_ => NewCode(memory, frames))];
        List<Amd64Probe> probes = [];
        int mappings = 0;
        for (int cluster = 0; cluster < 250; cluster++)
        {
            // Below slot 200 of the top table: the judge needs a free one.
            ulong start = (ulong)random.NextInt64(200L << (la57 ? 48 : 39)) & ~0xffful;
            for (int page = 0; page < 10; page++)
            {
                ulong va = start + (ulong)page * 4096;
                if (random.Chance(90))
                {
                    Assert.True(tables.TryMap(new VirtualAddress(va), random.Pick(code), (PageFlags)random.Next(64)));
                    mappings++;
                }
                foreach (ProbeAccess access in (ProbeAccess[])[ProbeAccess.Read, ProbeAccess.Write, ProbeAccess.Fetch])
                    probes.Add(new Amd64Probe(va + (ulong)random.Next(4096), access, User: true));
            }
        }
        probes.Add(new Amd64Probe(1UL << (la57 ? 56 : 47), ProbeAccess.Read, User: true));
        byte[] image = memory.Slice(default, (int)memory.Bytes).ToArray();

        using Amd64Judge judge = Amd64Judge.Load(image, new Amd64JudgeOptions { PhysicalAddressBits = PhysicalBits });
        IReadOnlyList<Amd64Outcome> outcomes = judge.Probe(new Amd64PagingState { Cr3 = tables.RootRegister, La57 = la57 }, probes);

        Amd64Controls flags = Amd64Controls.User | Amd64Controls.WriteProtect | Amd64Controls.NoExecute | Amd64Controls.GigabytePages | (la57 ? Amd64Controls.La57 : 0);
        MmuControls controls = Amd64Entry.Controls(flags, PhysicalBits);
        using Mmu<Amd64Entry> mmu = new(memory, tree);
        mmu.LoadRoot(tables.RootRegister, controls);
        List<string> differences = [];
        for (int i = 0; i < probes.Count; i++)
        {
            Amd64Outcome expected = KnownDeviations.AsSeenBy(JudgeProgram.Qemu, probes[i], Ours(mmu, controls, probes[i]));
            if (expected != outcomes[i])
                differences.Add($"{probes[i]}: QEMU {outcomes[i]}, we {expected}");
        }
        output.WriteLine($"{mappings} mappings, {probes.Count} accesses, {outcomes.Count(outcome => outcome.IsOk)} of them done");
        Assert.True(mappings >= 2000);
        Assert.True(differences.Count == 0, $"{differences.Count} differences:\n{string.Join('\n', differences.Take(20))}");
        AssertSameMarks(judge, memory, tables);
    });

    private static PhysicalAddress NewCode(PhysicalMemory memory, FrameAllocator frames)
    {
        Assert.True(frames.TryAllocate(0, FrameUse.Anonymous, out PhysicalAddress frame));
        memory.Slice(frame, 4096).Fill(0xcc);       // int3, as the judge wants it
        return frame;
    }

    private static Amd64Outcome Ours(Mmu<Amd64Entry> mmu, MmuControls controls, Amd64Probe probe)
    {
        AccessKind access = probe.Access switch { ProbeAccess.Write => AccessKind.Write, ProbeAccess.Fetch => AccessKind.Fetch, _ => AccessKind.Read };
        mmu.Flush();
        if (mmu.TryTranslate(new VirtualAddress(probe.VirtualAddress), access, out _, out PageFault fault))
            return Amd64Outcome.Ok;
        HardwareFault words = Amd64Entry.Describe(fault, controls);
        return words.Vector == 14 ? Amd64Outcome.PageFault((uint)words.Code, probe.VirtualAddress) : Amd64Outcome.GeneralProtection;
    }

    /// <summary>After the same accesses every entry is the same, accessed and dirty bits included; above a leaf that faulted both are allowed.</summary>
    private static void AssertSameMarks(Amd64Judge judge, PhysicalMemory memory, PageTables<Amd64Entry> tables)
    {
        foreach (TableView table in tables.Tables())
        {
            byte[] theirs = judge.ReadPhysical(table.At.Value, 4096);
            for (int i = 0; i < 512; i++)
            {
                ulong ours = memory.Read<ulong>(table.At + (ulong)i * 8), seen = BitConverter.ToUInt64(theirs, i * 8);
                Assert.True(ours == seen || (table.Level > 0 && (ours ^ seen) == 0x20), $"entry {i} of the table at {table.At}, level {table.Level}: QEMU {seen:x}, we {ours:x}");
            }
        }
    }
}
