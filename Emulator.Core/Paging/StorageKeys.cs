using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// One key byte for each 4 KiB of guest memory: access-control bits 0xf0, fetch protection 0x08, referenced 0x04, changed
/// 0x02.
/// </summary>
/// <remarks>
/// Source: z/Architecture Principles of Operation, SA22-7832, chapter 3, "Storage Key". Not modelled: key-controlled
/// protection (Linux runs every program with a key that matches).
/// </remarks>
public sealed class StorageKeys(PhysicalMemory memory) : IDisposable
{
    private const byte ReferencedBit = 0x04, ChangedBit = 0x02;
    private readonly LazyArray<byte> _keys = new(Math.Max(1, (long)(memory.Bytes >> 12)));

    /// <summary>The key of the frame at <paramref name="at"/>.</summary>
    public byte this[PhysicalAddress at]
    {
        get => _keys[(long)(at.Value >> 12)];
        set => _keys[(long)(at.Value >> 12)] = value;
    }

    /// <summary>Whether the frame was used since the bit was reset.</summary>
    public bool IsReferenced(PhysicalAddress at) => (this[at] & ReferencedBit) != 0;

    /// <summary>Whether the frame was stored into since the bit was reset.</summary>
    public bool IsChanged(PhysicalAddress at) => (this[at] & ChangedBit) != 0;

    /// <summary>What hardware does on every access.</summary>
    public void Use(PhysicalAddress at, bool store) => _keys[(long)(at.Value >> 12)] |= store ? (byte)(ReferencedBit | ChangedBit) : ReferencedBit;

    /// <inheritdoc/>
    public void Dispose() => _keys.Dispose();
}
