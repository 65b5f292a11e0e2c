namespace Emulator.Core.Execution;

/// <summary>
/// Instructions from one address on, as micro-operations: up to a branch, the end of a page or <see cref="MaxInstructions"/>.
/// Lies in unmanaged memory, its operations and the table of instructions behind it.
/// </summary>
internal unsafe struct Block
{
    /// <summary>Most instructions of a block.</summary>
    public const int MaxInstructions = 64;

    /// <summary>Address of the first instruction.</summary>
    public ulong Pc;

    /// <summary>Physical address of the first instruction.</summary>
    public ulong PhysicalPc;

    /// <summary>What is run when it is entered: its operations, or the operation that enters its region.</summary>
    public MicroOp* Start;

    /// <summary>How often it was entered from behind or by a jump to a value: what is entered so often is worth translating. Below 0 when it has to be entered more often.</summary>
    public int Heat;

    /// <summary>Regions that have begun at it.</summary>
    public int Regions;

    /// <summary>The operations.</summary>
    public MicroOp* Ops;

    /// <summary>The operation that enters its region: the immediate is the function, the epoch in which the region's pages were looked at last is in the next.</summary>
    public MicroOp EnterRegion;

    /// <summary>See <see cref="EnterRegion"/>.</summary>
    public MicroOp RegionEpoch;

    /// <summary>Number of operations.</summary>
    public int OpCount;

    /// <summary>Number of instructions.</summary>
    public int Instructions;

    /// <summary>For every instruction its address and where its operations begin.</summary>
    public InstructionMark* Marks;

    /// <summary>Exits of other blocks that are linked here: a list through the last operation of each exit.</summary>
    public MicroOp* Incoming;

    /// <summary>The bytes that it was made from have changed, or it was made for one use.</summary>
    public bool Dropped;

    /// <summary>Physical address of the page that its only instruction ends on, if that is another than it begins on; else 0.</summary>
    public ulong SecondPage;

    /// <summary>Exits and jump targets may lead to it without a look-up; those that lead to a block on two pages are good in one epoch.</summary>
    public readonly bool CanBeLinked => !Dropped;

    /// <summary>Bytes of code.</summary>
    public int Bytes;

    /// <summary>The instruction that an operation belongs to.</summary>
    public readonly int InstructionOf(MicroOp* op)
    {
        int index = (int)(op - Ops), low = 0, high = Instructions - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Marks[middle].FirstOp <= index)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}
