namespace Emulator.Core.Kernel;

/// <summary>
/// Where an ABI's address space puts things, in one era on one MMU. All addresses and lengths in bytes unless named
/// otherwise.
/// </summary>
public sealed record AddressLayout
{
    /// <summary>STACK_TOP.</summary>
    public required ulong StackTop { get; init; }

    /// <summary>TASK_SIZE of the running program.</summary>
    public required ulong TaskSize { get; init; }

    /// <summary>TASK_SIZE while its segments are being mapped; differs on s390 in 2.6.32, where it is the limit of the tree. 0: the same.</summary>
    public ulong TaskSizeWhileLoading { get; init; }

    /// <summary>TASK_UNMAPPED_BASE: where a bottom-up search begins.</summary>
    public required ulong UnmappedBase { get; init; }

    /// <summary>Address that the gap for the stack is taken from to get the top of the mmap area.</summary>
    public required ulong MmapTop { get; init; }

    /// <summary>Least gap between that address and the mmap area.</summary>
    public ulong MmapGapMin { get; init; } = 128UL << 20;

    /// <summary>Added to the stack limit before it becomes the gap: the guard gap of later eras.</summary>
    public ulong MmapPad { get; init; }

    /// <summary>Address that a wished mapping may not lie across, and above which mappings go only when wished (x86 with LA57); 0 for none.</summary>
    public ulong MapWindow { get; init; }

    /// <summary>Mask in bytes that the place of a file mapping is aligned by, as its offset in the file is (s390, v6.1); 0 for page alignment.</summary>
    public ulong FileAlignMask { get; init; }

    /// <summary>Mappings are always searched from below.</summary>
    public bool BottomUp { get; init; }

    /// <summary>Mappings are searched from below when the stack is unlimited.</summary>
    public bool BottomUpWhenUnlimited { get; init; }

    /// <summary>ELF_ET_DYN_BASE.</summary>
    public required ulong DynamicBase { get; init; }

    /// <summary>STACK_RND_MASK: most pages that randomisation takes off the stack top, as a mask.</summary>
    public required ulong StackRandomMask { get; init; }

    /// <summary>Mask for the random pages taken off the mmap base.</summary>
    public required ulong MmapRandomMask { get; init; }

    /// <summary>Most random bytes that <c>arch_align_stack()</c> takes off, plus one; 0 when it takes none.</summary>
    public ulong AlignStackRandomBytes { get; init; }

    /// <summary>Whether <c>arch_align_stack()</c> rounds down to 16 bytes.</summary>
    public bool AlignsStack { get; init; }

    /// <summary>Random bytes that <c>arch_randomize_brk()</c> may add, a power of two; 0 for none.</summary>
    public ulong BrkRandomBytes { get; init; }

    /// <summary>Levels the tree shrinks to when the program starts (s390 31-bit, 2.6.32); 0 for none.</summary>
    public int DepthAtStart { get; init; }
}
