using System.CommandLine;
using Emulator.Cli.Options;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;
using Emulator.Core.Memory;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Verbs;

/// <summary>After execve: the page tables.</summary>
internal sealed class TablesVerb(ExecOptions options, ExecPlanner planner) : SingleExecVerb(options, planner)
{
    private static readonly CliOption Range = new("--range", "A-B", "only what covers addresses from A up to, not including, B");
    private static readonly CliOption Format = new("--format", "F", "text (a line a table), tree, svg, html, json or dot (default: text)", "text", "tree", "svg", "html", "json", "dot");
    private static readonly CliOption Svg = new("--svg", "FILE", "write a picture of the tree to FILE, every table coloured by what became of it; with - to standard output instead of text");
    private static readonly CliOption Html = new("--html", "FILE", "write a page to FILE: the picture at any moment of the run, and any entry bit by bit; with - to standard output instead of text");
    private static readonly CliOption Folded = new("--folded", null, "entries side by side with the same rights as one (default)");
    private static readonly CliOption Everything = new("--all", null, "every entry by itself, with what each bit means");

    private readonly Argument _operands = Several("PROGRAM");

    /// <inheritdoc/>
    public override string Name => "tables";

    /// <inheritdoc/>
    public override string Operands => "PROGRAM [ARGS...]";

    /// <inheritdoc/>
    public override string Summary => "after execve, or at any moment of a run: the page tables";

    /// <inheritdoc/>
    public override string Details => "Tables as they lie in guest memory, read back from there; levels with the manual's name and Linux's beside it.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["emulator tables --format tree ./program", "emulator tables ./program --range 0x400000-0x600000 --all", "emulator tables --html tables.html ./program one two", "emulator tables --at 1000000 --format tree ./program"];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [.. ExecOptions.All, .. ExecOptions.Adversity, Range, Format, Folded, Everything, .. FileOptions, .. RunOptions];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> FileOptions => [Html, Svg];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments => [_operands];

    /// <inheritdoc/>
    public override Report Make(Invocation invocation)
    {
        (string program, IReadOnlyList<string> own, IReadOnlyList<string> behind) = Split(invocation, _operands);
        OptionValues values = invocation.Values;
        (VirtualAddress first, VirtualAddress last) = RangeOf(values);
        string format = FormatOf(values);
        bool everything = values.IsOn(Everything);
        if (everything && values.IsOn(Folded))
            throw ProblemException.Usage("--all and --folded exclude each other; give one of them");
        bool drawn = format is "svg" or "html" || values.Text(Svg) is not null || values.Text(Html) is not null;
        if (drawn && IsRun(values))
            throw ProblemException.Usage("--at goes with --format text, tree, json and dot: pictures show an execve from its beginning");
        return Exec(invocation, program, [.. own, .. behind], drawn ? new Recorder() : null,
            (subject, _, seen) => new TablesReport(subject, seen, TableDump.Of(seen.Space, first, last, everything), format));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Attachment> Attachments(Invocation invocation, Report report)
    {
        if (report is not TracedReport traced)
            return [];
        TablesPage page = new(traced.Subject, traced.Way, (traced.Inner as TablesReport)?.Dump, RangeOf(invocation.Values));
        return [new Attachment(Html, page.Write), new Attachment(Svg, page.WritePicture)];
    }

    /// <inheritdoc/>
    protected override void Show(Invocation invocation, Report report)
    {
        string format = FormatOf(invocation.Values);
        if (Attachments(invocation, report).FirstOrDefault(file => file.Option.Name == $"--{format}") is { } drawn)
            drawn.Show(invocation.Around);
        else
            base.Show(invocation, report);
    }

    private static string FormatOf(OptionValues values) => values.Choice(Format) ?? "text";

    private static (VirtualAddress First, VirtualAddress Last) RangeOf(OptionValues values)
    {
        if (values.Text(Range) is not { } text)
            return (default, new VirtualAddress(ulong.MaxValue));
        if (text.Split('-') is [var from, var to] && Numbers.TryNumber(from, out ulong first) && Numbers.TryNumber(to, out ulong end))
            return first < end ? (new VirtualAddress(first), new VirtualAddress(end - 1)) : throw values.Wrong(Range, text, "should end above where it begins");
        throw values.Wrong(Range, text, "should be A-B, both decimal or with 0x");
    }
}
