using System.CommandLine;
using Emulator.Cli.Options;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Verbs;

/// <summary>After execve: the walk of each address, entry by entry.</summary>
internal sealed class WalkVerb(ExecOptions options, ExecPlanner planner) : SingleExecVerb(options, planner)
{
    private static readonly CliOption AccessOption = new("--access", "KIND", "read, write or fetch (default: read)", "read", "write", "fetch");

    private static readonly CliOption FaultIn = new("--fault-in", null, "let the kernel handle the fault first, and walk again");

    private static readonly CliOption Bits = new("--bits", null, "each entry bit by bit, with what every field says");

    private static readonly CliOption Svg = new("--svg", "FILE", "write a picture of every walk to FILE: the address in pieces, the entries, where they lead; with - to standard output instead of text");

    private static readonly CliOption Html = new("--html", "FILE", "write a page to FILE: the pictures, and every entry bit by bit; with - to standard output instead of text");

    private readonly Argument _operands = Several("PROGRAM");

    /// <inheritdoc/>
    public override string Name => "walk";

    /// <inheritdoc/>
    public override string Operands => "PROGRAM ADDRESS... [-- ARGS...]";

    /// <inheritdoc/>
    public override string Summary => "after execve, or at any moment of a run: the walk of each address, entry by entry, with what each bit means";

    /// <inheritdoc/>
    public override string Details =>
        "The hardware's walk from the root register down, as the program's first access would do it. A fault is an answer too: in the machine's own words, with what the kernel would make of it. Addresses are decimal, or 0x and hexadecimal.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["emulator walk ./program 0x400000 0x7fffffffe000", "emulator walk --access fetch --fault-in ./program 0x400000", "emulator walk --bits ./program 0x400000", "emulator walk --html walk.html ./program 0x400000 0x7fffffffe000", "emulator walk --trace walk.perfetto-trace ./program 0x400000", "emulator walk --at syscall:write ./program 0x400000"];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [.. ExecOptions.All, .. ExecOptions.Adversity, AccessOption, FaultIn, Bits, .. FileOptions, TraceOptions.Format, .. RunOptions];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> FileOptions => [Html, Svg, TraceOptions.Trace];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments => [_operands];

    /// <inheritdoc/>
    public override Report Make(Invocation invocation)
    {
        (string program, IReadOnlyList<string> own, IReadOnlyList<string> arguments) = Split(invocation, _operands);
        if (own.Count == 0)
            throw ProblemException.Usage("walk: ADDRESS is missing; see emulator walk --help");
        List<VirtualAddress> addresses = [.. own.Select(text => Numbers.TryNumber(text, out ulong address)
            ? new VirtualAddress(address)
            : throw ProblemException.Usage($"walk: \"{text}\" is no address; write decimal digits, or 0x and hexadecimal digits, of 64 bits"))];
        AccessKind access = invocation.Values.Choice(AccessOption) switch
        {
            "write" => AccessKind.Write,
            "fetch" => AccessKind.Fetch,
            _ => AccessKind.Read,
        };
        bool bits = invocation.Values.IsOn(Bits);
        bool faultIn = invocation.Values.IsOn(FaultIn);
        Recorder? recorder = TraceOptions.IsWanted(invocation.Values) ? new Recorder() : null;
        if (recorder is not null && IsRun(invocation.Values))
            throw ProblemException.Usage("--at and --trace exclude each other: the trace is that of an execve; emulator run --trace has the run's");
        return Exec(invocation, program, arguments, recorder, (subject, machine, seen) =>
        {
            machine.Activate(seen.Space);
            return new WalkReport(subject, seen, access, seen.Space.Tables?.RootRegister, seen.Space.Tables?.Depth ?? 0, [.. addresses.Select(address => Walk.Do(machine, seen, address, access, faultIn))], bits);
        });
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Attachment> Attachments(Invocation invocation, Report report)
    {
        List<Attachment> files = [];
        if (report is TracedReport traced)
            files.Add(TraceOptions.Attachment(invocation.Values, traced.Subject, new ExecReport([traced.Way])));
        switch (report is TracedReport { Inner: var inner } ? inner : report)
        {
            case WalkReport walked:
                files.Add(new Attachment(Html, new WalkPage(walked).Write));
                files.Add(new Attachment(Svg, new WalkPage(walked).WritePicture));
                break;
            case RefusedReport refused:
                files.Add(new Attachment(Html, refused.WritePage));
                files.Add(new Attachment(Svg, refused.WritePicture));
                break;
        }
        return files;
    }
}
