namespace Emulator.Core.Memory;

/// <summary>What a page frame is used for; the allocator keeps a count for each.</summary>
public enum FrameUse : byte
{
    /// <summary>Not allocated.</summary>
    Free,

    /// <summary>An anonymous page of an address space.</summary>
    Anonymous,

    /// <summary>A page of argument and environment strings of an execve that has not passed its point of no return.</summary>
    Argument,

    /// <summary>A page of page pointers: the linked chunks of the staged way.</summary>
    StagingChunk,

    /// <summary>A page of a file in the page cache.</summary>
    File,

    /// <summary>Memory of the kernel model itself: zero page, vdso, a contiguous region without tables.</summary>
    Kernel,

    /// <summary>A page table of level 0; level n is this value plus n. Keep it last.</summary>
    PageTable,
}
