using Emulator.Core.Paging;

namespace Emulator.Core.Tests.Paging;

/// <summary>Trees so small that random addresses meet their boundaries all the time.</summary>
internal static class TestTrees
{
    /// <summary>Two to four levels; 32 leaf tables share a page. 64 KiB, 1 MiB, 32 MiB, 256 MiB a table.</summary>
    public static PageTableGeometry Growing { get; } = new(pageShift: 12,
    [
        new("leaf", IndexBits: 4) { Sharing = TableSharing.Fragments },
        new("lower", IndexBits: 4) { EntryBytes = 4 },
        new("upper", IndexBits: 5),
        new("top", IndexBits: 3),
    ])
    { MinDepth = 2 };

    /// <summary>Three levels, always; a leaf table takes two pages, one of entries and one of something else.</summary>
    public static PageTableGeometry Fixed { get; } = new(pageShift: 12,
    [
        new("leaf", IndexBits: 9) { AllocatedBytes = 8192, AccountedBytes = 4096 },
        new("middle", IndexBits: 3),
        new("top", IndexBits: 4),
    ]);
}
