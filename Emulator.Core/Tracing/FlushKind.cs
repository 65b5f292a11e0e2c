namespace Emulator.Core.Tracing;

/// <summary>Which flush the kernel's code calls.</summary>
public enum FlushKind : byte
{
    /// <summary>One page of the TLB.</summary>
    Page,

    /// <summary>A range of addresses.</summary>
    Range,

    /// <summary>A whole address space.</summary>
    Full,

    /// <summary>One page of the data caches of all CPUs (sun4u).</summary>
    DcachePage,
}
