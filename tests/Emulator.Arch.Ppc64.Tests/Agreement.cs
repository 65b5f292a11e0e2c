using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Judges;
using Emulator.ReferenceWalkers;
using Xunit;

namespace Emulator.Arch.Ppc64.Tests;

/// <summary>One access, asked of the model, of the reference walker and of QEMU in their own words, and what each of them answers in the same words.</summary>
internal static class Agreement
{
    public const uint SystemCall = 0x4400_0002;

    public static readonly Ppc64Access[] AllAccesses =
    [
        new(Ppc64AccessType.Load, false), new(Ppc64AccessType.Store, false), new(Ppc64AccessType.Fetch, false),
        new(Ppc64AccessType.Load, true), new(Ppc64AccessType.Store, true), new(Ppc64AccessType.Fetch, true),
    ];

    public static MmuControls Controls(Ppc64Access access) => new(access.Problem ? 1ul : 0, 0);

    public static AccessKind Kind(Ppc64Access access) =>
        access.Type switch { Ppc64AccessType.Load => AccessKind.Read, Ppc64AccessType.Store => AccessKind.Write, _ => AccessKind.Fetch };

    public static Ppc64Probe Probe(ulong address, Ppc64Access access) => new(address,
        access.Type switch { Ppc64AccessType.Load => ProbeAccess.Read, Ppc64AccessType.Store => ProbeAccess.Write, _ => ProbeAccess.Fetch }, access.Problem);

    /// <summary>What a judge should say where the reference says <paramref name="walk"/>.</summary>
    public static Ppc64Outcome Outcome(Ppc64Walk walk, ulong address) => walk.Vector is { } vector
        ? new Ppc64Outcome(vector, walk.Cause, vector is 0x300 or 0x380 ? address : 0)
        : Ppc64Outcome.Ok;

    /// <summary>The same for a fault of the model.</summary>
    public static Ppc64Outcome Outcome(HardwareFault? fault, ulong address) => fault is { } hardware
        ? new Ppc64Outcome(hardware.Vector, (uint)hardware.Code, hardware.Vector is 0x300 or 0x380 ? address : 0)
        : Ppc64Outcome.Ok;

    /// <summary>Fills frames with system calls, as the judge's contract wants.</summary>
    public static void FillFrame(PhysicalMemory memory, PhysicalAddress frame, int bytes)
    {
        Span<byte> code = memory.Slice(frame, bytes);
        for (int at = 0; at < code.Length; at += 4)
            (code[at], code[at + 1], code[at + 2], code[at + 3]) = (0x44, 0, 0, 2);
    }

    public static void None(IReadOnlyCollection<string> differences) =>
        Assert.True(differences.Count == 0, $"{differences.Count} differences:\n{string.Join('\n', differences.Take(20))}");

    /// <summary>How often each outcome was seen, for the log.</summary>
    public static string Summary(IEnumerable<Ppc64Outcome> outcomes) =>
        string.Join(", ", outcomes.GroupBy(o => o with { Address = 0 }).OrderBy(g => g.Key.Vector).ThenBy(g => g.Key.Cause).Select(g => $"{g.Count()} {g.Key}"));
}
