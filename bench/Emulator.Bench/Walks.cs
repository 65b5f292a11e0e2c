using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Bench;

/// <summary>One tree, and the pages of it that are walked to, each once a pass, in an order without pattern.</summary>
internal sealed class Walks<TCodec> : IWalks
    where TCodec : struct, IPageTableEntryCodec
{
    /// <summary>Guest memory, in bytes.</summary>
    public const int MemoryBytes = 512 << 20;

    private readonly PhysicalMemory _memory = new(MemoryBytes);
    private readonly FrameAllocator _frames;
    private readonly PageTables<TCodec> _tables;
    private readonly PlainWalk<TCodec> _plain;
    private readonly Mmu<TCodec> _mmu;
    private readonly VirtualAddress[] _order;
    private readonly MmuControls _controls;
    private readonly byte[] _pristine;
    private byte[] _other = [];

    /// <summary>Builds the tree.</summary>
    /// <param name="tree">Shape.</param>
    /// <param name="depth">Levels.</param>
    /// <param name="controls">Control registers.</param>
    /// <param name="pages">Pages mapped and walked to.</param>
    /// <param name="stride">Bytes from one page to the next.</param>
    /// <param name="used">Whether entries say accessed and dirty already.</param>
    public Walks(PageTableGeometry tree, int depth, MmuControls controls, int pages, ulong stride, bool used)
    {
        _frames = new FrameAllocator(_memory, tree.PageShift);
        _controls = controls;
        if (!PageTables<TCodec>.TryCreate(tree, _frames, depth, null, out _tables))
            throw new InvalidOperationException("no frame for the top table");
        VirtualAddress start = StartOf(tree, depth, (ulong)pages * stride);
        PageFlags flags = PageFlags.Read | PageFlags.Write | (used ? PageFlags.Accessed | PageFlags.Dirty : 0);
        ulong frameMask = ((ulong)MemoryBytes >> tree.PageShift) - 1;
        _order = new VirtualAddress[pages];
        for (int page = 0; page < pages; page++)
        {
            _order[page] = start + (ulong)page * stride;
            if (!_tables.TryMap(_order[page], new PhysicalAddress(((ulong)(page + 1) & frameMask) << tree.PageShift), flags))
                throw new InvalidOperationException("guest memory is full of tables");
        }
        Random random = new(1);
        random.Shuffle(_order);
        for (int i = 0; i < pages; i++)
            _order[i] += (ulong)random.Next(tree.PageBytes) & ~7ul;
        _plain = new PlainWalk<TCodec>(_memory, tree);
        _plain.Load(_tables.RootRegister, controls);
        HasPlain = _plain.TryWalk(_order[0], AccessKind.Read, out _);
        _mmu = new Mmu<TCodec>(_memory, tree);
        _mmu.LoadRoot(_tables.RootRegister, controls);
        // Frames are handed out from the bottom upwards, so this covers every table.
        _pristine = used || !TCodec.HardwareUpdatesEntries ? [] : _memory.Slice(default, (int)_tables.TableBytes * 2 + (1 << 20)).ToArray();
    }

    /// <inheritdoc/>
    public int Pages => _order.Length;

    /// <inheritdoc/>
    public bool HasPlain { get; }

    /// <inheritdoc/>
    public bool MarksEntries => TCodec.HardwareUpdatesEntries;

    /// <inheritdoc/>
    public void Restore() => _pristine.CopyTo(_memory.Slice(default, _pristine.Length));

    /// <inheritdoc/>
    public void Evict()
    {
        if (_other.Length == 0)
            _other = new byte[128 << 20];
        for (int i = 0; i < _other.Length; i += 64)
            _other[i]++;
    }

    /// <inheritdoc/>
    public ulong Exact(AccessKind access)
    {
        ulong sum = 0, root = _tables.RootRegister;
        PageTableGeometry tree = _tables.Tree;
        foreach (VirtualAddress va in _order)
        {
            if (!PageTableWalker<TCodec>.TryWalk(_memory, tree, root, va, access, _controls, default(NoTrace), out Translation found, out PageFault fault))
                throw new InvalidOperationException(fault.ToString());
            sum += found.Address.Value;
        }
        return sum;
    }

    /// <inheritdoc/>
    public ulong Plain(AccessKind access)
    {
        ulong sum = 0;
        PlainWalk<TCodec> plain = _plain;
        foreach (VirtualAddress va in _order)
        {
            if (!plain.TryWalk(va, access, out PhysicalAddress found))
                throw new InvalidOperationException($"the walk to {va} is not plain");
            sum += found.Value;
        }
        return sum;
    }

    /// <inheritdoc/>
    public ulong Miss(AccessKind access)
    {
        ulong sum = 0;
        Mmu<TCodec> mmu = _mmu;
        foreach (VirtualAddress va in _order)
        {
            if (!mmu.TryTranslate(va, access, out PhysicalAddress found, out PageFault fault))
                throw new InvalidOperationException(fault.ToString());
            sum += found.Value;
        }
        return sum;
    }

    /// <inheritdoc/>
    public ulong Unchecked()
    {
        ulong sum = 0, root = _tables.Root.Value;
        ref byte memory = ref MemoryMarshal.GetReference(_memory.Slice(default, MemoryBytes));
        Span<Hop> hops = stackalloc Hop[8];
        hops = hops[.._tables.Depth];
        for (int i = 0; i < hops.Length; i++)
            hops[i] = new Hop(_tables.Tree, hops.Length - 1 - i);
        foreach (VirtualAddress va in _order)
        {
            ulong at = root;
            foreach (ref readonly Hop hop in hops)
            {
                ulong entry = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref memory, (nuint)(at + ((va.Value >> hop.Shift) & hop.IndexMask))));
                at = BitOperations.RotateRight(TCodec.EntryOrder == ByteOrder.BigEndian ? BinaryPrimitives.ReverseEndianness(entry) : entry, hop.Rotation) & hop.Target;
            }
            sum += at + (va.Value & 0xfff);
        }
        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mmu.Dispose();
        _frames.Dispose();
        _memory.Dispose();
    }

    // A quarter up the tree, or below the hole of a processor that reaches less than its kernel's tree.
    private static VirtualAddress StartOf(PageTableGeometry tree, int depth, ulong bytes)
    {
        ulong start = 1UL << (Math.Min(tree[depth - 1].TableShift, 64) - 2), root = TCodec.RootRegister(default, depth);
        while (start > bytes && !TCodec.Reaches(root, tree, depth, new VirtualAddress(start + bytes), out _))
            start >>= 1;
        return new VirtualAddress(start);
    }

    /// <summary>One level as the yardstick knows it: where the entry is, and where its address bits are. No check can be made with it.</summary>
    private readonly struct Hop
    {
        private const int KnownBit = 30;    // of a table's or frame's address

        public readonly ulong IndexMask, Target;
        public readonly int Shift, Rotation;

        // Learnt from the codec: which bit of an entry stands for a bit of the address, and which bits of the address there are.
        public Hop(PageTableGeometry tree, int level)
        {
            int entryShift = BitOperations.Log2((uint)tree[level].EntryBytes);
            Shift = tree[level].Shift - entryShift;
            IndexMask = (ulong)(tree[level].Entries - 1) << entryShift;
            int rotation = (BitOperations.TrailingZeroCount(Encode(1UL << KnownBit, level) ^ Encode(0, level)) - KnownBit) & 63;
            for (int bit = 0; bit < 64; bit++)
                Target |= TCodec.TargetOf(Encode(0, level) ^ 1UL << bit, level).Value ^ TCodec.TargetOf(Encode(0, level), level).Value;
            // Of a short entry, 8 bytes are loaded all the same: its own come first.
            Rotation = (rotation + (tree[level].EntryBytes == 4 && TCodec.EntryOrder == ByteOrder.BigEndian ? 32 : 0)) & 63;
            Target &= MemoryBytes - 1;
        }

        private static ulong Encode(ulong address, int level) =>
            level == 0 ? TCodec.Leaf(new PhysicalAddress(address), PageFlags.Read, 0) : TCodec.Table(new PhysicalAddress(address), level);
    }
}
