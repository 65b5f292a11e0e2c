using System.Buffers.Binary;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Judges;
using Emulator.ReferenceWalkers;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Sparc64.Tests;

/// <summary>Thousands of mappings with random bits: the TSB that we fill, judged by QEMU's processor and by the reference.</summary>
public class JudgedTests(ITestOutputHelper output)
{
    private const int Mappings = 3500, Strays = 400;

    // Size, NFO, soft2, exec, software bits, L, CP, CV, E, P, W, G. IE turns bytes around and is left out; V comes with nine of ten.
    private const ulong Sun4uBits = 3UL << 61 | 1UL << 60 | 0x1ffUL << 50 | 0x1fff;
    private const ulong Sun4vBits = 1UL << 62 | 0x3fUL << 56 | 0xfff;

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Qemu_finds_in_our_tsb_what_the_manual_says()
    {
        Random random = SeededRuns.NewRandom(output.WriteLine);
        using Tree<Sun4uTte, PlainUpper> tree = new(Sparc64Trees.V61);
        List<VirtualAddress> addresses = MapRandomly(tree, Sun4uBits, random);
        TsbRefill<Sun4uTte, PlainUpper> refill = new(tree.Tables, () => Mappings);
        Fill(refill, addresses);
        Assert.Equal(4, refill.Tsb.SizeCode);           // 128 KiB: more than 3072, less than 6144 pages
        int inTsb = addresses.Count(va => refill.Tsb.TryFind(va, out _));
        Assert.InRange(inTsb, 2000, Mappings);
        byte[] image = tree.Memory.Slice(default, (int)tree.Memory.Bytes).ToArray();
        Sparc64MmuState state = new() { TsbRegister = refill.Tsb.Register, Context = random.Next(1, 0x2000) };

        using Sparc64Judge judge = Sparc64Judge.Load(image, new Sparc64JudgeOptions());
        Dictionary<string, int> seen = [];
        int judged = 0;
        foreach (ProbeAccess[] accesses in (ProbeAccess[][])[[ProbeAccess.Read, ProbeAccess.Fetch], [ProbeAccess.Write]])     // stores spoil signatures
        {
            Sparc64Probe[] probes = [.. from va in addresses from access in accesses from user in (bool[])[false, true] select new Sparc64Probe(va.Value & ~7UL, access, user)];
            IReadOnlyList<Sparc64Outcome> outcomes = judge.Probe(state, probes);
            Dictionary<ulong, int> stores = [];
            for (int i = 0; i < probes.Length; i++)
            {
                Sparc64Walk walk = tree.Reference.LookUp(state.TsbRegister, probes[i].VirtualAddress, Type(probes[i].Access), probes[i].User);
                Sparc64Outcome byTheManual = walk.TrapType is int trap ? Sparc64Outcome.Trap(trap, walk.FaultType)
                    : Sparc64Outcome.Ok(probes[i].Access == ProbeAccess.Write ? null : walk.PhysicalAddress);
                Sparc64Outcome expected = KnownDeviations.AsSeenBy(JudgeProgram.Qemu, probes[i], byTheManual);
                Assert.True(expected == outcomes[i], $"{probes[i]}: QEMU {outcomes[i]}, manual {expected}; {string.Join(' ', walk.Loads)}");
                Count(seen, outcomes[i].ToString().Split(' ') is ["ok", ..] ? "ok" : outcomes[i].ToString());
                if (outcomes[i].IsOk && probes[i].Access == ProbeAccess.Write)
                    stores[walk.PhysicalAddress!.Value] = i;
                CheckOurs(refill, tree, probes[i], byTheManual, walk.PhysicalAddress);
                judged++;
            }
            foreach ((ulong at, int index) in stores)
                Assert.Equal(Sparc64Judge.Stored(index), BinaryPrimitives.ReadUInt64BigEndian(judge.ReadPhysical(at, 8)));
        }
        output.WriteLine($"{addresses.Count} addresses, {inTsb} in the TSB, {judged} accesses judged by QEMU: {Sum(seen)}; {refill.Statistics}");
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Sun4v_tsb_and_tree_say_what_the_manual_says_in_2_6_32() => CheckByReference<Sun4vTte, ShiftedUpper>(Sparc64Trees.V2632, Sun4vBits);

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Sun4v_tsb_and_tree_say_what_the_manual_says_in_6_1() => CheckByReference<Sun4vTte, PlainUpper>(Sparc64Trees.V61, Sun4vBits);

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Sun4u_tsb_and_tree_say_what_the_manual_says_in_2_6_32() => CheckByReference<Sun4uTte, ShiftedUpper>(Sparc64Trees.V2632, Sun4uBits | 1UL << 59);

    private void CheckByReference<TLeaf, TUpper>(PageTableGeometry shape, ulong bits)
        where TLeaf : struct, ITranslationTableEntry
        where TUpper : struct, ISparc64Upper
    {
        Random random = SeededRuns.NewRandom(output.WriteLine);
        using Tree<TLeaf, TUpper> tree = new(shape);
        List<VirtualAddress> addresses = MapRandomly(tree, bits, random);
        TsbRefill<TLeaf, TUpper> refill = new(tree.Tables, () => Mappings);
        Fill(refill, addresses);
        Dictionary<string, int> seen = [];
        foreach (VirtualAddress va in addresses)
        {
            foreach (AccessKind access in Tree<TLeaf, TUpper>.Accesses)
            {
                foreach (bool user in (bool[])[false, true])
                {
                    Sparc64Walk walk = tree.Reference.Walk(tree.Tables.RootRegister, va.Value, Tree<TLeaf, TUpper>.Type(access), user);
                    string expected = Tree<TLeaf, TUpper>.Words(walk);
                    Assert.Equal(expected, Ours(refill, va, access, user));
                    Count(seen, expected.StartsWith("ok", StringComparison.Ordinal) ? "ok" : expected);
                }
            }
        }
        output.WriteLine($"{addresses.Count} addresses, {addresses.Count * 6} accesses: {Sum(seen)}; {refill.Statistics}");
        Assert.InRange(refill.Statistics.Stores, 2000, long.MaxValue);
    }

    /// <summary>Pages in clusters below and above the hole, all with frames among 4 MiB of signatures; then strays where nothing is.</summary>
    private static List<VirtualAddress> MapRandomly<TLeaf, TUpper>(Tree<TLeaf, TUpper> tree, ulong bits, Random random)
        where TLeaf : struct, ITranslationTableEntry
        where TUpper : struct, ISparc64Upper
    {
        Assert.True(tree.Frames.TryAllocate(9, FrameUse.Anonymous, out PhysicalAddress block));     // 4 MiB, aligned to that
        Sparc64Judge.Sign(tree.Memory.Slice(default, (int)tree.Memory.Bytes), block.Value, 4 << 20);
        PageTableGeometry shape = tree.Tables.Tree;
        int userBits = Math.Min(TLeaf.VirtualAddressBits, shape[shape.MaxDepth - 1].TableShift) - 1;    // what the kernel maps
        HashSet<ulong> pages = [];
        for (int cluster = 0; pages.Count < Mappings; cluster++)
        {
            ulong start = random.Bits((1UL << userBits) - 1) & ~0x7f_ffffUL;
            start = (cluster % 3) switch { 0 => start & 0xffff_ffff, 1 => start, _ => start | ulong.MaxValue << userBits };
            for (int i = 0; i < 120 && pages.Count < Mappings; i++)
            {
                ulong page = start | random.Bits(0x7f_e000);
                if (!pages.Add(page))
                    continue;
                ulong entry = random.Bits(bits) | (random.Chance(90) ? 1UL << 63 : 0);
                if (random.Chance(60))
                    entry &= ~(TLeaf.IsSun4v ? 1UL << 62 | 0x100 : 1UL << 60 | 0x04);     // NFO and P off, or little would be done
                if (TLeaf.IsSun4v)
                    entry &= ~4UL;                      // up to 4 MiB: frames have to be in memory
                int shift = TLeaf.PageShift(entry);
                ulong frame = block.Value | (random.Bits(0x3f_ffff) >> shift << shift) | (page & ((1UL << shift) - 1));
                tree.SetLeaf(new VirtualAddress(page), frame | entry);
            }
        }
        List<VirtualAddress> addresses = [.. pages.Select(page => new VirtualAddress(page + random.Bits(0x1ff8)))];
        for (int i = 0; i < Strays; i++)
        {
            ulong stray = random.Bits(~7UL) >> random.Next(40) & ~7UL;
            // Half of them next to a page, or one reach of the TSB further: same place, other tag.
            stray = i % 2 == 0 ? stray : addresses[random.Next(Mappings)].Value + (random.Chance(50) ? 0x2000UL : 4096UL << 13);
            int unused = 63 - userBits;
            bool inHole = (ulong)((long)(stray << unused) >> unused) != stray;
            // Between the tree's reach and the hole Linux's handler takes the bits that it indexes by; nothing is ever mapped there.
            if (!pages.Contains(stray & ~0x1fffUL) && (!inHole || userBits + 1 == TLeaf.VirtualAddressBits))
                addresses.Add(new VirtualAddress(stray));
        }
        return addresses;
    }

    private static void Fill(ITlbRefill refill, List<VirtualAddress> addresses)
    {
        RefillCost cost = default;
        // Strays first: a page fault lets the TSB grow to the size of the RSS.
        foreach (VirtualAddress va in addresses.AsEnumerable().Reverse())
            _ = refill.Refuses(va, AccessKind.Read, default, out _) || refill.TryRefill(va, AccessKind.Read, default, out _, out _, ref cost);
    }

    /// <summary>Our TSB and TLB, asked for what the TSB has: the outcome by the manual, but for the fault type.</summary>
    private static void CheckOurs(TsbRefill<Sun4uTte, PlainUpper> refill, Tree<Sun4uTte, PlainUpper> tree, Sparc64Probe probe, Sparc64Outcome byTheManual, ulong? at)
    {
        VirtualAddress va = new(probe.VirtualAddress);
        if (!refill.Tsb.TryFind(va, out _))
            return;
        Tsb before = refill.Tsb;
        AccessKind access = probe.Access switch { ProbeAccess.Write => AccessKind.Write, ProbeAccess.Fetch => AccessKind.Fetch, _ => AccessKind.Read };
        string expected = byTheManual.TrapType is int trap ? $"trap {trap:x2}" : Tree<Sun4uTte, PlainUpper>.Ok(at!.Value);
        Assert.Equal(expected, Ours(refill, va, access, probe.User));
        Assert.Equal(expected, tree.Walk(va, access, probe.User));
        Assert.Same(before, refill.Tsb);
    }

    private static string Ours<TLeaf, TUpper>(TsbRefill<TLeaf, TUpper> refill, VirtualAddress va, AccessKind access, bool user)
        where TLeaf : struct, ITranslationTableEntry
        where TUpper : struct, ISparc64Upper
    {
        MmuControls controls = Tree<TLeaf, TUpper>.Controls(user);
        RefillCost cost = default;
        TlbTranslation found = default;
        bool done = !refill.Refuses(va, access, controls, out PageFault fault) && refill.TryRefill(va, access, controls, out found, out fault, ref cost);
        if (done && !found.Permits(access))
        {
            fault = refill.Deny(va, access, found, ref cost);
            done = false;
        }
        return done ? Tree<TLeaf, TUpper>.Ok((found.Frame + (va - found.Page)).Value) : Tree<TLeaf, TUpper>.Words(fault, controls);
    }

    private static Sparc64AccessType Type(ProbeAccess access) => access switch
    {
        ProbeAccess.Write => Sparc64AccessType.Store,
        ProbeAccess.Fetch => Sparc64AccessType.Fetch,
        _ => Sparc64AccessType.Load,
    };

    private static void Count(Dictionary<string, int> seen, string what) => seen[what] = seen.GetValueOrDefault(what) + 1;

    private static string Sum(Dictionary<string, int> seen) => string.Join(", ", seen.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"));
}
