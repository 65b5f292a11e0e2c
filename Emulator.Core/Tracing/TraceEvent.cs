using Emulator.Core.Memory;

namespace Emulator.Core.Tracing;

/// <summary>One thing that happened. The meaning of each field for each kind is told at <see cref="TraceEventKind"/>.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Level">Page-table level, counted from the leaf (0).</param>
/// <param name="Address">The virtual address it happened for; of a table, the lowest address it covers.</param>
/// <param name="At">Where in physical memory: of the entry, the table or the frame.</param>
/// <param name="Before">Entry before.</param>
/// <param name="After">Entry after.</param>
/// <param name="Detail">A number that depends on the kind.</param>
public readonly record struct TraceEvent(
    TraceEventKind Kind,
    int Level,
    VirtualAddress Address,
    PhysicalAddress At,
    ulong Before = 0,
    ulong After = 0,
    ulong Detail = 0);
