using Emulator.Core.Paging;

namespace Emulator.Arch.Amd64;

/// <summary>The control bits that a translation in long mode depends on, and how they lie in <see cref="MmuControls"/>.</summary>
/// <remarks>Source: Intel SDM volume 3, 4.1.3 "Paging-Mode Modifiers" and 4.6 "Access Rights".</remarks>
[Flags]
public enum Amd64Controls
{
    /// <summary>Supervisor mode, all modifiers off.</summary>
    None = 0,

    /// <summary>The access is made in user mode (CPL 3).</summary>
    User = 1,

    /// <summary>CR0.WP: supervisor stores respect read-only pages.</summary>
    WriteProtect = 2,

    /// <summary>EFER.NXE: bit 63 of an entry forbids fetches; without it the bit is reserved.</summary>
    NoExecute = 4,

    /// <summary>CR4.SMEP: the supervisor may not fetch from user pages.</summary>
    Smep = 8,

    /// <summary>CR4.SMAP: the supervisor may not touch user pages' data.</summary>
    Smap = 16,

    /// <summary>EFLAGS.AC: explicit supervisor accesses are exempt from SMAP.</summary>
    AlignmentCheck = 32,

    /// <summary>CR4.PKE: protection keys of user pages.</summary>
    ProtectionKeys = 64,

    /// <summary>CR4.LA57: the tree has five levels.</summary>
    La57 = 128,

    /// <summary>CPUID says that PDPT entries may map 1 GiB.</summary>
    GigabytePages = 256,
}
