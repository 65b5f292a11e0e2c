namespace Emulator.Core.Execution;

/// <summary>What is to be translated together: a hot block and the blocks that were seen to follow it, across calls and returns.</summary>
internal sealed unsafe class RegionPlan
{
    /// <summary>Most guest instructions of a region.</summary>
    public const int MaxInstructions = 600;

    /// <summary>Targets of a jump to a value that are remembered, the latest first. A procedure called from three places returns to three.</summary>
    public const int MostTargets = 4;

    private const int MaxBlocks = 60;

    private RegionPlan(List<RegionBlock> blocks, List<RegionPage> pages, long generation)
    {
        Name = $"region at 0x{blocks[0].Pc:x}";
        Generation = generation;
        Blocks = blocks;
        Pages = pages;
        Instructions = blocks.Sum(block => block.Marks.Length);
    }

    /// <summary>The blocks; the first is the entry.</summary>
    public IReadOnlyList<RegionBlock> Blocks { get; }

    /// <summary>Their pages.</summary>
    public IReadOnlyList<RegionPage> Pages { get; }

    /// <summary>The generation of blocks that it is about: all of them are gone when another has begun.</summary>
    public long Generation { get; }

    /// <summary>The method's name in profiles.</summary>
    public string Name { get; set; }

    /// <summary>Guest instructions in all of them.</summary>
    public int Instructions { get; }

    /// <summary>Copies what is to be translated.</summary>
    /// <param name="entry">The hot block.</param>
    /// <param name="epoch">The present epoch: links to other pages of another do not count.</param>
    /// <param name="generation">The present generation of blocks.</param>
    /// <param name="pageMask">Ones for the bits that number pages.</param>
    /// <param name="takes">Whether blocks of a page are taken: those that a jump led to long ago may lie where the program has other code now.</param>
    /// <param name="mostBlocks">1 to take the entry alone.</param>
    public static RegionPlan Make(Block* entry, ulong epoch, long generation, ulong pageMask, Predicate<RegionPage> takes, int mostBlocks = MaxBlocks)
    {
        List<nint> chosen = [];
        Dictionary<nint, int> numbers = [];
        Stack<nint> open = new([(nint)entry]);
        List<RegionPage> pages = [];
        int instructions = 0;
        while (open.TryPop(out nint at) && chosen.Count < mostBlocks)
        {
            Block* block = (Block*)at;
            if (numbers.ContainsKey(at) || instructions + block->Instructions > MaxInstructions && chosen.Count > 0)
                continue;
            RegionPage first = new(block->Pc & pageMask, block->PhysicalPc & pageMask);
            RegionPage second = block->SecondPage == 0 ? first : new(first.Virtual + ~pageMask + 1, block->SecondPage);
            RegionPage[] fresh = [.. ((RegionPage[])[first, second]).Distinct().Except(pages)];
            if (!fresh.All(page => takes(page)))
                continue;
            pages.AddRange(fresh);
            numbers.Add(at, chosen.Count);
            chosen.Add(at);
            instructions += block->Instructions;
            for (int i = 0; i < block->OpCount; i++)
            {
                foreach (nint next in Successors(block->Ops + i, epoch))
                    open.Push(next);
                i += DataOf(block->Ops[i].Code);
            }
        }

        List<RegionBlock> blocks = [];
        foreach (nint at in chosen)
        {
            Block* block = (Block*)at;
            RegionBlock copy = new()
            {
                Block = at,
                Pc = block->Pc,
                Ops = new ReadOnlySpan<MicroOp>(block->Ops, block->OpCount).ToArray(),
                OpsAt = (nint)block->Ops,
                Marks = new ReadOnlySpan<InstructionMark>(block->Marks, block->Instructions).ToArray(),
            };
            for (int i = 0; i < block->OpCount; i++)
            {
                int[] ways = [.. Successors(block->Ops + i, epoch).Where(numbers.ContainsKey).Select(next => numbers[next])];
                if (ways.Length > 0)
                    copy.Ways.Add(i, ways);
                i += DataOf(block->Ops[i].Code);
            }
            blocks.Add(copy);
        }
        return new RegionPlan(blocks, pages, generation);
    }

    /// <summary>Operations that are no operations of their own behind one.</summary>
    public static int DataOf(MicroCode code) => code switch
    {
        MicroCode.Exit or MicroCode.ExitBack => 2,
        MicroCode.ExitFar => 3,
        MicroCode.ExitIndirect => MostTargets,
        _ => 0,
    };

    private static List<nint> Successors(MicroOp* op, ulong epoch)
    {
        List<nint> found = [];
        switch (op->Code)
        {
            case MicroCode.Exit when op->Immediate != 0:
            case MicroCode.ExitBack when op->Immediate != 0:
            case MicroCode.ExitFar when op->Immediate != 0 && op[3].Immediate == epoch:
                found.Add((nint)op->Immediate);
                break;
            case MicroCode.ExitIndirect:
                for (int i = 1; i <= MostTargets; i++)
                {
                    if (op[i].Immediate != 0 && ((Block*)op[i].Immediate)->CanBeLinked)
                        found.Add((nint)op[i].Immediate);
                }
                break;
        }
        return found;
    }
}
