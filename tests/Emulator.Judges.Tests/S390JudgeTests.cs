using Emulator.ReferenceWalkers;
using Xunit;

namespace Emulator.Judges.Tests;

/// <summary>QEMU, Hercules and the manual agree about DAT, from a segment table alone to all five tables.</summary>
public class S390JudgeTests(ITestOutputHelper output)
{
    private static readonly S390JudgeOptions Options = new();

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(JudgeProgram.Qemu)]
    [InlineData(JudgeProgram.Hercules)]
    public void Every_combination_of_bits_at_every_level_acts_as_in_the_manual(JudgeProgram program)
    {
        Random random = TestSeed.NewRandom(output);
        S390Image image = new();
        ulong root = image.NewTable(level: 4);
        List<ulong> addresses = [];
        AddCombinations(image, root, 4, 0, addresses, random);

        using IS390Judge judge = Load(program, image);

        foreach (S390DatState state in States(root, 4, random).Take(2))
            S390Agreement.Check(judge, image, state, S390Agreement.AllAccesses(addresses), output);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(JudgeProgram.Qemu, 1)]
    [InlineData(JudgeProgram.Qemu, 2)]
    [InlineData(JudgeProgram.Qemu, 3)]
    [InlineData(JudgeProgram.Qemu, 4)]
    [InlineData(JudgeProgram.Hercules, 1)]
    [InlineData(JudgeProgram.Hercules, 2)]
    [InlineData(JudgeProgram.Hercules, 3)]
    [InlineData(JudgeProgram.Hercules, 4)]
    public void Random_tables_act_as_in_the_manual(JudgeProgram program, int topLevel)
    {
        Random random = TestSeed.NewRandom(output);
        S390Image image = new();
        ulong root = image.NewTable(topLevel);
        List<ulong> addresses = RandomTables(image, root, topLevel, random);

        using IS390Judge judge = Load(program, image);

        foreach (S390DatState state in States(root, topLevel, random))
            S390Agreement.Check(judge, image, state, S390Agreement.AllAccesses(addresses), output);
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Debug_walk_finds_the_frame_of_every_translated_address()
    {
        Random random = TestSeed.NewRandom(output);
        S390Image image = new();
        ulong root = image.NewTable(level: 2);
        List<ulong> addresses = RandomTables(image, root, 2, random);
        S390DatState state = new() { Asce = root | S390Image.TableType(2) | 3 };
        S390ReferenceWalker walker = new(image.Read, new S390Controls());

        using S390Judge judge = S390Judge.Load(image.Bytes, Options);

        int compared = 0;
        foreach (ulong address in addresses)
        {
            S390Walk walk = walker.Walk(state.Asce, address, S390AccessType.Fetch, S390Space.Primary);
            if (walk.InterruptionCode is not null)
                continue;                                       // the debug walk does not look whether frames exist
            Assert.Equal(walk.RealAddress, judge.TranslateWithoutChecks(state, address));
            compared++;
        }
        output.WriteLine($"{compared} addresses");
        Assert.InRange(compared, 50, addresses.Count);
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Missing_program_is_named_with_its_package()
    {
        MissingToolException missing = Assert.Throws<MissingToolException>(
            () => HerculesJudge.Load(new byte[8192], Options with { HerculesProgram = "no-such-hercules" }));

        Assert.Contains("apt-get install no-such-hercules", missing.Message);
    }

    private static IS390Judge Load(JudgeProgram program, S390Image image) =>
        program == JudgeProgram.Qemu ? S390Judge.Load(image.Bytes, Options) : HerculesJudge.Load(image.Bytes, Options);

    // With EDAT and without; all the length the tables have and less; shared and private space; 31-bit addressing.
    private static IEnumerable<S390DatState> States(ulong root, int topLevel, Random random)
    {
        const ulong Private = 0x100, FullLength = 3;
        ulong asce = root | S390Image.TableType(topLevel);
        yield return new S390DatState { Asce = asce | FullLength, EnhancedDat = true, InstructionExecutionProtection = true };
        yield return new S390DatState { Asce = asce | FullLength | Private };
        yield return new S390DatState
        {
            Asce = asce | random.Bits(0x3c3),                   // G, P, S, X, TL
            EnhancedDat = random.Chance(50),
            InstructionExecutionProtection = random.Chance(50),
        };
        yield return new S390DatState { Asce = asce | FullLength, EnhancedDat = true, Addressing31 = true };
    }

    // Every combination of the bits that matter, in one entry of a path that allows all else: I, P, TT, TF and TL of region entries with
    // addresses in all quarters of the table below; I, P, TT, C and FC of segment entries; I, P, bit 52 and IEP of page entries.
    private static void AddCombinations(S390Image image, ulong table, int level, ulong upper, List<ulong> addresses, Random random)
    {
        int combinations = level switch { 0 => 16, 1 => 64, _ => 256 };
        int firstIndex = level == 0 ? 0 : random.Next(1500);
        ulong clean = level == 0 ? 0 : CleanTable(image, level - 1);
        for (int combination = 0; combination < combinations; combination++)
        {
            ulong bits = (ulong)combination;
            image.Set(table, firstIndex + combination, level switch
            {
                0 => S390Image.Frames + (bits << 12) | (bits << 8),                             // 52 53 (I) 54 (P) 55 (IEP)
                1 => (SegmentBits(bits) & S390Image.FormatControl) != 0 ? S390Image.Frames | SegmentBits(bits) : clean | SegmentBits(bits),
                _ => clean | RegionBits(bits, level),
            });
            ulong path = (upper << (level == 0 ? 8 : 11)) | (uint)(firstIndex + combination);
            int quarters = level > 1 ? 4 : 1;
            for (int quarter = 0; quarter < quarters; quarter++)
            {
                ulong next = level switch
                {
                    0 => path,
                    1 => (path << 8) | CleanIndex,
                    _ => CleanPath((path << 11) | CleanIndex | ((ulong)quarter << 9), level - 1),
                };
                addresses.Add((next << 12) | random.Bits(0xffe));
            }
        }
        if (level == 0)
            return;

        const int Down = 2000;
        ulong lower = level > 1 ? image.NewTable(level - 1) : image.NewPageTable();
        image.Set(table, Down, lower | (level > 1 ? S390Image.TableType(level) | 3 : 0));
        AddCombinations(image, lower, level - 1, (upper << 11) | Down, addresses, random);
    }

    private static ulong RegionBits(ulong bits, int level) =>
        ((bits & 1) != 0 ? S390Image.Invalid : 0) | ((bits & 2) != 0 ? S390Image.Protect : 0)
        | (S390Image.TableType(level) ^ (bits & 0xc)) | (bits >> 4 & 3) | (bits & 0xc0);

    private static ulong SegmentBits(ulong bits) =>
        ((bits & 1) != 0 ? S390Image.Invalid : 0) | ((bits & 2) != 0 ? S390Image.Protect : 0) | (bits & 0xc)
        | ((bits & 0x10) != 0 ? S390Image.Common : 0) | ((bits & 0x20) != 0 ? S390Image.FormatControl : 0);

    private const ulong CleanIndex = 5;

    // A table whose entries in all four quarters lead to a frame.
    private static ulong CleanTable(S390Image image, int level)
    {
        if (level == 0)
        {
            ulong pages = image.NewPageTable();
            image.Set(pages, (int)CleanIndex, S390Image.Frames);
            return pages;
        }
        ulong table = image.NewTable(level);
        ulong lower = CleanTable(image, level - 1);
        for (int quarter = 0; quarter < 4; quarter++)
            image.Set(table, (int)CleanIndex | (quarter << 9), lower | (level > 1 ? S390Image.TableType(level) | 3 : 0));
        return table;
    }

    // The indices below the one of this level.
    private static ulong CleanPath(ulong path, int level)
    {
        for (int below = level - 1; below >= 0; below--)
            path = (path << (below == 0 ? 8 : 11)) | CleanIndex;
        return path;
    }

    // Branches of the root with chains of their own, where anything may be wrong, eight addresses at each end, and some beside.
    private static List<ulong> RandomTables(S390Image image, ulong root, int topLevel, Random random)
    {
        List<ulong> addresses = [];
        for (int branch = 0; branch < 90; branch++)
        {
            bool isClean = random.Chance(30);
            ulong table = root, upper = 0;
            for (int level = topLevel; level >= 1; level--)
            {
                int index = random.Next(2048);
                upper = (upper << 11) | (uint)index;
                bool isFrame = level == 1 && random.Chance(20);
                ulong lower = isFrame ? S390Image.Frames : level > 1 ? image.NewTable(level - 1) : image.NewPageTable();
                ulong entry = level > 1 ? RegionEntry(level, lower, isClean, random) : SegmentEntry(lower, isFrame, isClean, random);
                image.Set(table, index, entry);
                table = lower;
            }
            for (int i = 0; i < 8; i++)
            {
                int index = random.Next(256);
                if (table != S390Image.Frames)
                    image.Set(table, index, PageEntry(random));
                addresses.Add((upper << 20) | ((ulong)index << 12) | random.Bits(0xffe));
            }
        }
        for (int i = 0; i < 60; i++)                            // holes, and above what the root reaches
            addresses.Add(random.Bits(ulong.MaxValue) << 1 >> random.Next(64) & ~1UL);
        return addresses;
    }

    private static ulong RegionEntry(int level, ulong lower, bool isClean, Random random)
    {
        const ulong Ignored = 0xd10;                            // bits 52, 53 (FC, which needs EDAT-2), 55, 59
        ulong entry = lower | S390Image.TableType(level) | random.Bits(Ignored);
        if (isClean)
            return entry | 3;
        entry |= random.Chance(70) ? 3 : random.Bits(0xc3);                                     // TF, TL
        entry |= random.Chance(20) ? S390Image.Protect : 0;
        entry |= random.Chance(8) ? S390Image.Invalid : 0;
        entry ^= random.Chance(8) ? random.Pick(4UL, 8UL, 12UL) : 0;                           // TT
        return entry | (random.Chance(4) ? S390Image.Nowhere : 0);
    }

    private static ulong SegmentEntry(ulong lower, bool isFrame, bool isClean, Random random)
    {
        ulong entry = lower | random.Bits(0x1c3);                                        // bits 55 (IEP if FC), 56, 57, 62, 63
        // In a frame's entry the bits below the frame address are ignored, or the key's (AV 47, ACC 48-51, F 52).
        entry |= isFrame ? S390Image.FormatControl | random.Bits(0xef800) : 0;
        if (isClean)
            return entry;
        entry |= random.Chance(20) ? S390Image.Protect : 0;
        entry |= random.Chance(8) ? S390Image.Invalid : 0;
        entry |= random.Chance(15) ? S390Image.Common : 0;
        entry |= random.Chance(8) ? random.Pick(4UL, 8UL, 12UL) : 0;                           // TT
        return entry | (random.Chance(4) ? S390Image.Nowhere : 0);
    }

    private static ulong PageEntry(Random random)
    {
        ulong frame = S390Image.Frames + ((ulong)random.Next((int)(S390Image.FramesBytes >> 12)) << 12);
        ulong entry = frame | random.Bits(0xff);                                          // bits 56-63 are software's
        entry |= random.Chance(10) ? S390Image.PageInvalid : 0;
        entry |= random.Chance(40) ? S390Image.Protect : 0;
        entry |= random.Chance(10) ? S390Image.PageMustBeZero : 0;
        entry |= random.Chance(40) ? S390Image.ExecuteProtect : 0;
        return entry | (random.Chance(5) ? S390Image.Nowhere : 0);
    }
}
