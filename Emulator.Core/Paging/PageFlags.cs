namespace Emulator.Core.Paging;

/// <summary>
/// What Linux wants to say in a leaf entry, whatever the bits are called on a machine. A codec turns these into bits
/// without loss; the way back gives what the bits can hold.
/// </summary>
[Flags]
public enum PageFlags : ushort
{
    /// <summary>PROT_NONE: mapped, but not for user accesses.</summary>
    None = 0,

    /// <summary>The program may read.</summary>
    Read = 1,

    /// <summary>The program may write now (not: may write after copy-on-write).</summary>
    Write = 2,

    /// <summary>The program may execute.</summary>
    Execute = 4,

    /// <summary>Used since the bit was cleared (young).</summary>
    Accessed = 8,

    /// <summary>Written since the bit was cleared.</summary>
    Dirty = 16,

    /// <summary>No struct page behind it (vdso data, zero page).</summary>
    Special = 32,

    /// <summary>The program may write, but the next store traps all the same (sparc64: a protection change drops the hardware's W bit).</summary>
    TrapStore = 64,
}
