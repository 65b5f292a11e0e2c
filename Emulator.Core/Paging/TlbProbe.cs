using System.Runtime.CompilerServices;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// The looking-up half of a <see cref="Tlb"/>, small enough to lie in whoever looks things up: no object to go to first, no
/// check that has not been made already.
/// </summary>
internal readonly struct TlbProbe(WrappedArray<TlbEntry> slots, int pageShift)
{
    private readonly WrappedArray<TlbEntry> _slots = slots;
    private readonly ulong _offsetMask = (1UL << pageShift) - 1;
    private readonly int _slotShift = pageShift - TlbEntry.Log2Bytes;  // takes an address to the byte offset of its slot

    /// <summary>The only slot that can know the address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // part of every hit
    public ref TlbEntry SlotOf(VirtualAddress va) => ref _slots.AtByte(va.Value >> _slotShift);

    /// <summary>The address without its offset in the page.</summary>
    public ulong PageOf(VirtualAddress va) => va.Value & ~_offsetMask;

    /// <summary>Looks an address up for an access to <paramref name="bytes"/> bytes.</summary>
    /// <returns>False when a walk is needed, or the bytes are not all in one page.</returns>
    /// <remarks>
    /// One comparison: the last byte is at most a page's length behind the tag. An access that begins just below the tagged page
    /// would pass too, but is not looked up here: its page has another slot.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // a hit is meant to cost one to two nanoseconds
    public bool TryTranslate(VirtualAddress va, AccessKind access, int bytes, out PhysicalAddress found)
    {
        ref TlbEntry entry = ref SlotOf(va);
        ulong tag = access == AccessKind.Read ? entry.ReadTag : access == AccessKind.Write ? entry.WriteTag : entry.FetchTag;
        found = new PhysicalAddress(va.Value + entry.Addend);
        return va.Value + (uint)(bytes - 1) - tag <= _offsetMask;
    }
}
