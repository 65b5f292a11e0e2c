using System.Runtime.CompilerServices;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// An <see cref="Mmu{TCodec}"/> as whoever makes many accesses holds it: a copy of the little that a hit needs, for the
/// registers of a loop. All ports of an MMU see the same translations. Of use only while the MMU and its memory are there.
/// </summary>
public readonly struct MmuPort<TCodec>
    where TCodec : struct, IPageTableEntryCodec
{
    private readonly TlbProbe _probe;
    private readonly VouchedMemory _vouched;
    private readonly Mmu<TCodec> _mmu;

    internal MmuPort(Mmu<TCodec> mmu, TlbProbe probe, VouchedMemory vouched)
    {
        _mmu = mmu;
        _probe = probe;
        _vouched = vouched;
    }

    /// <summary>Translates one address for one access.</summary>
    [SkipLocalsInit]                                   // the local of the miss would be cleared on every hit
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // the hit stays in the caller, the walk does not
    public bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault)
    {
        Unsafe.SkipInit(out fault);
        bool hit = _probe.TryTranslate(va, access, 1, out ulong host);
        found = _vouched.AddressOf(host);
        if (hit)
            return true;
        bool translated = _mmu.TryWalk(va, access, out PhysicalAddress walked, out fault);
        found = walked;     // by way of a local: a variable that a call writes to would not stay in a register on a hit
        return translated;
    }

    /// <summary>Loads an aligned number in host byte order.</summary>
    /// <returns>False with the fault when the address does not translate.</returns>
    [SkipLocalsInit]                                   // as TryTranslate
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as TryTranslate
    public bool TryLoad<T>(VirtualAddress va, out T value, out PageFault fault)
        where T : unmanaged
    {
        Unsafe.SkipInit(out fault);
        if (_probe.TryTranslate(va, AccessKind.Read, VouchedMemory.SizeOf<T>(), out ulong host))
        {
            value = VouchedMemory.Read<T>(host);
            return true;
        }
        bool loaded = _mmu.TryLoadSlowly(va, out T walked, out fault);
        value = walked;
        return loaded;
    }

    /// <summary>Stores an aligned number in host byte order.</summary>
    /// <returns>False with the fault when the address does not translate; nothing is stored then.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as TryTranslate
    public bool TryStore<T>(VirtualAddress va, T value, out PageFault fault)
        where T : unmanaged
    {
        Unsafe.SkipInit(out fault);
        if (!_probe.TryTranslate(va, AccessKind.Write, VouchedMemory.SizeOf<T>(), out ulong host))
            return _mmu.TryStoreSlowly(va, value, out fault);
        VouchedMemory.Write(host, value);
        return true;
    }
}
