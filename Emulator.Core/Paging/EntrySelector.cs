using System.Numerics;
using System.Runtime.CompilerServices;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// Where in a table the entry for an address lies: one shift and one mask, whatever the widths of index and entry. Eight
/// bytes a level, so that the whole path of a walk is in one cache line.
/// </summary>
internal readonly struct EntrySelector
{
    private readonly uint _mask;        // of the index, times the bytes of an entry
    private readonly byte _shift;       // of the index, less log2 of the bytes of an entry
    private readonly byte _entryBytes;

    public EntrySelector(in PageTableLevel level)
    {
        _mask = (uint)(level.Entries - 1) * (uint)level.EntryBytes;
        _shift = (byte)(level.Shift - BitOperations.Log2((uint)level.EntryBytes));
        _entryBytes = (byte)level.EntryBytes;
    }

    /// <summary>Bytes of one entry: 4 or 8.</summary>
    public int EntryBytes => _entryBytes;

    /// <summary>Byte offset in the table of the entry for <paramref name="va"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per level of every walk
    public ulong OffsetOf(VirtualAddress va) => (va.Value >> _shift) & _mask;
}
