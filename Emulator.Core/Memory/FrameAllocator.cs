using System.Numerics;

namespace Emulator.Core.Memory;

/// <summary>
/// The page frames of guest RAM: a buddy allocator with a reference count and an owner for every frame, a count of
/// frames per owner, and an armed failure for tests of every ENOMEM path.
/// </summary>
/// <remarks>
/// Source: the algorithm of mm/page_alloc.c, without zones, watermarks and per-CPU lists. Blocks of order n are 2^n
/// frames, aligned to their size. Frame 0 is never handed out: physical address 0 stays an obvious mistake.
/// Bookkeeping is 16 bytes a frame, touched only for frames in use.
/// </remarks>
public sealed class FrameAllocator : IDisposable
{
    /// <summary>Deepest page-table level that has a count of its own, plus one.</summary>
    public const int MaxTableLevels = 8;

    private const int MaxOrders = 36;
    private const byte HeadOfFreeBlock = 0x80;

    private readonly LazyArray<FrameRecord> _records;
    private readonly int[] _freeHeads = new int[MaxOrders];
    private readonly long[] _inUse = new long[(int)FrameUse.PageTable + MaxTableLevels];
    private readonly int _frames;
    private int _touched = 1;           // frames from here on were never handed out, so they are still zero
    private long _failAt;

    /// <summary>Makes all of <paramref name="memory"/> available.</summary>
    /// <param name="memory">The RAM whose frames are handed out.</param>
    /// <param name="pageShift">log2 of the bytes in a frame.</param>
    public FrameAllocator(PhysicalMemory memory, int pageShift)
    {
        ArgumentNullException.ThrowIfNull(memory);
        Memory = memory;
        PageShift = pageShift;
        ulong frames = memory.Bytes >> pageShift;
        if (frames is 0 or > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(pageShift), $"{memory.Bytes} bytes do not make 1 to 2^31-1 frames of {1UL << pageShift} bytes");
        _frames = (int)frames;
        _records = new LazyArray<FrameRecord>(_frames);
        Array.Fill(_freeHeads, -1);
        for (int frame = _frames; frame > 1;)   // from the top down, so that the lists begin with the lowest blocks
        {
            int order = Math.Min(BitOperations.TrailingZeroCount(frame), BitOperations.Log2((uint)(frame - 1)));
            frame -= 1 << order;
            PushFree(frame, order);
        }
        FreeFrames = _frames - 1;
    }

    /// <summary>The RAM that the frames belong to.</summary>
    public PhysicalMemory Memory { get; }

    /// <summary>log2 of the bytes in a frame.</summary>
    public int PageShift { get; }

    /// <summary>Bytes in a frame.</summary>
    public int PageBytes => 1 << PageShift;

    /// <summary>Frames that can still be handed out.</summary>
    public long FreeFrames { get; private set; }

    /// <summary>Frames handed out since the beginning.</summary>
    public long TotalAllocated { get; private set; }

    /// <summary>Frames given back since the beginning.</summary>
    public long TotalFreed { get; private set; }

    /// <summary>Allocations asked for since the beginning, refused ones included.</summary>
    public long Requests { get; private set; }

    /// <summary>
    /// Asked when no block is free: gives something back and says whether it is worth looking again. Null, as usual, where nobody
    /// can; then the allocation is refused at once.
    /// </summary>
    public Func<bool>? RanOut { get; set; }

    /// <summary>The owner tag of page tables of one level.</summary>
    public static FrameUse TableOwner(int level) => FrameUse.PageTable + (byte)level;

    /// <summary>Frames that <paramref name="owner"/> holds now.</summary>
    public long InUse(FrameUse owner) => _inUse[(int)owner];

    /// <summary>Arms a failure: the <paramref name="nth"/> allocation from now on (1 = the next) is refused, once.</summary>
    public void FailAt(long nth) => _failAt = Requests + nth;

    /// <summary>Hands out a block of 2^<paramref name="order"/> frames, zeroed, with one reference.</summary>
    /// <returns>False when no block is free, or the armed failure struck: ENOMEM to the guest.</returns>
    public bool TryAllocate(int order, FrameUse owner, out PhysicalAddress block) => TryAllocate(order, owner, zero: true, out block);

    /// <summary>As the other overload, but without zeroing when <paramref name="zero"/> is false: the caller overwrites all of it.</summary>
    public bool TryAllocate(int order, FrameUse owner, bool zero, out PhysicalAddress block)
    {
        block = default;
        if (++Requests == _failAt)
            return false;
        int found;
        while ((found = FreeOrder(order)) >= MaxOrders)
        {
            if (RanOut is null || !RanOut())
                return false;
        }

        int frame = _freeHeads[found];
        Unlink(frame, found);
        while (found > order)
            PushFree(frame + (1 << --found), found);   // keep the lower half
        Occupy(frame, order, owner, zero);
        block = new PhysicalAddress((ulong)frame << PageShift);
        return true;
    }

    /// <summary>Takes exactly the frames that cover the given range, if all are free: memory at a fixed place, for a machine without an MMU.</summary>
    /// <returns>False when a frame of the range is in use or outside guest RAM. Frames are handed out singly (order 0).</returns>
    public bool TryAllocateRange(PhysicalAddress start, ulong bytes, FrameUse owner)
    {
        if (++Requests == _failAt || !Memory.Contains(start, bytes))
            return false;
        int first = (int)(start.Value >> PageShift), last = (int)((start.Value + bytes - 1) >> PageShift);
        for (int frame = first; frame <= last;)
        {
            if (frame == 0 || FreeBlockOf(frame) is not { } block)
                return false;
            frame = block.Frame + (1 << block.Order);
        }
        for (int frame = first; frame <= last; frame++)
        {
            (int head, int order) = FreeBlockOf(frame)!.Value;
            Unlink(head, order);
            while (order > 0)
            {
                order--;
                int upper = head + (1 << order);
                PushFree(frame >= upper ? head : upper, order);
                if (frame >= upper)
                    head = upper;
            }
            Occupy(frame, 0, owner, zero: true);
        }
        return true;
    }

    /// <summary>Adds a reference to an allocated block, named by its first frame.</summary>
    public void AddReference(PhysicalAddress block) => Record(block).References++;

    /// <summary>References that the block, named by its first frame, has now.</summary>
    public int References(PhysicalAddress block) => Record(block).References;

    /// <summary>All blocks that are allocated, in the order of their addresses: each with log2 of its frames and its owner.</summary>
    public IEnumerable<(PhysicalAddress Block, int Order, FrameUse Owner)> Allocated
    {
        get
        {
            for (int frame = 0; frame < _touched; frame++)
            {
                FrameRecord record = _records[frame];
                if (record.References <= 0)
                    continue;
                yield return (new PhysicalAddress((ulong)frame << PageShift), record.Order, (FrameUse)record.Owner);
                frame += (1 << record.Order) - 1;
            }
        }
    }

    /// <summary>Owner of the block, named by its first frame.</summary>
    public FrameUse OwnerOf(PhysicalAddress block) => (FrameUse)Record(block).Owner;

    /// <summary>Moves the block to another owner's account.</summary>
    public void ChangeOwner(PhysicalAddress block, FrameUse owner)
    {
        ref FrameRecord record = ref Record(block);
        _inUse[record.Owner] -= 1L << record.Order;
        record.Owner = (byte)owner;
        _inUse[record.Owner] += 1L << record.Order;
    }

    /// <summary>Drops a reference; the block is free when none is left.</summary>
    /// <returns>True when the block is free now.</returns>
    public bool Release(PhysicalAddress block)
    {
        ref FrameRecord record = ref Record(block);
        if (--record.References > 0)
            return false;
        int frame = (int)(block.Value >> PageShift), order = record.Order;
        if (!Memory.Watched.IsEmpty)
            Unwatch(block, order);
        _inUse[record.Owner] -= 1L << order;
        record.Owner = (byte)FrameUse.Free;
        TotalFreed += 1L << order;
        FreeFrames += 1L << order;
        while (true)
        {
            int buddy = frame ^ (1 << order);
            if (buddy == 0 || (long)buddy + (1L << order) > _frames || order + 1 >= MaxOrders)
                break;
            ref FrameRecord other = ref _records[buddy];
            if ((other.Flags & HeadOfFreeBlock) == 0 || other.Order != order)
                break;
            Unlink(buddy, order);
            frame &= ~(1 << order);
            order++;
        }
        PushFree(frame, order);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _records.Dispose();

    /// <summary>Whoever gets these frames next will write to them: what was made from their bytes is void.</summary>
    private void Unwatch(PhysicalAddress block, int order)
    {
        for (int i = 0; i < 1 << order; i++)
            Memory.Watched.Change(block + ((ulong)i << PageShift));
    }

    private ref FrameRecord Record(PhysicalAddress block)
    {
        ref FrameRecord record = ref _records[(long)(block.Value >> PageShift)];
        if (record.References <= 0)
            throw new InvalidOperationException($"the frame at {block} is not the start of an allocated block");
        return ref record;
    }

    private void Occupy(int frame, int order, FrameUse owner, bool zero)
    {
        ref FrameRecord record = ref _records[frame];
        record = new FrameRecord { References = 1, Order = (byte)order, Owner = (byte)owner };
        int end = frame + (1 << order);
        if (zero && frame < _touched)
        {
            ulong stale = (ulong)(Math.Min(end, _touched) - frame) << PageShift;
            Memory.Clear(new PhysicalAddress((ulong)frame << PageShift), stale);
        }
        _touched = Math.Max(_touched, end);
        _inUse[(int)owner] += 1L << order;
        TotalAllocated += 1L << order;
        FreeFrames -= 1L << order;
    }

    private int FreeOrder(int order)
    {
        while (order < MaxOrders && _freeHeads[order] < 0)
            order++;
        return order;
    }

    private (int Frame, int Order)? FreeBlockOf(int frame)
    {
        for (int order = 0; order < MaxOrders - 5; order++)
        {
            int head = frame & ~((1 << order) - 1);
            if (head < _frames && (_records[head].Flags & HeadOfFreeBlock) != 0 && _records[head].Order == order)
                return (head, order);
        }
        return null;
    }

    private void PushFree(int frame, int order)
    {
        int next = _freeHeads[order];
        ref FrameRecord record = ref _records[frame];
        record = new FrameRecord { Flags = HeadOfFreeBlock, Order = (byte)order, Next = next, Previous = -1 };
        if (next >= 0)
            _records[next].Previous = frame;
        _freeHeads[order] = frame;
    }

    private void Unlink(int frame, int order)
    {
        ref FrameRecord record = ref _records[frame];
        if (record.Previous >= 0)
            _records[record.Previous].Next = record.Next;
        else
            _freeHeads[order] = record.Next;
        if (record.Next >= 0)
            _records[record.Next].Previous = record.Previous;
        record.Flags = 0;
    }

    // 12 bytes: there is one for every frame of memory.
    private struct FrameRecord
    {
        public int Next;            // of a free block: the list of its order; of an allocated one: unused
        private int _link;          // of a free block, below 0: the previous one of that list; of an allocated one, above 0: its references

        public int Previous
        {
            readonly get => -2 - _link;
            set => _link = -2 - value;
        }

        public int References
        {
            readonly get => _link;
            set => _link = value;
        }

        public byte Order;
        public byte Owner;
        public byte Flags;
        public byte Unused;
    }
}
