using System.Runtime.CompilerServices;
using Emulator.Core.Memory;
using Emulator.Core.Tracing;

namespace Emulator.Core.Paging;

/// <summary>
/// A memory management unit: translates with the walker behind a cache, and loads and stores through the result. It has
/// never heard of an address space; nothing but a root register and control registers crosses from the kernel to it.
/// </summary>
public sealed class Mmu<TCodec> : IDisposable
    where TCodec : struct, IPageTableEntryCodec
{
    private readonly PhysicalMemory _memory;
    private readonly PageTableGeometry _tree;
    private readonly Tlb _tlb;
    private readonly PlainWalk<TCodec> _plain;
    private readonly StorageKeys? _keys;
    private MmuControls _controls;
    private ulong _root;

    /// <summary>Makes an MMU over <paramref name="memory"/> for trees of one shape.</summary>
    public Mmu(PhysicalMemory memory, PageTableGeometry tree)
    {
        _memory = memory;
        _tree = tree;
        _tlb = new Tlb(memory, tree.PageShift);
        Port = new MmuPort<TCodec>(this, _tlb.Probe, memory.Vouched);
        _plain = new PlainWalk<TCodec>(memory, tree);
        if (TCodec.HasStorageKeys)
            _keys = new StorageKeys(memory);
    }

    /// <summary>The way in for loops: what a hit needs, to be held in a local variable.</summary>
    public MmuPort<TCodec> Port { get; }

    /// <summary>Walks done so far: misses of the cache.</summary>
    public long Walks { get; private set; }

    /// <summary>Referenced and changed bits per frame, where the machine keeps them in storage keys; else null.</summary>
    public StorageKeys? Keys => _keys;

    /// <summary>Loads the root register and the control registers, and forgets every translation.</summary>
    public void LoadRoot(ulong rootRegister, in MmuControls controls)
    {
        _root = rootRegister;
        _controls = controls;
        _plain.Load(rootRegister, controls);
        _tlb.Flush();
    }

    /// <summary>Forgets one page's translation, all of a large page's (INVLPG, IPTE).</summary>
    public void Flush(VirtualAddress va) => _tlb.Flush(va);

    /// <summary>Forgets every translation.</summary>
    public void Flush() => _tlb.Flush();

    /// <inheritdoc cref="MmuPort{TCodec}.TryTranslate"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as the port's
    public bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault) => Port.TryTranslate(va, access, out found, out fault);

    /// <inheritdoc cref="MmuPort{TCodec}.TryLoad{T}"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as the port's
    public bool TryLoad<T>(VirtualAddress va, out T value, out PageFault fault)
        where T : unmanaged => Port.TryLoad(va, out value, out fault);

    /// <inheritdoc cref="MmuPort{TCodec}.TryStore{T}"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as the port's
    public bool TryStore<T>(VirtualAddress va, T value, out PageFault fault)
        where T : unmanaged => Port.TryStore(va, value, out fault);

    /// <inheritdoc/>
    public void Dispose()
    {
        _tlb.Dispose();
        _keys?.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // the rare part of a port's TryLoad
    internal bool TryLoadSlowly<T>(VirtualAddress va, out T value, out PageFault fault)
        where T : unmanaged
    {
        bool translated = TryTranslate(va, AccessKind.Read, out PhysicalAddress at, out fault);
        value = translated ? _memory.Read<T>(at) : default;
        return translated;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // the rare part of a port's TryStore
    internal bool TryStoreSlowly<T>(VirtualAddress va, T value, out PageFault fault)
        where T : unmanaged
    {
        bool translated = TryTranslate(va, AccessKind.Write, out PhysicalAddress at, out fault);
        if (translated)
            _memory.Write(at, value);
        return translated;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // as TryLoadSlowly
    internal bool TryWalk(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault)
    {
        Walks++;
        Unsafe.SkipInit(out fault);
        bool large = false;
        if ((!_plain.TryWalk(va, access, out found) || !IsStorage(found)) && !TryWalkExactly(va, access, out found, out large, out fault))
            return false;
        _keys?.Use(found, access == AccessKind.Write);
        if (_memory.Contains(new PhysicalAddress(found.Value & ~_tree.OffsetMask), _tree.OffsetMask + 1))
            _tlb.Fill(va, access, found, large);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // rare beside the plain walk
    private bool TryWalkExactly(VirtualAddress va, AccessKind access, out PhysicalAddress found, out bool large, out PageFault fault)
    {
        bool translated = PageTableWalker<TCodec>.TryWalk(_memory, _tree, _root, va, access, _controls, default(NoTrace), out Translation translation, out fault);
        found = translation.Address;
        large = translation.Level > 0;
        if (!translated || IsStorage(found))
            return translated;
        fault = new PageFault(va, access, FaultKind.OutsideStorage, translation.Level, translation.Entry);
        return false;
    }

    /// <summary>Whether there is memory behind a translated address; guest memory ends at a page boundary or in a page's middle.</summary>
    private bool IsStorage(PhysicalAddress at) => _memory.Contains(at, 1);
}
