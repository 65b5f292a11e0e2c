using Emulator.Cli.Options;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Reports;

/// <summary>What each kind of event tells, whatever format it is written in (docs/trace.md).</summary>
internal static class TraceFields
{
    private static readonly string[] Kinds =
    [
        "stage", "table_built", "table_freed", "table_moved", "entry_written", "entry_moved", "root_grown", "root_shrunk", "frame_filled", "fault", "flush",
        "walk_step", "piece_moved", "area_protected", "page_staged", "page_unstaged", "failed", "swapped_out",
        "swapped_in", "task_killed", "reverse_walk",
    ];

    /// <summary>The name of a kind of event.</summary>
    public static string NameOf(TraceEventKind kind) => Kinds[(int)kind];

    /// <summary>Hands over an event's keys and values, in the order of the document.</summary>
    /// <param name="fields">Takes them.</param>
    /// <param name="happened">The event.</param>
    /// <param name="tree">Shape of the tree.</param>
    /// <param name="depth">Levels of the tree before the event; 0 before there is one.</param>
    public static void Write(ITraceFields fields, in TraceEvent happened, PageTableGeometry tree, int depth)
    {
        switch (happened.Kind)
        {
            case TraceEventKind.StageReached:
                fields.Text("stage", Json.StageName((ExecStageName)happened.Detail));
                fields.Address("address", happened.Address.Value);
                fields.Number("anon_pages", happened.Before);
                break;
            case TraceEventKind.TableBuilt or TraceEventKind.TableFreed:
                WriteTable(fields, happened, tree, depth);
                fields.Number("bytes", happened.Detail);
                break;
            case TraceEventKind.TableMoved:
                WriteTable(fields, happened, tree, depth);
                fields.Address("from", happened.Detail);
                break;
            case TraceEventKind.EntryWritten or TraceEventKind.WalkStep:
                WriteEntry(fields, happened, tree, depth);
                break;
            case TraceEventKind.EntryMoved:
                WriteEntry(fields, happened, tree, depth);
                fields.Address("from", happened.Detail);
                break;
            case TraceEventKind.RootGrown or TraceEventKind.RootShrunk:
                fields.Number("depth", (ulong)happened.Level + 1);
                fields.Address("at", happened.At.Value);
                fields.Address("root_register", happened.After);
                break;
            case TraceEventKind.FrameFilled:
                fields.Address("address", happened.Address.Value);
                fields.Address("at", happened.At.Value);
                break;
            case TraceEventKind.Fault:
                fields.Address("address", happened.Address.Value);
                fields.Text("access", (AccessKind)happened.Detail switch { AccessKind.Write => "write", AccessKind.Fetch => "fetch", _ => "read" });
                break;
            case TraceEventKind.Flush:
                fields.Text("flush", (FlushKind)happened.Detail switch { FlushKind.Page => "page", FlushKind.Range => "range", FlushKind.Full => "full", _ => "dcache_page" });
                fields.Address("address", happened.Address.Value);
                fields.Flag("for_protection", happened.After != 0);
                break;
            case TraceEventKind.PieceMoved:
                fields.Address("address", happened.Address.Value);
                fields.Address("from", happened.Before);
                fields.Number("bytes", happened.After);
                fields.Number("entries", happened.Detail);
                break;
            case TraceEventKind.AreaProtected:
                fields.Address("address", happened.Address.Value);
                fields.Address("end", happened.After);
                fields.Number("entries", happened.Detail);
                break;
            case TraceEventKind.PageStaged:
                fields.Address("address", happened.Address.Value);
                fields.Address("at", happened.At.Value);
                fields.Number("staging_pages", happened.Detail);
                break;
            case TraceEventKind.PageUnstaged:
                fields.Address("at", happened.At.Value);
                if (happened.Address.Value != 0)
                    fields.Address("address", happened.Address.Value);
                break;
            case TraceEventKind.Failed:
                fields.Text("errno", happened.Detail == 0 ? "BUG" : ((Errno)happened.Detail).ToString());
                break;
            case TraceEventKind.SwappedOut or TraceEventKind.SwappedIn:
                if (happened.Address.Value != 0)
                    fields.Address("address", happened.Address.Value);
                fields.Address("at", happened.At.Value);
                fields.Number("slot", happened.Detail);
                break;
            case TraceEventKind.TaskKilled:
                fields.Text("task", AdversityText.TaskName((int)happened.Detail));
                fields.Number("points", happened.Before);
                fields.Number("freed_pages", happened.After);
                break;
            case TraceEventKind.ReverseWalk:
                fields.Text("action", InterventionText.NameOf((InterventionKind)happened.After));
                fields.Text("outcome", AdversityText.NameOf((PageOutcome)happened.Detail));
                if (happened.Before != 0)
                    fields.Address("page_index", happened.Before);
                if (happened.Address.Value != 0)
                    fields.Address("address", happened.Address.Value);
                if (happened.At.Value != 0)
                    fields.Address("at", happened.At.Value);
                break;
        }
    }

    private static void WriteTable(ITraceFields fields, in TraceEvent happened, PageTableGeometry tree, int depth)
    {
        fields.Number("level", (ulong)happened.Level);
        fields.Text("table", tree[happened.Level].Name);
        fields.Text("linux", PageTableGeometry.LinuxName(happened.Level, Math.Max(depth, happened.Level + 1)));
        fields.Address("address", happened.Address.Value);
        fields.Address("at", happened.At.Value);
    }

    private static void WriteEntry(ITraceFields fields, in TraceEvent happened, PageTableGeometry tree, int depth)
    {
        WriteTable(fields, happened, tree, depth);
        fields.Number("index", (ulong)tree[happened.Level].IndexOf(happened.Address));
        fields.Address("before", happened.Before);
        fields.Address("after", happened.After);
    }
}
