namespace Emulator.Core.Exec;

/// <summary>One entry of the auxiliary vector as the program finds it.</summary>
public readonly record struct AuxEntry(int Type, ulong Value)
{
    /// <summary>The AT_ name of the type; "AT_n" where none is known.</summary>
    public string Name => Type switch
    {
        0 => "AT_NULL",
        2 => "AT_EXECFD",
        3 => "AT_PHDR",
        4 => "AT_PHENT",
        5 => "AT_PHNUM",
        6 => "AT_PAGESZ",
        7 => "AT_BASE",
        8 => "AT_FLAGS",
        9 => "AT_ENTRY",
        11 => "AT_UID",
        12 => "AT_EUID",
        13 => "AT_GID",
        14 => "AT_EGID",
        15 => "AT_PLATFORM",
        16 => "AT_HWCAP",
        17 => "AT_CLKTCK",
        19 => "AT_DCACHEBSIZE",
        20 => "AT_ICACHEBSIZE",
        21 => "AT_UCACHEBSIZE",
        22 => "AT_IGNOREPPC",
        23 => "AT_SECURE",
        24 => "AT_BASE_PLATFORM",
        25 => "AT_RANDOM",
        26 => "AT_HWCAP2",
        31 => "AT_EXECFN",
        32 => "AT_SYSINFO",
        33 => "AT_SYSINFO_EHDR",
        34 => "AT_L1I_CACHESHAPE",
        35 => "AT_L1D_CACHESHAPE",
        36 => "AT_L2_CACHESHAPE",
        37 => "AT_L3_CACHESHAPE",
        51 => "AT_MINSIGSTKSZ",
        _ => $"AT_{Type}",
    };
}
