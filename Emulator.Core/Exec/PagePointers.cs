using Emulator.Core.Memory;

namespace Emulator.Core.Exec;

/// <summary>
/// Page pointers of the staged way: 32 in bprm itself, then linked chunks of page size / 8 - 1 pointers and one link, which
/// lie in guest memory. Pointers are added at one end and taken at the other.
/// </summary>
internal sealed class PagePointers(FrameAllocator frames)
{
    private const int Inline = 32, PointerBytes = 8;

    private readonly PhysicalAddress[] _inline = new PhysicalAddress[Inline];
    private readonly int _perChunk = frames.PageBytes / PointerBytes - 1;
    private readonly List<PhysicalAddress> _chunks = [];
    private long _taken;

    public long Count { get; private set; }

    public long Waiting => Count - _taken;

    public long ChunkPages { get; private set; }

    public PhysicalAddress this[long index] => index < Inline
        ? _inline[index]
        : new PhysicalAddress(frames.Memory.Read<ulong>(SlotOf(index - Inline)));

    public bool TryAdd(PhysicalAddress frame)
    {
        if (Count < Inline)
        {
            _inline[Count++] = frame;
            return true;
        }
        long index = Count - Inline;
        if (index % _perChunk == 0)
        {
            if (!frames.TryAllocate(0, FrameUse.StagingChunk, out PhysicalAddress chunk))
                return false;
            if (_chunks.Count > 0)
                frames.Memory.Write(_chunks[^1] + (ulong)(_perChunk * PointerBytes), chunk.Value);   // the link
            _chunks.Add(chunk);
            ChunkPages++;
        }
        frames.Memory.Write(SlotOf(index), frame.Value);
        Count++;
        return true;
    }

    /// <summary>Takes the next pointer, in the order of adding; chunks go back when the last one is taken.</summary>
    public bool TryTake(out PhysicalAddress frame)
    {
        frame = default;
        if (_taken == Count)
        {
            GiveBackChunks();
            return false;
        }
        frame = this[_taken++];
        return true;
    }

    public void GiveBackChunks()
    {
        foreach (PhysicalAddress chunk in _chunks)
            frames.Release(chunk);
        _chunks.Clear();
    }

    private PhysicalAddress SlotOf(long index) => _chunks[(int)(index / _perChunk)] + (ulong)(index % _perChunk * PointerBytes);
}
