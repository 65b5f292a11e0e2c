using System.Buffers.Binary;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Judges;
using Emulator.ReferenceWalkers;
using Xunit;

namespace Emulator.Arch.Ppc64.Tests;

/// <summary>Compares what QEMU did in a hash table with the model's hardware and the reference walker, access by access, and then all of memory.</summary>
internal static class HashAgreement
{
    public static void Check(Ppc64Judge judge, PhysicalMemory memory, HashedPageTable table, HpteFormat format, IReadOnlyList<SlbEntry> segments,
        IReadOnlyList<(ulong Address, Ppc64Access Access)> accesses, IReadOnlyList<Ppc64Outcome> seen, ITestOutputHelper output)
    {
        Ppc64HashReferenceWalker manual = new(at => memory.TryReadEntry(new PhysicalAddress(at), 8, ByteOrder.BigEndian, out ulong entry) ? entry : null, format == HpteFormat.Isa300);
        Ppc64SlbEntry[] slb = [.. segments.Select(s => new Ppc64SlbEntry(s.Rb, s.Rs))];
        List<string> differences = [];
        int translated = 0;
        for (int i = 0; i < accesses.Count; i++)
        {
            (ulong address, Ppc64Access access) = accesses[i];
            Ppc64Walk expected = manual.Walk(table.Register, slb, 0, address, access);
            Ppc64Outcome model = Translate(table, segments, address, access, out PhysicalAddress? found, out long references);
            if (seen[i] != model || model != Agreement.Outcome(expected, address) || found?.Value != expected.RealAddress)
                differences.Add($"{access} {address:x16}: QEMU {seen[i]}, model {model} {found}, manual {expected}");
            if (references < expected.EntriesRead || references > expected.EntriesRead + 2)     // at most an R and a C byte besides
                differences.Add($"{access} {address:x16}: {references} references, the manual reads {expected.EntriesRead} entries");
            // Where it goes: QEMU's debug walk, now and then.
            if (access is { Problem: false, Type: Ppc64AccessType.Load } && expected.RealAddress is { } real && translated++ % 10 == 0 && judge.TranslateSupervisorLoad(address) != real)
                differences.Add($"{address:x16}: QEMU goes to {judge.TranslateSupervisorLoad(address):x}, the manual to {real:x}");
        }
        byte[] byJudge = judge.ReadPhysical(0, checked((int)memory.Bytes));
        ReadOnlySpan<byte> byModel = memory.Slice(default, byJudge.Length);
        int first = byJudge.AsSpan().CommonPrefixLength(byModel);
        if (first != byModel.Length)
        {
            differences.Add($"memory differs first at {first:x}: QEMU {BinaryPrimitives.ReadUInt64BigEndian(byJudge.AsSpan(first & ~7)):x16}, " +
                $"model {BinaryPrimitives.ReadUInt64BigEndian(byModel[(first & ~7)..]):x16}");
        }
        output.WriteLine($"{accesses.Count} accesses, {table.BytesStored} R and C bytes: {Agreement.Summary(seen)}");
        Agreement.None(differences);
    }

    public static Ppc64Outcome Translate(HashedPageTable table, IReadOnlyList<SlbEntry> segments, ulong address, Ppc64Access access, out PhysicalAddress? found, out long references)
    {
        VirtualAddress va = new(address);
        found = null;
        references = 0;
        if (segments.FirstOrDefault(s => s.Matches(va)) is not { IsValid: true } segment)
            return new Ppc64Outcome(access.Type == Ppc64AccessType.Fetch ? 0x480 : 0x380, 0, access.Type == Ppc64AccessType.Fetch ? 0 : address);
        if (!table.TryTranslate(segment, va, Agreement.Kind(access), access.Problem, out TlbTranslation translation, out HardwareFault fault, ref references))
            return Agreement.Outcome(fault, address);
        found = translation.Frame + (va - translation.Page);
        return translation.Permits(Agreement.Kind(access)) ? Ppc64Outcome.Ok : throw new InvalidOperationException($"{access} is done but not permitted by {translation}");
    }
}
