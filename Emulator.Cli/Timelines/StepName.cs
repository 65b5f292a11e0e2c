using Emulator.Cli.Options;
using Emulator.Cli.Reports;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Timelines;

/// <summary>What events are called on a timeline.</summary>
internal static class StepName
{
    /// <summary>The name of one.</summary>
    /// <param name="happens">The event.</param>
    /// <param name="tree">Shape of the tree.</param>
    /// <param name="isWalk">The first of a walk stands for all of it.</param>
    public static string Of(in TraceEvent happens, PageTableGeometry tree, bool isWalk = false)
    {
        string table = tree[happens.Level].Name;
        return happens.Kind switch
        {
            TraceEventKind.StageReached => Json.StageName((ExecStageName)happens.Detail),
            TraceEventKind.Failed => happens.Detail == 0 ? "the kernel stops at a BUG" : $"execve fails: {(Errno)happens.Detail}",
            TraceEventKind.TableBuilt => $"build {table}",
            TraceEventKind.TableFreed => $"free {table}",
            TraceEventKind.TableMoved => $"re-hang {table}",
            TraceEventKind.EntryWritten => $"write {table} entry",
            TraceEventKind.EntryMoved => "move entry",
            TraceEventKind.RootGrown => $"grow to {happens.Level + 1} levels",
            TraceEventKind.RootShrunk => $"shrink to {happens.Level + 1} levels",
            TraceEventKind.FrameFilled => "fill frame",
            TraceEventKind.Fault => "page fault",
            TraceEventKind.Flush => (FlushKind)happens.Detail switch { FlushKind.Page => "flush page", FlushKind.Range => "flush range", FlushKind.Full => "flush address space", _ => "flush D-cache page" },
            TraceEventKind.WalkStep => isWalk ? $"walk {Json.Hex(happens.Address.Value)}" : $"read {table} entry",
            TraceEventKind.PieceMoved => "move_ptes()",
            TraceEventKind.AreaProtected => "change rights",
            TraceEventKind.PageStaged => "stage page",
            TraceEventKind.SwappedOut => happens.Address.Value == 0 ? "swap another task's page out" : "swap page out",
            TraceEventKind.SwappedIn => "swap page in",
            TraceEventKind.TaskKilled => $"kill {AdversityText.TaskName((int)happens.Detail)}",
            TraceEventKind.ReverseWalk => $"{InterventionText.NameOf((InterventionKind)happens.After)} page",
            TraceEventKind.PageUnstaged => happens.Address.Value == 0 ? "give page back" : "insert page",
            _ => TraceFields.NameOf(happens.Kind),
        };
    }
}
