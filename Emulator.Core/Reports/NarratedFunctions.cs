using Emulator.Core.Kernel;

namespace Emulator.Core.Reports;

/// <summary>Functions that one kernel has and the other does not, or in another file: those of v2.6.32, and what v6.1 changed.</summary>
internal sealed record NarratedFunctions
{
    /// <summary>v2.6.32.</summary>
    public static NarratedFunctions V2_6_32 { get; } = new();

    /// <summary>v6.1.</summary>
    public static NarratedFunctions V6_1 { get; } = V2_6_32 with
    {
        Exec = "do_execveat_common(), fs/exec.c",
        GetPage = "get_arg_page() with get_user_pages_remote(), fs/exec.c",
        Start = "START_THREAD() in load_elf_binary(), fs/binfmt_elf.c",        // a macro around start_thread()
        HangPageTable = "pmd_install(), mm/memory.c",
        NewPageTable = "__pte_alloc() in move_page_tables(), mm/mremap.c",
        NewUpperTable = "alloc_new_pud(), mm/mremap.c",
        ProtectionFlush = "tlb_finish_mmu() in setup_arg_pages(), fs/exec.c",   // 4a18419f71cd ("mm/mprotect: use mmu_gather") (in v5.19)
        MovedPageFlush = "ptep_get_and_clear() in move_ptes(), mm/mremap.c",
        RewrittenFlush = "ptep_set_access_flags() in wp_page_reuse(), mm/memory.c",
        CopiedFlush = "ptep_clear_flush_notify() in wp_page_copy(), mm/memory.c",
        SwappedFlush = "ptep_clear_flush() in try_to_unmap_one(), mm/rmap.c",
        MigratedFlush = "ptep_clear_flush() in try_to_migrate_one(), mm/rmap.c",
        Look = "folio_referenced_one(), mm/rmap.c",
        Unmap = "try_to_migrate_one(), mm/rmap.c",                              // a98a2f0c8ce1 ("mm/rmap: split migration into its own function") (in v5.14)
        Reclaim = "shrink_folio_list(), mm/vmscan.c",
    };

    /// <summary>Those of a kernel.</summary>
    public static NarratedFunctions Of(string kernel) => kernel == KernelEra.V2_6_32.Version ? V2_6_32 : V6_1;

    /// <summary>execve.</summary>
    public string Exec { get; init; } = "do_execve(), fs/exec.c";

    /// <summary>A page for strings at its address.</summary>
    public string GetPage { get; init; } = "get_arg_page() with get_user_pages(), fs/exec.c";

    /// <summary>The program starts.</summary>
    public string Start { get; init; } = "start_thread() in load_elf_binary(), fs/binfmt_elf.c";

    /// <summary>A page table is hung into the table above.</summary>
    public string HangPageTable { get; init; } = "__pte_alloc(), mm/memory.c";

    /// <summary>A page table that entries move into.</summary>
    public string NewPageTable { get; init; } = "alloc_new_pmd(), mm/mremap.c";

    /// <summary>A table two or more levels above the page table that entries move into.</summary>
    public string NewUpperTable { get; init; } = "alloc_new_pmd(), mm/mremap.c";

    /// <summary>Translations whose rights have changed.</summary>
    public string ProtectionFlush { get; init; } = "flush_tlb_range() in change_protection(), mm/mprotect.c";

    /// <summary>A page is looked for by the reverse map.</summary>
    public string Look { get; init; } = "page_referenced_one(), mm/rmap.c";

    /// <summary>A page that migrates is unmapped.</summary>
    public string Unmap { get; init; } = "try_to_unmap_one(), mm/rmap.c";

    /// <summary>Pages go to swap.</summary>
    public string Reclaim { get; init; } = "shrink_page_list(), mm/vmscan.c";

    /// <summary>The translation of a page that has moved.</summary>
    public string MovedPageFlush { get; init; } = "ptep_clear_flush() in move_ptes(), mm/mremap.c";

    /// <summary>The translation of a page whose entry was rewritten by a fault.</summary>
    public string RewrittenFlush { get; init; } = "ptep_set_access_flags() in do_wp_page(), mm/memory.c";

    /// <summary>The translation of a page in whose place a copy has come.</summary>
    public string CopiedFlush { get; init; } = "ptep_clear_flush() in do_wp_page(), mm/memory.c";

    /// <summary>The translation of a page that goes to swap.</summary>
    public string SwappedFlush { get; init; } = "ptep_clear_flush_notify() in try_to_unmap_one(), mm/rmap.c";

    /// <summary>The translation of a page that migrates.</summary>
    public string MigratedFlush { get; init; } = "ptep_clear_flush_notify() in try_to_unmap_one(), mm/rmap.c";
}
