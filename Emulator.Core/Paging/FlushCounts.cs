using Emulator.Core.Tracing;

namespace Emulator.Core.Paging;

/// <summary>Flushes that the kernel called for, by the kind its code makes.</summary>
public readonly record struct FlushCounts(long Page, long Range, long Full, long DcachePage)
{
    /// <summary>One (or <paramref name="times"/>) more of a kind.</summary>
    public FlushCounts Plus(FlushKind kind, long times = 1) => kind switch
    {
        FlushKind.Page => this with { Page = Page + times },
        FlushKind.Range => this with { Range = Range + times },
        FlushKind.Full => this with { Full = Full + times },
        _ => this with { DcachePage = DcachePage + times },
    };
}
