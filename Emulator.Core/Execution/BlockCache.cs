using System.Runtime.InteropServices;
using Emulator.Core.Memory;

namespace Emulator.Core.Execution;

/// <summary>
/// Blocks by where their code lies, in physical memory and for the program, and the unmanaged memory that they are in. The two
/// addresses together are the key: two address spaces share the blocks of a page that both have at the same place.
/// </summary>
internal sealed unsafe class BlockCache : IDisposable
{
    private const int ChunkBytes = 1 << 20, MaxChunks = 64;

    private readonly Dictionary<(ulong Physical, ulong Pc), nint> _blocks = [];
    private readonly Dictionary<ulong, List<nint>> _pages = [];
    private readonly List<nint> _chunks = [];
    private readonly PhysicalMemory _memory;
    private readonly ulong _pageBytes;
    private int _used = ChunkBytes;

    public BlockCache(PhysicalMemory memory, ulong pageBytes)
    {
        _memory = memory;
        _pageBytes = pageBytes;
    }

    /// <summary>Unmanaged memory is used up: everything has to be forgotten before another block is made.</summary>
    public bool IsFull => _chunks.Count >= MaxChunks;

    public long Dropped { get; private set; }

    public bool TryFind(PhysicalAddress physical, ulong pc, out Block* block)
    {
        bool found = _blocks.TryGetValue((physical.Value, pc), out nint at);
        block = (Block*)at;
        return found;
    }

    /// <summary>Makes a block of what a builder holds.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="physical">Where its first byte lies.</param>
    /// <param name="second">The page that it ends on, if another; else 0.</param>
    /// <param name="bytes">Bytes of code.</param>
    /// <param name="keep">Find it again, and watch its page; otherwise it is good for one use.</param>
    public Block* Add(BlockBuilder builder, PhysicalAddress physical, PhysicalAddress second, int bytes, bool keep)
    {
        int ops = builder.Ops.Count, marks = builder.Marks.Count;
        Block* block = (Block*)Allocate(sizeof(Block) + ops * sizeof(MicroOp) + marks * sizeof(InstructionMark));
        *block = new Block
        {
            Pc = builder.BlockPc,
            PhysicalPc = physical.Value,
            Ops = (MicroOp*)(block + 1),
            OpCount = ops,
            Instructions = marks,
            Bytes = bytes,
            Dropped = !keep,
            SecondPage = second.Value,
        };
        block->Start = block->Ops;
        block->EnterRegion.Code = MicroCode.EnterRegion;
        block->Marks = (InstructionMark*)(block->Ops + ops);
        for (int i = 0; i < ops; i++)
            block->Ops[i] = builder.Ops[i];
        for (int i = 0; i < marks; i++)
            block->Marks[i] = builder.Marks[i];
        if (!keep)
            return block;
        _blocks[(physical.Value, block->Pc)] = (nint)block;
        Note(physical.AlignDown(_pageBytes), block);
        if (second != default)
            Note(second, block);
        return block;
    }

    /// <summary>The code of a page of physical memory changes: its blocks are found no more, and no link leads to them.</summary>
    public void Drop(PhysicalAddress page, JumpTarget* jumps)
    {
        if (!_pages.Remove(page.Value, out List<nint>? list))
            return;
        foreach (nint at in list)
        {
            Block* block = (Block*)at;
            if (block->Dropped)
                continue;       // by its other page
            block->Dropped = true;
            block->Start = block->Ops;
            Dropped++;
            if (_blocks.TryGetValue((block->PhysicalPc, block->Pc), out nint found) && found == at)
                _blocks.Remove((block->PhysicalPc, block->Pc));
            for (MicroOp* exit = block->Incoming; exit != null;)
            {
                MicroOp* next = (MicroOp*)exit[2].Immediate;
                exit->Immediate = 0;
                exit[2].Immediate = 0;
                exit = next;
            }
            block->Incoming = null;
            JumpTarget* jump = jumps + JumpTarget.SlotOf(block->Pc);
            if (jump->Block == block)
                *jump = default;
        }
    }

    /// <summary>Forgets all blocks and gives their memory back; nobody may be running any.</summary>
    public void Clear()
    {
        foreach (ulong page in _pages.Keys)
            _memory.Watched.Remove(new PhysicalAddress(page));
        _blocks.Clear();
        _pages.Clear();
        foreach (nint chunk in _chunks)
            NativeMemory.Free((void*)chunk);
        _chunks.Clear();
        _used = ChunkBytes;
    }

    public void Dispose() => Clear();

    private void Note(PhysicalAddress page, Block* block)
    {
        if (!_pages.TryGetValue(page.Value, out List<nint>? list))
            _pages.Add(page.Value, list = []);
        list.Add((nint)block);
    }

    private byte* Allocate(int bytes)
    {
        bytes = (bytes + 15) & ~15;
        if (_used + bytes > ChunkBytes)
        {
            _chunks.Add((nint)NativeMemory.AlignedAlloc(ChunkBytes, 64));
            _used = 0;
        }
        byte* at = (byte*)_chunks[^1] + _used;
        _used += bytes;
        return at;
    }
}
