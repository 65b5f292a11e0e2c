using System.Runtime.CompilerServices;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// The looking-up half of a <see cref="Tlb"/>, small enough to lie in the registers of whoever looks things up: two words.
/// Of use only while the cache is there.
/// </summary>
/// <param name="slots">The entries.</param>
/// <param name="pageShift">log2 of the bytes in a page.</param>
internal readonly struct TlbProbe(WrappedArray<TlbEntry> slots, int pageShift)
{
    private readonly WrappedArray<TlbEntry> _slots = slots;
    private readonly int _slotShift = pageShift - TlbEntry.Log2Bytes;  // takes an address to the byte offset of its slot

    /// <summary>The only slot that can know the address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // part of every hit
    public ref TlbEntry SlotOf(VirtualAddress va) => ref _slots.AtByte(va.Value >> _slotShift);

    /// <summary>Looks an address up for an access to <paramref name="bytes"/> bytes.</summary>
    /// <param name="va">The address.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="bytes">Length of the access in bytes.</param>
    /// <param name="host">Where the first byte lies in the host's memory.</param>
    /// <returns>False when a walk is needed, or the bytes are not all in one page.</returns>
    /// <remarks>
    /// One comparison: the last byte is less than a page's length behind the tag. An access that begins just below the tagged page
    /// would pass too, but is not looked up here: its page has another slot. The distance is measured in 32nds of a page, so that
    /// the shift by which the slot was found serves again.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // a hit is meant to cost one to two nanoseconds
    public bool TryTranslate(VirtualAddress va, AccessKind access, int bytes, out ulong host)
    {
        ref TlbEntry entry = ref SlotOf(va);
        ulong tag = access == AccessKind.Read ? entry.ReadTag : access == AccessKind.Write ? entry.WriteTag : entry.FetchTag;
        host = va.Value + entry.Addend;
        return (va.Value + (uint)(bytes - 1) - tag) >> _slotShift < 1 << TlbEntry.Log2Bytes;
    }
}
