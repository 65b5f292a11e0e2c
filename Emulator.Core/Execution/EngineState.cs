using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Emulator.Core.Paging;

namespace Emulator.Core.Execution;

/// <summary>
/// All that running code touches, in one block of unmanaged memory: registers first, so that a slot is at a fixed distance from the
/// block's start, then what leaving and stopping needs, then the acceleration TLB.
/// </summary>
/// <remarks>Functions that micro-operations call are given a pointer to it (<see cref="MicroCode.Call"/>).</remarks>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct EngineState
{
    /// <summary>Slots of 64 bits: the architecture's registers from 0, scratch of a block's instructions behind them.</summary>
    public const int SlotCount = 512;

    /// <summary>First slot that instructions may use as scratch; nothing in them outlives an instruction.</summary>
    public const int FirstScratch = 448;

    /// <summary>log2 of the entries of the acceleration TLB at first, and of those that it may grow to.</summary>
    internal const int SmallestTlbShift = 10, LargestTlbShift = 14;

    /// <summary>
    /// Bytes from the state to the acceleration TLB: it lies behind the state in the same memory, so that running code finds both by one pointer.
    /// </summary>
    internal const int TlbAt = 8 << 10;

    /// <summary>Causes of leaving translated code that fit the low bits of a block's address, and those bits.</summary>
    internal const int RegionExitCount = 8, RegionExitMask = RegionExitCount - 1;

    /// <summary>Slots from 0 that have an entry of their own: what the TLB said of the page that was found last for addresses computed from the slot.</summary>
    internal const int NearCount = 64;

    /// <summary>Bytes from the state to the entry of a slot's own, in the memory before the TLB.</summary>
    internal static int NearOf(int slot) => TlbAt - (NearCount - slot << TlbEntry.Log2Bytes);

    /// <summary>log2 of the entries of the cache of jump targets.</summary>
    internal const int JumpShift = 12;

    /// <summary>The slots.</summary>
    public fixed ulong Slots[SlotCount];

    /// <summary>Instructions that may still be run.</summary>
    internal long Remaining;

    /// <summary>Instructions done when the present run began, plus those it was given: less the remaining ones, those done now.</summary>
    internal long Limit;

    /// <summary>Blocks are left for the dispatcher when fewer instructions remain; raised by others to get a hearing.</summary>
    internal long Threshold;

    /// <summary>The instruction to go on at, whenever running code was left.</summary>
    internal ulong Pc;

    /// <summary>Number of the present mapping of code: links to other pages are good in the epoch that they were made in.</summary>
    internal ulong Epoch;

    /// <summary>Why running code was left.</summary>
    internal Leaving Left;

    /// <summary>Why the CPU stops, when it does.</summary>
    internal CpuStop Stop;

    /// <summary>The block that was left, and the operation of it that was being done. Translated code adds the cause (<see cref="RegionExit"/>) to the block's address.</summary>
    internal Block* AtBlock;

    /// <summary>See <see cref="AtBlock"/>.</summary>
    internal MicroOp* AtOp;

    /// <summary>
    /// Set by a function that <see cref="MicroCode.CallChecked"/> called, to stop before the present instruction: the kind of stop;
    /// <see cref="CpuStopKind.None"/> otherwise.
    /// </summary>
    public CpuStopKind Raised;

    /// <summary>The code of that stop.</summary>
    public int RaisedCode;

    /// <summary>The address of that stop.</summary>
    public ulong RaisedAddress;

    /// <summary>Blocks that were entered so often are shown to the dispatcher; 0 when nothing is translated.</summary>
    internal int Hot;

    /// <summary>Instructions done in translated code.</summary>
    internal long Translated;

    /// <summary>Not 0 in translated code: for whoever samples where time goes.</summary>
    internal int InRegion;

    /// <summary>Where physical address 0 lies in the host's memory.</summary>
    internal ulong Memory;

    /// <summary>How often translated code was left, by <see cref="RegionExit"/>.</summary>
    internal fixed long RegionExits[RegionExitCount];

    internal JumpTarget* Jumps;
    internal TlbEntry* Tlb;

    /// <summary>Takes an address, shifted by the page shift less the bits of an entry's size, to the byte of its entry.</summary>
    internal ulong TlbByteMask;

    internal ulong PageMask;
    internal int SlotShift;
    internal nint* Functions;

    /// <summary>Instructions done before the present block was entered.</summary>
    public readonly ulong InstructionsBeforeBlock => (ulong)(Limit - Remaining);

    /// <summary>All slots.</summary>
    [UnscopedRef]
    public Span<ulong> All => MemoryMarshal.CreateSpan(ref Slots[0], SlotCount);

    /// <summary>A slot.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slot.</exception>
    public ulong this[int slot]
    {
        readonly get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)SlotCount, nameof(slot));
            return Slots[slot];
        }
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)SlotCount, nameof(slot));
            Slots[slot] = value;
        }
    }
}
