namespace Emulator.Core.Kernel;

/// <summary>Flags of a virtual memory area (VM_* of include/linux/mm.h), those that execve and page tables can tell.</summary>
[Flags]
public enum AreaFlags
{
    /// <summary>No access.</summary>
    None = 0,

    /// <summary>VM_READ.</summary>
    Read = 1,

    /// <summary>VM_WRITE.</summary>
    Write = 2,

    /// <summary>VM_EXEC.</summary>
    Execute = 4,

    /// <summary>VM_SHARED.</summary>
    Shared = 8,

    /// <summary>VM_GROWSDOWN.</summary>
    GrowsDown = 16,

    /// <summary>VM_ACCOUNT.</summary>
    Account = 32,

    /// <summary>VM_STACK_INCOMPLETE_SETUP: execve has not put the stack where it belongs.</summary>
    IncompleteSetup = 64,

    /// <summary>VM_SOFTDIRTY.</summary>
    SoftDirty = 128,

    /// <summary>Pages come from the kernel (vdso, vvar).</summary>
    Special = 256,

    /// <summary>VM_MAYWRITE is missing: a shared mapping of a file that was opened for reading.</summary>
    DeniesWrite = 512,

    /// <summary>VM_NORESERVE: not charged.</summary>
    NoReserve = 1024,

    /// <summary>VM_DONTCOPY: a child does not get it.</summary>
    NotForked = 2048,

    /// <summary>VM_WIPEONFORK: a child gets it empty.</summary>
    WipedOnFork = 4096,
}
