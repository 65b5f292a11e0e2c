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
    private readonly StorageKeys? _keys;
    private MmuControls _controls;
    private ulong _root;

    /// <summary>Makes an MMU over <paramref name="memory"/> for trees of one shape.</summary>
    public Mmu(PhysicalMemory memory, PageTableGeometry tree)
    {
        _memory = memory;
        _tree = tree;
        _tlb = new Tlb(tree.PageShift);
        if (TCodec.HasStorageKeys)
            _keys = new StorageKeys(memory);
    }

    /// <summary>Walks done so far: misses of the cache.</summary>
    public long Walks { get; private set; }

    /// <summary>Referenced and changed bits per frame, where the machine keeps them in storage keys; else null.</summary>
    public StorageKeys? Keys => _keys;

    /// <summary>Loads the root register and the control registers, and forgets every translation.</summary>
    public void LoadRoot(ulong rootRegister, in MmuControls controls)
    {
        _root = rootRegister;
        _controls = controls;
        _tlb.Flush();
    }

    /// <summary>Forgets one page's translation, all of a large page's (INVLPG, IPTE).</summary>
    public void Flush(VirtualAddress va) => _tlb.Flush(va);

    /// <summary>Forgets every translation.</summary>
    public void Flush() => _tlb.Flush();

    /// <summary>Translates one address for one access.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // the hit stays in the caller, the walk does not
    public bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault)
    {
        if (_tlb.TryTranslate(va, access, out found))
        {
            fault = default;
            return true;
        }
        return TryWalk(va, access, out found, out fault);
    }

    /// <summary>Loads an aligned number in host byte order.</summary>
    /// <returns>False with the fault when the address does not translate.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as TryTranslate
    public bool TryLoad<T>(VirtualAddress va, out T value, out PageFault fault)
        where T : unmanaged
    {
        if (!TryTranslate(va, AccessKind.Read, out PhysicalAddress at, out fault))
        {
            value = default;
            return false;
        }
        value = _memory.Read<T>(at);
        return true;
    }

    /// <summary>Stores an aligned number in host byte order.</summary>
    /// <returns>False with the fault when the address does not translate; nothing is stored then.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as TryTranslate
    public bool TryStore<T>(VirtualAddress va, T value, out PageFault fault)
        where T : unmanaged
    {
        if (!TryTranslate(va, AccessKind.Write, out PhysicalAddress at, out fault))
            return false;
        _memory.Write(at, value);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tlb.Dispose();
        _keys?.Dispose();
    }

    private bool TryWalk(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault)
    {
        Walks++;
        bool translated = PageTableWalker<TCodec>.TryWalk(_memory, _tree, _root, va, access, _controls, default(NoTrace), out Translation translation, out fault);
        found = translation.Address;
        if (!translated)
            return false;
        if (!_memory.Contains(found, 1))
        {
            fault = new PageFault(va, access, FaultKind.OutsideStorage, translation.Level, translation.Entry);
            return false;
        }
        _keys?.Use(found, access == AccessKind.Write);
        _tlb.Fill(va, access, found, large: translation.Level > 0);
        return true;
    }
}
