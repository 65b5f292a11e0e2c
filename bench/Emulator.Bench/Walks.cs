using System.Buffers.Binary;
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
    private const int MemoryBytes = 512 << 20;
    private const ulong OriginBits = 0x000f_ffff_ffff_f800;     // of every entry here, table or page

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
        VirtualAddress start = new((tree.LastAddress(depth).Value >> 2) + 1);
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
        _mmu = new Mmu<TCodec>(_memory, tree);
        _mmu.LoadRoot(_tables.RootRegister, controls);
        // Frames are handed out from the bottom upwards, so this covers every table.
        _pristine = used ? [] : _memory.Slice(default, (int)_tables.TableBytes * 2 + (1 << 20)).ToArray();
    }

    /// <inheritdoc/>
    public int Pages => _order.Length;

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
        ReadOnlySpan<PageTableLevel> levels = _tables.Tree.Levels[.._tables.Depth];
        Span<int> shifts = stackalloc int[8];
        Span<ulong> masks = stackalloc ulong[8];
        for (int level = 0; level < levels.Length; level++)
            (shifts[level], masks[level]) = (levels[level].Shift - 3, (ulong)(levels[level].Entries - 1) << 3);
        foreach (VirtualAddress va in _order)
        {
            ulong at = root;
            for (int level = levels.Length - 1; level >= 0; level--)
            {
                ulong entry = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref memory, (nuint)(at + ((va.Value >> shifts[level]) & masks[level]))));
                at = (TCodec.EntryOrder == ByteOrder.BigEndian ? BinaryPrimitives.ReverseEndianness(entry) : entry) & OriginBits;
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
}
