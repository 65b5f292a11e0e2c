using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Reports;

/// <summary>Says for every step of a history what the kernel does and why, and in which function.</summary>
/// <remarks>Functions are those of v2.6.32 and v6.1; of v2.6.22 for the fixed array. The staged way is a proposal and has none of its own.</remarks>
public sealed class Narrator(History history)
{
    private const string Memory = "mm/memory.c", Remap = "mm/mremap.c", Exec = "fs/exec.c";

    private readonly NarratedFunctions _functions = NarratedFunctions.Of(history.Kernel);
    private readonly Dictionary<(string, string), Narration> _told = [];

    /// <summary>The sentence of the step that leads on from a moment.</summary>
    public string Tell(Moment before)
    {
        ArgumentNullException.ThrowIfNull(before);
        ref readonly TraceEvent happens = ref history[before.Position];
        return Choose(before).Fill(happens, history.Tree, before.Depth);
    }

    /// <summary>What is told of the step that leads on from a moment, before it is filled in; equal ones are the same object.</summary>
    public Narration Choose(Moment before)
    {
        ArgumentNullException.ThrowIfNull(before);
        ref readonly TraceEvent happens = ref history[before.Position];
        (string pattern, string source) = before.HasFailed ? GiveBack(happens) : Pattern(before, happens);
        source = source.Length == 0 ? "" : source.EndsWith('.') ? source[..^1] : $"{source}, v{history.Kernel}";
        if (!_told.TryGetValue((pattern, source), out Narration? narration))
            _told.Add((pattern, source), narration = new Narration(pattern, source));
        return narration;
    }

    private (string Pattern, string Source) Pattern(Moment before, in TraceEvent happens) => happens.Kind switch
    {
        TraceEventKind.StageReached => Stage(before, (ExecStageName)happens.Detail),
        TraceEventKind.TableBuilt => Built(before, happens),
        TraceEventKind.TableFreed => Freed(before, happens),
        TraceEventKind.TableMoved => ("The {table} with everything below it now serves {address} instead of {detail}: re-hanging one entry of the table above saves moving all of its own.", Rehang(happens.Level)),
        TraceEventKind.EntryWritten => Written(before, happens),
        TraceEventKind.EntryMoved => ("The entry that mapped {detail} is cleared and written again for {address}: the page stays where it is in memory, only its address changes.", $"move_ptes(), {Remap}"),
        TraceEventKind.PieceMoved => happens.Detail == 0
            ? ("This piece of {bytes} bytes is done; it held nothing to move.", $"move_ptes(), {Remap}")
            : ("This piece of {bytes} bytes is done, {count} of its entries moved; a piece never crosses a page table.", $"move_page_tables(), {Remap}"),
        TraceEventKind.RootGrown => ("The tree grows to {depth} levels: the new {table} is its top, and the old top hangs in entry 0 of it.", history.GrowsIn),
        TraceEventKind.RootShrunk => ("The tree shrinks to {depth} levels: the {table} is the top now. The program cannot reach further, and every walk is a step shorter.", history.ShrinksIn),
        TraceEventKind.FrameFilled => before.Next switch
        {
            ExecStageName.Copied => ("The page at {address} has a frame, {at}: strings can be written to it.", $"do_anonymous_page(), {Memory}"),
            ExecStageName.Start => ("The page at {address} is there: frame {at}.", $"handle_mm_fault(), {Memory}"),
            _ => ("The waiting page {at} is at {address} now, where it stays.", InsertSource),
        },
        TraceEventKind.Fault => Fault(before),
        TraceEventKind.Flush => Flush(before, happens),
        TraceEventKind.AreaProtected => happens.Detail == 0
            ? ("The area {address}-{after} gets the rights that the program asks for; no entry had to be rewritten.", "mprotect_fixup(), mm/mprotect.c")
            : ("The area {address}-{after} has the rights that the program asks for; {count} entries were rewritten.", "mprotect_fixup(), mm/mprotect.c"),
        TraceEventKind.PageStaged => (happens.Detail == 0
            ? "A page for the strings is taken, frame {at}, and put on the list: no address is chosen, so no table is built."
            : "A page for the strings is taken, frame {at}, and put on the list, which takes a page of pointers itself to grow.", StagingSource),
        TraceEventKind.PageUnstaged => (happens.Address.Value == 0
            ? "The waiting page {at} is given back."
            : "The page {at} leaves the list for {address}, below the program's STACK_TOP.", InsertSource),
        TraceEventKind.Failed => happens.Detail == 0
            ? ("The kernel has run into a bug and stops here. What follows tidies up the model: a kernel would keep it all.", "BUG_ON(), include/asm-generic/bug.h")
            : ("execve fails with errno {count}. What it took is given back from here on.", _functions.Exec),
        TraceEventKind.SwappedOut => happens.Address.Value == 0
            ? ("Memory is short: a page of another task is written to slot {count} of the swap area, and its frame {at} is free.", _functions.Reclaim)
            : ("Memory is short: the page at {address} is written to slot {count} of the swap area, and its frame {at} will be free.", _functions.Reclaim),
        TraceEventKind.SwappedIn => ("The page at {address} is read from slot {count} of the swap area into frame {at}: a fault that has to wait for a disk.", $"do_swap_page(), {Memory}"),
        TraceEventKind.TaskKilled => happens.Detail == 0
            ? ("Nothing can go to swap any more, and no task has more memory than this one as far as the OOM killer sees: it is killed.", "out_of_memory(), mm/oom_kill.c")
            : ("Nothing can go to swap any more. The OOM killer chooses another task, number {count}, and gets {bytes} frames for it.", "out_of_memory(), mm/oom_kill.c"),
        TraceEventKind.ReverseWalk => Interfere(happens),
        TraceEventKind.WalkStep => ("The hardware reads entry {index} of the {table}: {before}.", "."),
        _ => ("", "."),
    };

    private string StagingSource => history.Way == "fixed" ? $"copy_strings(), {Exec}, v2.6.22." : "get_arg_page() as proposed in December 2009.";

    private string InsertSource => history.Way == "fixed" ? $"install_arg_page(), {Exec}, v2.6.22." : "setup_arg_pages() as proposed in December 2009.";

    private static string Allocator(int level) => level switch { 0 => "__pte_alloc()", 1 => "__pmd_alloc()", 2 => "__pud_alloc()", _ => "__p4d_alloc()" };

    private static string Rehang(int level) => level == 0 ? $"move_normal_pmd(), {Remap}" : $"move_normal_pud(), {Remap}";

    /// <summary>Whether a step is one of the two writes that hang a table elsewhere.</summary>
    private bool IsRehanging(int step)
    {
        for (int next = step + 1; next < history.Count && next <= step + 2; next++)
        {
            if (history[next].Kind == TraceEventKind.TableMoved)
                return true;
            if (history[next].Kind != TraceEventKind.EntryWritten)
                return false;
        }
        return false;
    }

    /// <summary>Who flushes the translation of one page: whoever has changed its entry, a step before.</summary>
    private string PageFlush(int step)
    {
        if (step == 0 || history[step - 1] is not { Kind: TraceEventKind.EntryWritten } written)
            return _functions.MovedPageFlush;
        if ((written.Detail & 1) != 0)
            return history.EntryFormat.IsMigration(written.After) ? _functions.MigratedFlush : _functions.SwappedFlush;
        return history.EntryFormat.TargetOf(written.Before, 0) == history.EntryFormat.TargetOf(written.After, 0) ? _functions.RewrittenFlush : _functions.CopiedFlush;
    }

    private (string Pattern, string Source) Stage(Moment before, ExecStageName stage) => (stage, history.Way) switch
    {
        (ExecStageName.Copied, "in-place") => ("All strings are copied. They lie below STACK_TOP_MAX, where the highest stack of any program would be; the program's header is read only now.", $"copy_strings(), {Exec}"),
        (ExecStageName.Copied, _) => ("All strings are copied. Their pages wait outside the address space; the program's header is read only now.", StagingSource),
        (ExecStageName.SetupIn, "in-place") => ("The header is read, so the program's personality and its STACK_TOP are known. The stack has to go there.", $"setup_arg_pages(), {Exec}"),
        (ExecStageName.SetupIn, _) => ("The header is read, so the program's personality and its STACK_TOP are known. The pages can be inserted where they belong.", $"setup_arg_pages(), {Exec}"),
        (ExecStageName.SetupOut, _) => ("The stack is where it belongs: it ends at {address}.", $"setup_arg_pages(), {Exec}"),
        _ => ("The program starts with sp near {address}; page tables have cost what the ledger says.", _functions.Start),
    };

    private (string Pattern, string Source) Built(Moment before, in TraceEvent happens)
    {
        string function = $"{Allocator(happens.Level)}, {Memory}";
        if (before.Top is null)
            return ("A new address space: its {table} is built at {at}, {depth} levels above the pages. It maps nothing yet.", "mm_alloc_pgd(), kernel/fork.c");
        if (happens.Level >= before.Depth)
            return ("The address is out of the tree's reach, so a {table} is built at {at} to go on top of it.", history.GrowsIn);
        return (before.Next, history.Way) switch
        {
            (ExecStageName.Copied, _) => ("Nothing covers the strings' addresses, so a {table} is built at {at}, for {address} and up. Where the stack belongs is not known yet: this place is a guess, the highest that there is.", function),
            (ExecStageName.SetupIn or ExecStageName.SetupOut, "in-place") => ("The stack needs a {table} where it goes: one is built at {at}, for {address} and up.", happens.Level switch { 0 => _functions.NewPageTable, 1 => $"alloc_new_pmd(), {Remap}", _ => _functions.NewUpperTable }),
            (ExecStageName.SetupIn or ExecStageName.SetupOut, _) => ("A {table} is built at {at}, for {address} and up: the first one that the strings need, and at the right place.", InsertSource),
            _ => ("The program's pages need a {table}: one is built at {at}, for {address} and up.", function),
        };
    }

    private (string Pattern, string Source) Freed(Moment before, in TraceEvent happens)
    {
        if (happens.Level == before.Depth - 1)
            return ("The {table} at {at} was the top of the tree; the program does not need so many levels, and it is given back.", history.ShrinksIn);
        return before.Next is ExecStageName.SetupIn or ExecStageName.SetupOut
            ? ("Nothing is left below the {table} for {address}: it is given back. All that it was built for was to hold strings until they moved.", $"shift_arg_pages() with free_pgd_range(), {Exec}")
            : ("The {table} for {address} at {at} maps nothing any more and is given back.", $"free_pgd_range(), {Memory}");
    }

    private (string Pattern, string Source) Written(Moment before, in TraceEvent happens)
    {
        ulong empty = history.EntryFormat.Empty(happens.Level);
        bool wasEmpty = happens.Before == empty, isEmpty = happens.After == empty;
        if (happens.Level > 0)
        {
            string hangs = IsRehanging(before.Position) ? Rehang(happens.Level - 1) : happens.Level >= before.Depth ? history.GrowsIn
                : happens.Level == 1 ? _functions.HangPageTable : $"{Allocator(happens.Level - 1)}, {Memory}";
            return (wasEmpty, isEmpty) switch
            {
                (true, _) => ("Entry {index} of the {table} is written: {after}. It leads to the table below.", hangs),
                (_, true) => ("Entry {index} of the {table} is cleared: nothing hangs there any more.", IsRehanging(before.Position) ? Rehang(happens.Level - 1) : $"free_pgd_range(), {Memory}"),
                _ => ("Entry {index} of the {table} is rewritten: {before} becomes {after}.", hangs),
            };
        }
        if (happens.Detail != 0)
        {
            return (happens.Detail, isEmpty) switch
            {
                (_, true) => ("Entry {index} of the {table} is cleared: it stood for a page that was elsewhere.", $"zap_pte_range(), {Memory}"),
                (1, _) => ("Entry {index} of the {table} becomes {after}: it maps nothing now, and says where the page is.",
                    history.EntryFormat.IsMigration(happens.After) ? _functions.Unmap : "try_to_unmap_one(), mm/rmap.c"),
                (2, _) => ("Entry {index} of the {table} maps a page again: {after}.", history.EntryFormat.IsMigration(happens.Before) ? "remove_migration_pte(), mm/migrate.c" : $"do_swap_page(), {Memory}"),
                _ => ("Entry {index} of the {table} still says where the page is: {after}.", "change_pte_range(), mm/mprotect.c"),
            };
        }
        return (wasEmpty, isEmpty) switch
        {
            (true, _) => ("Entry {index} of the {table} is written: {after}. It maps the page at {address}.", before.Next switch { ExecStageName.Copied => $"do_anonymous_page(), {Memory}", ExecStageName.Start => $"handle_pte_fault(), {Memory}", _ => InsertSource }),
            (_, true) => ("Entry {index} of the {table} is cleared: {address} maps nothing any more.", $"zap_pte_range(), {Memory}"),
            _ => ("Entry {index} of the {table} is rewritten: {before} becomes {after}.", before.Next == ExecStageName.SetupOut ? "change_pte_range(), mm/mprotect.c" : $"handle_pte_fault(), {Memory}"),
        };
    }

    /// <summary>What another processor did between two steps.</summary>
    private (string Pattern, string Source) Interfere(in TraceEvent happens)
    {
        string source = (InterventionKind)happens.After switch
        {
            InterventionKind.Look => _functions.Look,
            InterventionKind.Unmap => _functions.Unmap,
            InterventionKind.Reclaim => _functions.Reclaim,
            _ => "remove_migration_pte(), mm/migrate.c",
        };
        return ((PageOutcome)happens.Detail, (InterventionKind)happens.After) switch
        {
            (PageOutcome.LeftBehind, _) => ("Another processor has copied a page to another frame and looks at {address} for the migration entry, which is not there. The entry is left behind: whoever meets it finds a page that is nobody's.", source),
            (PageOutcome.TemporaryStack, _) => ("Another processor wants to migrate the page at {address}, and leaves it alone: its area is a temporary stack.", "invalid_migration_vma(), mm/rmap.c"),
            (PageOutcome.NotFound, InterventionKind.Reclaim) => ("Another processor looks for pages to write to swap and gets none.", source),
            (PageOutcome.NotFound, _) => ("Another processor looks for a page at {address} and does not find it there: the page stays as it is.", source),
            (_, InterventionKind.Look) => ("Another processor asks where a page is mapped, and finds it at {address}.", source),
            (_, InterventionKind.Unmap) => ("Another processor begins to migrate the page at {address}.", source),
            (_, InterventionKind.Reclaim) => ("Another processor has written pages to swap.", source),
            _ => ("Another processor has migrated the page at {address} to another frame.", source),
        };
    }

    private (string Pattern, string Source) Fault(Moment before) => before.Next switch
    {
        ExecStageName.Copied => ("The strings need the page at {address}. The kernel asks for it as if the new program had touched it: by a page fault.", _functions.GetPage),
        _ => ("The loader touches {address}, which maps nothing suitable yet: a page fault.", $"handle_mm_fault(), {Memory}"),
    };

    private (string Pattern, string Source) Flush(Moment before, in TraceEvent happens) => ((FlushKind)happens.Detail, happens.After != 0) switch
    {
        (_, true) => ("Translations of the area from {address} are flushed: their rights have changed.", _functions.ProtectionFlush),
        (FlushKind.Page, _) => ("The translation of {address} is flushed: its entry has changed.", PageFlush(before.Position)),
        (FlushKind.Range, _) => ("Translations of the piece from {address} are flushed: it has moved.", $"flush_tlb_range() in {(before.Position > 0 && history[before.Position - 1] is { Kind: TraceEventKind.TableMoved, Level: int moved } ? Rehang(moved) : $"move_ptes(), {Remap}")}"),
        (FlushKind.Full, _) => ("All translations of the address space are flushed: walkers may have kept tables that are gone.", before.Next == ExecStageName.SetupOut ? $"tlb_finish_mmu() in shift_arg_pages(), {Exec}" : history.ShrinksIn),
        _ => ("The page at {address} is flushed out of the data caches: at its new address it has another colour.", $"move_pte() in move_ptes(), {Remap}"),
    };

    private (string Pattern, string Source) GiveBack(in TraceEvent happens) => happens.Kind switch
    {
        TraceEventKind.TableFreed => ("The {table} at {at} is given back: execve has failed.", "exit_mmap(), mm/mmap.c"),
        TraceEventKind.EntryWritten => ("Entry {index} of the {table} is cleared: execve has failed.", "exit_mmap(), mm/mmap.c"),
        TraceEventKind.PageUnstaged => ("The waiting page {at} is given back: execve has failed.", history.Way == "fixed" ? $"do_execve(), {Exec}, v2.6.22." : "free_arg_pages() as proposed in December 2009."),
        _ => ("What was taken is given back.", "exit_mmap(), mm/mmap.c"),
    };
}
