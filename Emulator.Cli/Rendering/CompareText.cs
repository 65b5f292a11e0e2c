using Emulator.Cli.Options;
using Emulator.Cli.Reports;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Paging;
using Emulator.Core.Reports;

namespace Emulator.Cli.Rendering;

/// <summary>Ways side by side, for people: head, ledger, trees, verdict.</summary>
internal sealed class CompareText(ExecSubject subject, ExecReport report)
{
    private readonly ExecPlan _plan = subject.Plan;

    /// <summary>Writes all of it.</summary>
    public void Write(TextOutput output)
    {
        Head(output);
        output.Line();
        output.Table(Ledger());
        TreePicture picture = new(_plan.Profile.Tree);
        foreach (WayReport way in report.Ways)
        {
            output.Line();
            output.Line($"{way.Result.Way}: every table it built", Tone.Strong);
            IReadOnlyList<TextNode> tops = picture.Draw(way.Steps);
            if (tops.Count == 0)
                output.Line(_plan.Profile.HasMmu ? "none" : "none: without an MMU every address is a physical one");
            foreach (TextNode top in tops)
                output.Tree(top);
        }
        output.Line();
        foreach (WayReport way in report.Ways)
            Adversity(output, way.Result);
        foreach (WayReport way in report.Ways.Where(way => way.Result.Reason is not null))
            output.Line($"{way.Result.Way}: {way.Result.Outcome}: {way.Result.Reason}", Tone.Bad);
        foreach (string difference in report.Differences)
            output.Line($"different: {difference}", Tone.Bad);
        output.Paragraph(report.Verdict);
    }

    private static void Adversity(TextOutput output, ExecResult result)
    {
        foreach (OomKill kill in result.Pressure?.Kills ?? [])
        {
            string victim = kill.Task == 0 ? $"this task, with {Form.Count(kill.Points, "point")}" : $"{AdversityText.TaskName(kill.Task)}, with {Form.Count(kill.Points, "point")} against {kill.CallerPoints} of this task";
            output.Line($"{result.Way}: out of memory: the OOM killer chooses {victim}", Tone.Bad);
        }
        foreach (InterventionResult done in result.Interventions)
            output.Line($"{result.Way}: {AdversityText.Describe(done)}", done.Outcome == PageOutcome.LeftBehind ? Tone.Bad : Tone.Plain);
    }

    private void Head(TextOutput output) => HeadOf(subject, output);

    /// <summary>What was exec'd on what.</summary>
    public static void HeadOf(ExecSubject subject, TextOutput output)
    {
        ExecPlan plan = subject.Plan;
        string limit = plan.Request.StackLimitBytes == ulong.MaxValue ? "unlimited" : $"{plan.Request.StackLimitBytes} bytes";
        output.Line($"{plan.Program.Path} on {plan.Architecture.Name}, ABI {subject.Abi ?? "unknown"}, Linux {plan.Profile.Era.Version}, MMU {plan.Profile.Mmu}, pages of {plan.Profile.PageBytes} bytes", Tone.Strong);
        output.Line($"argc {subject.ArgumentCount} with {plan.ArgumentBytes} bytes of strings, {Form.Count(plan.Request.Environment.Count, "environment string")}, caller {plan.CallerAbi}, stack limit {limit}");
        string top = subject.StackTop == 0 ? "unknown" : Form.Address(subject.StackTop);
        output.Line($"STACK_TOP_MAX {Form.Address(plan.Profile.StackTopMax)}, STACK_TOP {top}");
    }

    private TextTable Ledger()
    {
        TextTable table = new(["", .. report.Ways.Select(way => way.Result.Way)]);
        void Row(string what, Func<WayReport, string> cell) => table.Add([what, .. report.Ways.Select(cell)]);
        void Books(string what, ExecStageName stage, Func<ExecStage, string> cell) => Row(what, way => way.At(stage) is { } books ? cell(books) : "-");
        void Tables(string what, ExecStageName stage, Func<WayReport, TableCounts> counts) => Row(what, way => way.At(stage) is null ? "-" : Form.Tables(counts(way)));

        Row("result", way => Outcome(way.Result));
        if (_plan.Profile.HasMmu)
        {
            Row("stack moved down by", way => Form.Address(way.Result.ShiftBytes));
            Tables("tables built copying strings", ExecStageName.Copied, way => way.BuiltAt(ExecStageName.Copied));
            Tables("tables built placing the stack", ExecStageName.SetupOut, way => way.BuiltAt(ExecStageName.SetupOut));
            Tables("tables built loading", ExecStageName.Start, way => way.BuiltAt(ExecStageName.Start));
            Tables("tables freed placing the stack", ExecStageName.SetupOut, way => way.FreedAt(ExecStageName.SetupOut));
            Tables("tables freed loading", ExecStageName.Start, way => way.FreedAt(ExecStageName.Start));
            Row("tables re-hung whole", way => Form.Tables(new TableCounts(0, 0, 0, way.Result.Moves.Pud, way.Result.Moves.Pmd)));
            Row("entries moved one by one", way => $"{way.Result.Moves.Pte}");
            Row("calls of move_ptes()", way => $"{way.Result.Moves.PieceCalls}");
            Row("entries reprotected", way => $"{way.Result.ProtectedEntries}");
            Row("flushes", way => Flushes(way.Result.Flushes));
            Books("page faults handled", ExecStageName.Start, books => $"{books.Faults}");
        }
        Row("argument pages", way => $"{way.Result.ArgumentPages}");
        Row("staging pages", way => $"{way.Result.StagingPages}");
        Books("anonymous pages at the start", ExecStageName.Start, books => $"{books.AnonymousPages}");
        if (_plan.Profile.HasMmu)
        {
            Row("levels", Levels);
            Books("table bytes, strings copied", ExecStageName.Copied, books => $"{books.TableBytes}");
            Row("table bytes at the peak", way => $"{way.Result.PeakTableBytes}");
            Row("table bytes at the end", way => $"{way.Result.FinalTableBytes}");
            Books("table bytes as /proc says", ExecStageName.Start, books => $"{books.PgtablesBytes}");
        }
        if (report.Ways.Any(way => way.Result.Pressure is not null))
        {
            string Pressed(WayReport way, Func<PressureBooks, string> cell) => way.Result.Pressure is { } books ? cell(books) : "-";
            Books("pages the OOM killer sees, strings copied", ExecStageName.Copied, books => $"{books.OomPoints}");
            Row("pages of others sent to swap", way => Pressed(way, books => $"{books.OthersSwappedOut}"));
            Row("pages of its own sent to swap", way => Pressed(way, books => $"{books.SwappedOut}"));
            Row("pages read from swap", way => Pressed(way, books => $"{books.SwappedIn}"));
        }
        Row("sp", way => way.Result.User is { } user ? Form.Address(user.StackPointer) : "-");
        Row("pc", way => way.Result.User is { } user ? Form.Address(user.ProgramCounter) : "-");
        return table;
    }

    /// <summary>"3 -> 2".</summary>
    public static string Levels(WayReport way) =>
        string.Join(" -> ", way.Result.Stages.Take(1).Select(stage => stage.Depth).Concat(way.Steps.DepthChanges.Select(change => change.To)));

    /// <summary>"ok", or the errno and how the task ends.</summary>
    public static string Outcome(ExecResult result) =>
        result.Killed == Signal.None ? result.Outcome : $"{result.Outcome}, killed by {result.Killed}";

    private static string Flushes(FlushCounts flushes)
    {
        string text = string.Join(", ", new[] { (flushes.Page, "page"), (flushes.Range, "range"), (flushes.Full, "whole"), (flushes.DcachePage, "D-cache page") }
            .Where(kind => kind.Item1 != 0).Select(kind => $"{kind.Item1} {kind.Item2}"));
        return text.Length == 0 ? "none" : text;
    }
}
