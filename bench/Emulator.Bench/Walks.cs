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
    private readonly (ulong Bits, int Rotation) _tableBits, _leafBits;
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
        // Upper levels are alike; those of level 1 may point to smaller tables.
        (_tableBits, _leafBits) = (AddressBits(tree, 1), AddressBits(tree, 0));
        if (used && Unchecked() != Exact(AccessKind.Read))
            throw new InvalidOperationException("the yardstick does not lead where the walk leads");
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
        ulong sum = 0, root = _tables.Root.Value, offset = _tables.Tree.OffsetMask;
        ref byte memory = ref MemoryMarshal.GetReference(_memory.Slice(default, MemoryBytes));
        ReadOnlySpan<PageTableLevel> levels = _tables.Tree.Levels[.._tables.Depth];
        Span<int> shifts = stackalloc int[8];
        Span<ulong> masks = stackalloc ulong[8];
        for (int level = 0; level < levels.Length; level++)
        {
            int entryShift = BitOperations.Log2((uint)levels[level].EntryBytes);
            (shifts[level], masks[level]) = (levels[level].Shift - entryShift, (ulong)(levels[level].Entries - 1) << entryShift);
        }
        (ulong tableBits, int tableRotation) = _tableBits;
        (ulong leafBits, int leafRotation) = _leafBits;
        foreach (VirtualAddress va in _order)
        {
            ulong at = root;
            for (int level = levels.Length - 1; level > 0; level--)
            {
                ulong entry = Load(ref memory, at + ((va.Value >> shifts[level]) & masks[level]));
                if (tableRotation != 0)
                    entry = BitOperations.RotateRight(entry, tableRotation);
                at = entry & tableBits;
            }
            ulong leaf = Load(ref memory, at + ((va.Value >> shifts[0]) & masks[0]));
            sum += (BitOperations.RotateRight(leaf, leafRotation) & leafBits) + (va.Value & offset);
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

    private static ulong Load(ref byte memory, ulong at)
    {
        ulong entry = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref memory, (nuint)at));
        return TCodec.EntryOrder == ByteOrder.BigEndian ? BinaryPrimitives.ReverseEndianness(entry) : entry;
    }

    /// <summary>
    /// Where an entry has the address that it points to, learnt from the codec: how far to rotate it right, and which bits are the address's
    /// then. All that the yardstick knows of a format; no check can be made with it.
    /// </summary>
    private static (ulong Bits, int Rotation) AddressBits(PageTableGeometry tree, int level)
    {
        const int KnownBit = 30;
        ulong empty = Entry(0, level), bits = 0;
        int rotation = BitOperations.TrailingZeroCount(Entry(1UL << KnownBit, level) ^ empty) - KnownBit;
        for (int bit = 0; bit < 64; bit++)
            bits |= TCodec.TargetOf(empty ^ 1UL << bit, level).Value ^ TCodec.TargetOf(empty, level).Value;
        // Of a short entry 8 bytes are loaded all the same, its own first.
        bool isShort = tree[level].EntryBytes == 4 && TCodec.EntryOrder == ByteOrder.BigEndian;
        return (bits & (MemoryBytes - 1), (rotation + (isShort ? 32 : 0)) & 63);
    }

    private static ulong Entry(ulong address, int level) =>
        level == 0 ? TCodec.Leaf(new PhysicalAddress(address), PageFlags.Read, 0) : TCodec.Table(new PhysicalAddress(address), level);
}
