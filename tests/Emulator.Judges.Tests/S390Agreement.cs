using Emulator.ReferenceWalkers;
using Xunit;

namespace Emulator.Judges.Tests;

/// <summary>Asks a judge and the reference walker about the same accesses and compares codes and translation-exception codes.</summary>
internal static class S390Agreement
{
    private static readonly ProbeAccess[] Accesses = [ProbeAccess.Read, ProbeAccess.Write, ProbeAccess.Fetch, ProbeAccess.LoadRealAddress];

    /// <summary>All access kinds at each address.</summary>
    public static IReadOnlyList<S390Probe> AllAccesses(IEnumerable<ulong> addresses) =>
        [.. addresses.SelectMany(_ => Accesses, (address, access) => new S390Probe(address, access))];

    public static void Check(IS390Judge judge, S390Image image, S390DatState state, IReadOnlyList<S390Probe> probes,
        ITestOutputHelper output)
    {
        IReadOnlyList<S390Outcome> outcomes = judge.Probe(state, probes);

        S390ReferenceWalker walker = new(image.Read, Controls(KnownDeviations.Effective(judge.Program, state)));
        List<string> differences = [];
        Dictionary<string, int> seen = [];
        for (int i = 0; i < probes.Count; i++)
        {
            S390Probe probe = probes[i];
            ulong address = state.Addressing31 ? probe.VirtualAddress & 0x7fffffff : probe.VirtualAddress;
            S390Space space = probe.Access == ProbeAccess.Fetch ? S390Space.Primary : S390Space.Secondary;
            S390Walk walk = walker.Walk(state.Asce, address, Type(probe), space);
            if (probe.Access == ProbeAccess.LoadRealAddress)
            {
                // Only the good case is the same for all judges; LRA does not care whether the frame exists.
                if (walk.RealAddress is ulong real && (outcomes[i].ConditionCode != 0 || outcomes[i].LoadedAddress != real))
                    differences.Add($"{probe}: {judge.Program} {outcomes[i]}, manual cc 0 {real:x16}; {Path(walk)}");
                continue;
            }
            S390Outcome byTheManual = walk.InterruptionCode is ushort code
                ? S390Outcome.Interruption(code, walk.TranslationExceptionIdentification)
                : S390Outcome.Ok;
            S390Outcome expected = KnownDeviations.AsSeenBy(judge.Program, probe, byTheManual);
            string kind = expected.IsOk ? "ok" : $"{expected.InterruptionCode:x2}";
            seen[kind] = seen.GetValueOrDefault(kind) + 1;
            if (!expected.Agrees(outcomes[i]))
                differences.Add($"{probe}: {judge.Program} {outcomes[i]}, manual {expected}; {Path(walk)}");
        }
        string counts = string.Join(", ", seen.OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key}"));
        output.WriteLine($"{probes.Count} probes, {counts}; {state}");
        Assert.True(differences.Count == 0, $"{differences.Count} differences under {state}:\n{string.Join('\n', differences.Take(20))}");
    }

    private static S390Controls Controls(S390DatState state) => new()
    {
        EnhancedDat1 = state.EnhancedDat,
        EnhancedDat2 = state.EnhancedDat && state.RegionFrames,
        InstructionExecutionProtection = state.InstructionExecutionProtection,
    };

    private static S390AccessType Type(S390Probe probe) => probe.Access switch
    {
        ProbeAccess.Write => S390AccessType.Store,
        ProbeAccess.Fetch => S390AccessType.InstructionFetch,
        _ => S390AccessType.Fetch,
    };

    private static string Path(S390Walk walk) => string.Join(" ", walk.Entries.Select(e => $"{e.Value:x16}"));
}
