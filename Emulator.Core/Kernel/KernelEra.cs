namespace Emulator.Core.Kernel;

/// <summary>
/// What changed between kernels as far as execve and page tables can tell. A later era is an earlier one
/// <c>with { ... }</c>, each line with its source.
/// </summary>
public sealed record KernelEra
{
    /// <summary>Linux 2.6.32, December 2009: the kernel of the proposal.</summary>
    public static KernelEra V2_6_32 { get; } = new()
    {
        Version = "2.6.32",
        ReleasedAt = 1_259_798_400,         // 3 December 2009
        HeaderBytes = 128,
        MaxScriptDepth = 6,                 // BINPRM_MAX_RECURSION 4: five scripts lead to a program, a sixth is refused
        ScriptDepthError = Errno.ENOEXEC,
    };

    /// <summary>Linux 6.1, December 2022, as 6.1.192 of the stable series.</summary>
    public static KernelEra V6_1 { get; } = V2_6_32 with
    {
        Version = "6.1",
        ReleasedAt = 1_670_716_800,             // 11 December 2022
        HeaderBytes = 256,                      // BINPRM_BUF_SIZE, 6eb3c3d0a52d ("exec: increase BINPRM_BUF_SIZE to 256") (in v5.1)
        MaxScriptDepth = 6,                     // exec_binprm(): depth > 5
        ScriptDepthError = Errno.ELOOP,         // d74026986d9b ("exec: use -ELOOP for max recursion depth") (in v3.8)
        LimitsByPosition = true,                // bprm_stack_limits(), 655c16a8ce9c ("exec: separate MM_ANONPAGES and RLIMIT_STACK accounting") (in v5.0)
        ArgumentCapBytes = 6UL << 20,           // da029c11e6b1 ("exec: Limit arg stack to at most 75% of _STK_LIM") (in v4.13)
        CompatCallersUnlimited = false,         // 114279be2120 ("exec: copy-and-paste the fixes into compat_do_execve() paths") (in v2.6.37)
        StackExpansionBytes = 131072,           // 5ef097dd7ba0 ("exec: refactor/fix stack expansion") (in v2.6.34)
        StackExpansionPages = 0,
        StackExpansionClamped = true,           // 803bf5ec259 ("fs/exec.c: restrict initial stack space expansion to rlimit") (in v2.6.33)
        ChecksStackRoom = true,                 // 1b528181b2ff ("setup_arg_pages: diagnose excessive argument size") (in v2.6.36), CVE-2010-3858
        StackGuardPages = 256,                  // 1be7107fbe18 ("mm: larger stack guard gap, between vmas") (in v4.12)
        SuppliesEmptyArgv0 = true,              // dcd46d897adb ("exec: Force single empty string when argv is empty") (in v5.18)
        AccountedTableLevels = 3,               // pgtables_bytes, af5b0f6a09e4 ("mm: consolidate page table accounting") (in v4.15)
        MoveKeepsWritable = true,               // MM_CP_TRY_CHANGE_WRITABLE, 64fe24a3e05e ("mm/mprotect: try avoiding write faults for exclusive anonymous pages when changing protection") (in v6.1)
        FatalSignal = Signal.SIGSEGV,           // force_fatal_sig(SIGSEGV) in bprm_execve(), v6.1 fs/exec.c
        BssPerSegment = true,                   // 585a018627b4 ("binfmt_elf: Support segments with 0 filesz and misaligned starts") (in v6.6), backported to 6.1.y
        PieFromMmapBase = true,                 // eab09532d400 ("binfmt_elf: use ELF_ET_DYN_BASE only for PIE") (in v4.13)
        HeaderTableLimitBytes = 0,              // size > ELF_MIN_ALIGN is refused too: set to the page size by the loader
        ShortReadError = Errno.EIO,
        ChargesAgainstAllMemory = true,         // 8c7829b04c52 ("mm: fix false-positive OVERCOMMIT_GUESS failures") (in v5.2)
        OomCountsMemory = true,                 // a63d83f427fb ("oom: badness heuristic rewrite") (in v2.6.36)
        OomPrefersYounger = true,               // oom_evaluate_task(): points < chosen_points, mm/oom_kill.c, v6.1
        ChargesArguments = true,                // 3c77f8457221 ("exec: make argv/envp memory visible to oom-killer") (in v2.6.37), CVE-2010-4243
        MigrationSkipsTemporaryStacks = true,   // a8bef8ff6ea1 ("mm: migration: avoid race between shift_arg_pages() and rmap_walk() [...]") (in v2.6.35)
        FixedRefusesOverlap = true,             // 4ed28639519c ("fs, elf: drop MAP_FIXED usage from elf_map") (in v4.17)
    };

    /// <summary>As printed and given on the command line: "2.6.32", "6.1".</summary>
    public required string Version { get; init; }

    /// <summary>The day it was released, in seconds since 1970: programs find themselves on that day.</summary>
    public required long ReleasedAt { get; init; }

    /// <summary>Bytes of the file that <c>prepare_binprm()</c> reads.</summary>
    public required int HeaderBytes { get; init; }

    /// <summary>Which script of a chain is refused, counted from the program.</summary>
    public required int MaxScriptDepth { get; init; }

    /// <summary>What a longer chain gets.</summary>
    public required Errno ScriptDepthError { get; init; }

    /// <summary>Limits are tested by position of the strings (6.1) rather than by size of the stack area (2.6.32).</summary>
    public bool LimitsByPosition { get; init; }

    /// <summary>Most bytes of strings and pointers whatever the stack limit; <see cref="ulong.MaxValue"/> for no cap.</summary>
    public ulong ArgumentCapBytes { get; init; } = ulong.MaxValue;

    /// <summary>32-bit callers pass neither the quarter rule nor its floor (fs/compat.c, 2.6.32).</summary>
    public bool CompatCallersUnlimited { get; init; } = true;

    /// <summary>Room below the arguments that setup_arg_pages makes, in pages.</summary>
    public ulong StackExpansionPages { get; init; } = 20;

    /// <summary>The same in bytes, where it is given in bytes.</summary>
    public ulong StackExpansionBytes { get; init; }

    /// <summary>That room stops at the stack limit.</summary>
    public bool StackExpansionClamped { get; init; }

    /// <summary>setup_arg_pages refuses a stack that does not fit below its top (ENOMEM).</summary>
    public bool ChecksStackRoom { get; init; }

    /// <summary>Pages kept free below a stack.</summary>
    public ulong StackGuardPages { get; init; }

    /// <summary>A program without arguments is given an empty argv[0].</summary>
    public bool SuppliesEmptyArgv0 { get; init; }

    /// <summary>Levels from the leaf that /proc accounts for: page tables only (1), or pte, pmd and pud (3).</summary>
    public int AccountedTableLevels { get; init; } = 1;

    /// <summary>A protection change leaves dirty pages of the program's own writable.</summary>
    public bool MoveKeepsWritable { get; init; }

    /// <summary>Every protection change in setup_arg_pages rewrites entries (CONFIG_MEM_SOFT_DIRTY); the recorded kernels were built without.</summary>
    public bool TracksSoftDirty { get; init; }

    /// <summary>Signal for a failure after the point of no return; <see cref="Signal.SIGKILL"/> in 2.6.32, but for a bss that cannot be cleared.</summary>
    public Signal FatalSignal { get; init; } = Signal.SIGKILL;

    /// <summary>The loader maps each segment's bss with the segment (6.1.192) instead of all at the end.</summary>
    public bool BssPerSegment { get; init; }

    /// <summary>A position-independent program without interpreter goes to the mmap area, its brk to ELF_ET_DYN_BASE.</summary>
    public bool PieFromMmapBase { get; init; }

    /// <summary>Most bytes of program headers; 0 for one page.</summary>
    public int HeaderTableLimitBytes { get; init; } = 65536;

    /// <summary>What program headers behind the end of the file give.</summary>
    public Errno ShortReadError { get; init; } = Errno.EIO;

    /// <summary>The first segment of a fixed program may not replace a mapping (EEXIST).</summary>
    public bool FixedRefusesOverlap { get; init; }

    /// <summary>One mapping is refused when it is larger than all of memory; before v5.2, when it is larger than what is free.</summary>
    public bool ChargesAgainstAllMemory { get; init; }

    /// <summary>The OOM killer counts what a task has in memory, on swap and in page tables, rather than the size of its address space (<c>badness()</c>, v2.6.32).</summary>
    public bool OomCountsMemory { get; init; }

    /// <summary>Of tasks with equal points the OOM killer takes the last that it asks, rather than the first.</summary>
    public bool OomPrefersYounger { get; init; }

    /// <summary>Argument pages count as memory of the task that calls execve, until its address space is gone (<c>acct_arg_size()</c>).</summary>
    public bool ChargesArguments { get; init; }

    /// <summary>Pages of a stack that execve is still setting up are not migrated.</summary>
    public bool MigrationSkipsTemporaryStacks { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Version;
}
