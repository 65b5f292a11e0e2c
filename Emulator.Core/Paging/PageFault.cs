using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>A failed translation, as a value.</summary>
/// <param name="Address">The virtual address.</param>
/// <param name="Access">What the access wanted.</param>
/// <param name="Kind">Why it failed.</param>
/// <param name="Level">Level that the fault is charged to, from the leaf (0); the depth of the tree when no level is to blame.</param>
/// <param name="Entry">The entry read last; 0 when none was.</param>
public readonly record struct PageFault(VirtualAddress Address, AccessKind Access, FaultKind Kind, int Level, ulong Entry)
{
    /// <summary>What the walk had gathered when rights forbade the access, in the codec's own terms (<see cref="IPageTableEntryCodec.Examine"/>); 0 for other kinds.</summary>
    /// <remarks>Two faults are equal whatever it is: a TLB that denies an access has gathered nothing.</remarks>
    public ulong Rights { get; init; }

    /// <inheritdoc/>
    public bool Equals(PageFault other) => (Address, Access, Kind, Level, Entry) == (other.Address, other.Access, other.Kind, other.Level, other.Entry);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Address, Access, Kind, Level, Entry);
}
