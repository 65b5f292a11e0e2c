using Emulator.ReferenceWalkers;
using Xunit;

namespace Emulator.Judges.Tests;

/// <summary>QEMU and the manual agree about page tables, four levels deep and five.</summary>
public class Amd64JudgeTests(ITestOutputHelper output)
{
    private static readonly Amd64JudgeOptions Options = new() { PhysicalAddressBits = Amd64Agreement.PhysicalAddressBits };

    // Bit 51 is reserved: MAXPHYADDR is less.
    private static readonly ulong[] CombinedBits =
        [Amd64Image.Present, Amd64Image.Writable, Amd64Image.User, Amd64Image.Large, Amd64Image.ExecuteDisable, 1UL << 51];

    // With one 2 MiB range of frames at 8 MiB, a 1 GiB page at 0 reaches them through this PD index.
    private const int FramesPdIndex = (int)(Amd64Image.Frames >> 21);

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_combination_of_bits_at_every_level_acts_as_in_the_manual(bool la57)
    {
        Random random = TestSeed.NewRandom(output);
        Amd64Image image = new();
        ulong root = image.NewTable();
        List<ulong> addresses = [];
        AddCombinations(image, root, la57 ? 5 : 4, [], addresses, random);
        List<Amd64Probe> probes = [.. addresses.SelectMany(Amd64Agreement.AllAccesses)];

        using Amd64Judge judge = Amd64Judge.Load(image.Bytes, Options);

        foreach (Amd64PagingState state in States(root, la57, random))
            Amd64Agreement.Check(judge, image, state, probes, output);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(false)]
    [InlineData(true)]
    public void Random_trees_act_as_in_the_manual(bool la57)
    {
        Random random = TestSeed.NewRandom(output);
        Amd64Image image = new();
        ulong root = image.NewTable();
        List<ulong> addresses = [.. NonCanonical(la57, random)];
        int[] rootSlots = [.. Enumerable.Range(0, 500)];        // the judge needs a free one
        random.Shuffle(rootSlots);
        foreach (int slot in rootSlots.AsSpan(0, 300))
            AddRandomBranch(image, root, la57 ? 5 : 4, slot, addresses, random);
        List<Amd64Probe> probes = [.. addresses.SelectMany(Amd64Agreement.AllAccesses)];

        using Amd64Judge judge = Amd64Judge.Load(image.Bytes, Options);

        foreach (Amd64PagingState state in States(root, la57, random))
            Amd64Agreement.Check(judge, image, state, probes, output);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(false)]
    [InlineData(true)]
    public void Debug_walk_finds_the_frame_of_every_translated_address(bool la57)
    {
        Random random = TestSeed.NewRandom(output);
        Amd64Image image = new();
        ulong root = image.NewTable();
        List<ulong> addresses = [];
        for (int slot = 0; slot < 100; slot++)
            AddRandomBranch(image, root, la57 ? 5 : 4, slot, addresses, random);
        Amd64PagingState state = new() { Cr3 = root, La57 = la57 };
        Amd64Controls controls = new() { La57 = la57, NoExecute = true, PhysicalAddressBits = Amd64Agreement.PhysicalAddressBits };
        Amd64ReferenceWalker walker = new(image.Read, controls);

        using Amd64Judge judge = Amd64Judge.Load(image.Bytes, Options);

        int compared = 0;
        foreach (ulong address in addresses)
        {
            Amd64Walk walk = walker.Walk(root, address, new Amd64Access(Amd64AccessType.Read, User: false));
            if (walk.End != Amd64WalkEnd.Translated)
                continue;                                       // the debug walk knows neither rights nor reserved bits
            Assert.Equal(walk.PhysicalAddress, judge.TranslateWithoutChecks(state, address));
            compared++;
        }
        output.WriteLine($"{compared} addresses");
        Assert.InRange(compared, 50, addresses.Count);
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Gdb_stub_and_memory_file_show_the_same_physical_memory()
    {
        QemuOptions options = new()
        {
            Program = "qemu-system-x86_64",
            Machine = "none",
            Cpu = "max,apic-id=0,-apic",
            MemoryBytes = 4 << 20,
        };

        using QemuMachine machine = QemuMachine.Start(options, new byte[] { 1, 2, 3, 4 });
        machine.Gdb.UsePhysicalMemory(true);
        machine.Gdb.WriteMemory(0x200000, [5, 6, 7]);
        machine.Gdb.WriteRegister("cr3", 0x12345000);

        Assert.Equal([1, 2, 3, 4], machine.Gdb.ReadMemory(0, 4));
        Assert.Equal([5, 6, 7], machine.ReadPhysical(0x200000, 3));
        Assert.Equal(0x12345000UL, machine.Gdb.ReadRegister("cr3"));
        Assert.Contains("CR3=12345000", machine.Monitor("info registers"));
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Probe_that_does_not_come_back_ends_in_an_error_that_names_it()
    {
        Amd64Image image = new();
        ulong root = image.NewTable();
        image.Set(root, 0, LowerTree(image, 4, new Random(0)) | Amd64Image.All);
        image.Bytes.AsSpan((int)Amd64Image.Frames, (int)Amd64Image.FramesBytes).Fill(0x90);
        for (ulong last = Amd64Image.Frames + 4094; last < Amd64Image.Frames + Amd64Image.FramesBytes; last += 4096)
            (image.Bytes[last], image.Bytes[last + 1]) = (0xeb, 0xfe);      // nops, and at the end of each frame a jump to itself
        ulong address = Amd64Image.Address([0, .. LowerPath(4)], 0);
        using Amd64Judge judge = Amd64Judge.Load(image.Bytes, Options with { RunLimit = TimeSpan.FromSeconds(1) });

        JudgeException hang = Assert.Throws<JudgeException>(
            () => judge.Probe(new Amd64PagingState { Cr3 = root }, [new Amd64Probe(address, ProbeAccess.Fetch, User: false)]));

        Assert.Contains($"hangs at 'supervisor Fetch {address:x16}'", hang.Message);
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Sweep_loads_from_every_place_and_says_when_one_is_not_mapped()
    {
        const int Places = 256;
        Amd64Image image = new();
        ulong root = image.NewTable(), table = root;
        for (int level = 0; level < 3; level++)
        {
            ulong lower = image.NewTable();
            image.Set(table, 0, lower | Amd64Image.All);
            table = lower;
        }
        for (int page = 0; page < Places; page++)
            image.Set(table, page, (Amd64Image.Frames + ((ulong)page << 12)) | Amd64Image.All);
        Amd64PagingState state = new() { Cr3 = root };
        Sweep sweep = new(Start: 0, StrideBytes: 4096, Multiplier: 5, Increment: 3, Mask: Places - 1, Loads: Places);
        using Amd64Judge judge = Amd64Judge.Load(image.Bytes, Options);

        TimeSpan used = judge.Run(state, sweep);
        byte[] entries = judge.ReadPhysical(table, 512 * 8);
        JudgeException unmapped = Assert.Throws<JudgeException>(() => judge.Run(state, sweep with { Mask = 511, Loads = 512 }));

        output.WriteLine($"{used.TotalMilliseconds} ms");
        Assert.True(used > TimeSpan.Zero);
        Assert.All(Enumerable.Range(0, 512), page => Assert.Equal(page < Places, (entries[page * 8] & Amd64Image.Accessed) != 0));
        Assert.EndsWith("ended in e", unmapped.Message);        // #PF
    }

    // The corners, and some more at random. Protection keys with every pair of bits.
    private static IEnumerable<Amd64PagingState> States(ulong root, bool la57, Random random)
    {
        Amd64PagingState plain = new() { Cr3 = root, La57 = la57 };
        yield return plain;
        yield return plain with { WriteProtect = false, NoExecute = false };
        yield return plain with { Smep = true, Smap = true };
        yield return plain with { ProtectionKeys = true, Pkru = 0xe4e4e4e4 };
        for (int i = 0; i < 2; i++)
        {
            yield return plain with
            {
                WriteProtect = random.Chance(50),
                NoExecute = random.Chance(50),
                Smep = random.Chance(50),
                Smap = random.Chance(50),
                ProtectionKeys = random.Chance(70),
                Pkru = (uint)random.NextInt64(1L << 32),
            };
        }
    }

    private static IEnumerable<ulong> NonCanonical(bool la57, Random random)
    {
        int width = la57 ? 57 : 48;
        yield return 1UL << (width - 1);
        yield return (ulong.MaxValue << (width - 1)) - 1;
        for (int i = 0; i < 20; i++)
            yield return (random.Bits(ulong.MaxValue) >> 1) | (1UL << random.Next(width, 62));      // above the width a 0 and a 1
    }

    // Each of the 64 combinations of P, R/W, U/S, PS, XD and a reserved address bit, in one entry of a path that allows all else.
    private static void AddCombinations(Amd64Image image, ulong table, int level, int[] path, List<ulong> addresses, Random random)
    {
        int firstIndex = random.Next(2, 400);
        for (int combination = 0; combination < 1 << CombinedBits.Length; combination++)
        {
            ulong bits = 0;
            for (int bit = 0; bit < CombinedBits.Length; bit++)
                bits |= (combination >> bit & 1) != 0 ? CombinedBits[bit] : 0;
            int index = firstIndex + combination;
            bool isLarge = level is 2 or 3 && (bits & Amd64Image.Large) != 0;
            image.Set(table, index, bits | (isLarge ? LargeFrame(level) : LowerTree(image, level, random)));
            addresses.Add(Amd64Image.Address([.. path, index, .. LowerPath(level)], (ulong)random.Next(4096)));
        }
        if (level == 1)
            return;

        // 1 GiB pages need this PD index, so at level 2 the way down goes through a slot that is not used above.
        int down = level == 2 ? 1 : 500;
        ulong lower = image.NewTable();
        image.Set(table, down, lower | Amd64Image.All);
        AddCombinations(image, lower, level - 1, [.. path, down], addresses, random);
    }

    private static int[] LowerPath(int level) => [.. Enumerable.Range(1, level - 1).Reverse().Select(l => l == 2 ? FramesPdIndex : l + 6)];

    // What an entry of this level points at: a frame, or tables that lead to one along LowerPath.
    private static ulong LowerTree(Amd64Image image, int level, Random random)
    {
        ulong target = Amd64Image.Frames + ((ulong)random.Next((int)(Amd64Image.FramesBytes >> 12)) << 12);
        int[] indices = [.. LowerPath(level).Reverse()];
        foreach (int index in indices)
        {
            ulong table = image.NewTable();
            image.Set(table, index, target | Amd64Image.All);
            target = table;
        }
        return target;
    }

    private static ulong LargeFrame(int level) => level == 2 ? Amd64Image.Frames : 0;

    // One root slot with a chain of tables of its own, where anything may be wrong, and eight addresses at its end.
    private static void AddRandomBranch(Amd64Image image, ulong root, int levels, int rootSlot, List<ulong> addresses, Random random)
    {
        int leafLevel = random.Next(100) switch { < 60 => 1, < 85 => 2, _ => 3 };
        bool isClean = random.Chance(30);
        ulong table = root;
        List<int> path = [];
        for (int level = levels; level > leafLevel; level--)
        {
            int index = level == levels ? rootSlot : random.Next(512);
            ulong lower = image.NewTable();
            // PS would make a page of this level; that is what leafLevel is for. In PML4E and PML5E it is just reserved.
            ulong bits = isClean || random.Chance(75) ? Amd64Image.All : RandomBits(random) & ~(level <= 3 ? Amd64Image.Large : 0);
            image.Set(table, index, lower | bits | IgnoredBits(random));
            path.Add(index);
            table = lower;
        }
        for (int i = 0; i < 8; i++)
        {
            int index = random.Next(512);
            ulong offset = (ulong)random.Next((int)Amd64Image.FramesBytes);
            ulong frame = leafLevel == 1 ? Amd64Image.Frames + (offset & ~0xfffUL) : LargeFrame(leafLevel);
            ulong bits = RandomBits(random) | (random.Chance(80) ? Amd64Image.Present : 0);
            if (leafLevel > 1)
                bits |= Amd64Image.Large;
            if (leafLevel > 1 && random.Chance(15))
                bits |= 1UL << random.Next(13, leafLevel == 2 ? 21 : 30);   // reserved: the page is not aligned
            if (leafLevel > 1 && random.Chance(50))
                bits |= 1UL << 12;                                          // PAT
            image.Set(table, index, frame | bits | IgnoredBits(random));
            int[] below = leafLevel switch { 1 => [], 2 => [(int)(offset >> 12)], _ => [FramesPdIndex, (int)(offset >> 12)] };
            addresses.Add(Amd64Image.Address([.. path, index, .. below], offset & 0xfff));
        }
    }

    private static ulong RandomBits(Random random)
    {
        ulong bits = random.Chance(80) ? Amd64Image.Present : 0;
        bits |= random.Chance(60) ? Amd64Image.Writable : 0;
        bits |= random.Chance(60) ? Amd64Image.User : 0;
        bits |= random.Chance(10) ? Amd64Image.Large : 0;
        bits |= random.Chance(30) ? Amd64Image.ExecuteDisable : 0;
        return bits | (random.Chance(8) ? 1UL << random.Next(Amd64Agreement.PhysicalAddressBits, 52) : 0);
    }

    // PWT, PCD, A, D, G and what software may use; keys are ignored without CR4.PKE. All mean nothing in an upper entry, except A.
    private static ulong IgnoredBits(Random random)
    {
        ulong kept = random.Chance(70) ? ~(Amd64Image.Accessed | Amd64Image.Dirty) : ulong.MaxValue;
        return random.Bits(0x7ff0000000000f78) & kept;
    }
}
