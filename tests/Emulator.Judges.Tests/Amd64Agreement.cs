using System.Buffers.Binary;
using Emulator.ReferenceWalkers;
using Xunit;

namespace Emulator.Judges.Tests;

/// <summary>Asks QEMU and the reference walker about the same accesses and compares outcomes and accessed and dirty bits.</summary>
internal static class Amd64Agreement
{
    public const int PhysicalAddressBits = 40;

    /// <summary>All access kinds at one address.</summary>
    public static IEnumerable<Amd64Probe> AllAccesses(ulong address)
    {
        foreach (bool user in (bool[])[false, true])
        {
            foreach (ProbeAccess access in (ProbeAccess[])[ProbeAccess.Read, ProbeAccess.Write, ProbeAccess.Fetch])
                yield return new Amd64Probe(address, access, user);
        }
        yield return new Amd64Probe(address, ProbeAccess.Read, User: false) { AlignmentCheck = true };
        yield return new Amd64Probe(address, ProbeAccess.Write, User: false) { AlignmentCheck = true };
    }

    public static void Check(Amd64Judge judge, Amd64Image image, Amd64PagingState state, IReadOnlyList<Amd64Probe> probes,
        ITestOutputHelper output)
    {
        judge.WritePhysical(Amd64Image.TablesStart, image.Tables);          // forget the accessed and dirty bits of the last run

        IReadOnlyList<Amd64Outcome> outcomes = judge.Probe(state, probes);

        Amd64ReferenceWalker walker = new(image.Read, Controls(state));
        Dictionary<ulong, ulong> mustSet = [], maySet = [];
        List<string> differences = [];
        Dictionary<string, int> seen = [];
        for (int i = 0; i < probes.Count; i++)
        {
            Amd64Walk walk = walker.Walk(state.Cr3, probes[i].VirtualAddress, Access(probes[i]));
            Amd64Outcome expected = KnownDeviations.AsSeenBy(JudgeProgram.Qemu, probes[i], Outcome(walk, probes[i].VirtualAddress));
            string kind = expected.IsOk ? "ok" : $"#{expected.Vector}({expected.ErrorCode:x})";
            seen[kind] = seen.GetValueOrDefault(kind) + 1;
            if (outcomes[i] != expected)
                differences.Add($"{probes[i]}: QEMU {outcomes[i]}, manual {expected}; {Path(walk)}");
            NoteBits(walk, mustSet, maySet);
        }
        differences.AddRange(WrongBits(judge, image, mustSet, maySet));
        string counts = string.Join(", ", seen.OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key}"));
        output.WriteLine($"{probes.Count} probes, {counts}; {state}");
        Assert.True(differences.Count == 0, $"{differences.Count} differences under {state}:\n{string.Join('\n', differences.Take(20))}");
    }

    private static Amd64Controls Controls(Amd64PagingState state) => new()
    {
        La57 = state.La57,
        WriteProtect = state.WriteProtect,
        NoExecute = state.NoExecute,
        Smep = state.Smep,
        Smap = state.Smap,
        ProtectionKeys = state.ProtectionKeys,
        Pkru = state.Pkru,
        PhysicalAddressBits = PhysicalAddressBits,
    };

    private static Amd64Access Access(Amd64Probe probe)
    {
        Amd64AccessType type = probe.Access switch
        {
            ProbeAccess.Read => Amd64AccessType.Read,
            ProbeAccess.Write => Amd64AccessType.Write,
            _ => Amd64AccessType.Fetch,
        };
        return new Amd64Access(type, probe.User) { AlignmentCheck = probe.AlignmentCheck };
    }

    private static Amd64Outcome Outcome(Amd64Walk walk, ulong address) => walk.End switch
    {
        Amd64WalkEnd.Translated => Amd64Outcome.Ok,
        Amd64WalkEnd.GeneralProtection => Amd64Outcome.GeneralProtection,
        Amd64WalkEnd.PageFault => Amd64Outcome.PageFault(walk.ErrorCode, address),
        _ => throw new InvalidOperationException($"the test image leads out of storage at {address:x16}"),
    };

    private static string Path(Amd64Walk walk) => string.Join(" ", walk.Entries.Select(e => $"{e.Value:x16}"));

    private static void NoteBits(Amd64Walk walk, Dictionary<ulong, ulong> mustSet, Dictionary<ulong, ulong> maySet)
    {
        for (int i = 0; i < walk.Entries.Count; i++)
        {
            bool isLeaf = walk.ReachedLeaf && i == walk.Entries.Count - 1;
            ulong address = walk.Entries[i].Address;
            ulong dirty = isLeaf && walk.SetsDirty ? Amd64Image.Dirty : 0;
            if (walk.End == Amd64WalkEnd.Translated)
                mustSet[address] = mustSet.GetValueOrDefault(address) | Amd64Image.Accessed | dirty;
            else if (!isLeaf)
                maySet[address] = Amd64Image.Accessed;          // deviation upper-accessed
        }
        if (walk is { End: Amd64WalkEnd.PageFault, LastEntry: { Level: 3 } last } && (last.Value & Amd64Image.Large) != 0)
            maySet[last.Address] = Amd64Image.Accessed;         // deviation large-leaf-accessed
    }

    // Every word of every table: nothing but accessed and dirty bits may change, and those only where the walks say so.
    private static IEnumerable<string> WrongBits(Amd64Judge judge, Amd64Image image, Dictionary<ulong, ulong> mustSet,
        Dictionary<ulong, ulong> maySet)
    {
        byte[] after = judge.ReadPhysical(Amd64Image.TablesStart, image.Tables.Length);
        for (int at = 0; at < after.Length; at += 8)
        {
            ulong address = Amd64Image.TablesStart + (ulong)at;
            ulong was = BinaryPrimitives.ReadUInt64LittleEndian(image.Bytes.AsSpan((int)address));
            ulong now = BinaryPrimitives.ReadUInt64LittleEndian(after.AsSpan(at));
            ulong must = was | mustSet.GetValueOrDefault(address);
            if ((now | maySet.GetValueOrDefault(address)) != (must | maySet.GetValueOrDefault(address)))
                yield return $"entry at {address:x16}: was {was:x16}, is {now:x16}, should be {must:x16}";
        }
    }
}
