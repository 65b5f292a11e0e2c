namespace Emulator.Core.Execution;

/// <summary>A block as the translator sees it: a copy, because the block itself may go while another thread translates.</summary>
internal sealed class RegionBlock
{
    /// <summary>The block.</summary>
    public required nint Block { get; init; }

    /// <summary>Address of its first instruction.</summary>
    public required ulong Pc { get; init; }

    /// <summary>Its operations.</summary>
    public required MicroOp[] Ops { get; init; }

    /// <summary>Where they lie.</summary>
    public required nint OpsAt { get; init; }

    /// <summary>Its instructions.</summary>
    public required InstructionMark[] Marks { get; init; }

    /// <summary>For exits, by the index of the operation: the blocks of the region that they were seen to lead to, by number.</summary>
    public Dictionary<int, int[]> Ways { get; } = [];
}
