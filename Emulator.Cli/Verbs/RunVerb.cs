using System.CommandLine;
using Emulator.Cli.Files;
using Emulator.Cli.Options;
using Emulator.Cli.Reports;
using Emulator.Cli.Running;
using Emulator.Cli.Timelines;
using Emulator.Core.Exec;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Strace;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Verbs;

/// <summary>Execs PROGRAM one way and runs it to its exit.</summary>
internal sealed class RunVerb(ExecOptions options, ExecPlanner planner) : Verb
{
    private const int CannotExecute = 126, NotFound = 127;

    private static readonly CliOption Strace = new("--strace", null, "print every system call to standard error, as strace does");
    private static readonly CliOption Stats = new("--stats", null, "print to standard error what the run came to: instructions by tier, time by part, walks, faults, flushes, tables over time, every execve's ledger");
    private static readonly CliOption TlbModel = new("--tlb-model", null, "count every access as the machine's own TLBs would see it; implies --stats");
    private static readonly CliOption Map = new("--perf-map", "FILE", "write where translated code lies, so that perf names it after the program's functions (default: /tmp/perf-PID.map)") { MayStandAlone = true };

    private readonly Argument _program = One("PROGRAM");
    private readonly Argument _arguments = TheRest("ARGS");

    /// <inheritdoc/>
    public override string Name => "run";

    /// <inheritdoc/>
    public override string Operands => "PROGRAM [ARGS...]";

    /// <inheritdoc/>
    public override string Summary => "execve PROGRAM one way and run it to its exit: its output is ours, its exit code too";

    /// <inheritdoc/>
    public override string Details =>
        "Standard input, output and error are the program's; the exit code is its own, 128 + N when signal N ends it, and 126 or 127 when execve fails, as a shell has it. The program sees no file of the host but itself and what is under --root, where an absolute PROGRAM is looked for first.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["emulator run ./program one two", "emulator run --kernel 6.1 --root ./sysroot /bin/sh -c 'echo hello'", "emulator run --strace --max-instructions 100000 ./program", "emulator run --tlb-model --json run.json ./program", "emulator run --trace run.perfetto-trace ./program", "perf record -e cpu-clock emulator run --perf-map ./program"];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [.. options.All, .. RunSettings.Options, Strace, Stats, TlbModel, Map, Lockstep.Option, TraceOptions.Trace, TraceOptions.Format];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments => [_program, _arguments];

    /// <inheritdoc/>
    public override int Run(Invocation invocation)
    {
        OptionValues values = invocation.Values;
        foreach (CliOption file in (CliOption[])[invocation.Common.Json, TraceOptions.Trace, Map])
        {
            if (values.Text(file) == "-")
                throw ProblemException.Usage($"{file.Name}: standard output belongs to the program; give a file");
        }
        if (values.Number(Lockstep.Option, int.MaxValue) is { } stride)
            return RunTwice(invocation, (long)stride);
        if (IsMapped(values) && (values.IsOn(TlbModel) || RunSettings.Read(values, invocation.Around).Engine == EngineMode.Interpret))
            throw ProblemException.Usage($"{Map.Name}: nothing is translated with --engine interpret or {TlbModel.Name}");
        if (!TraceOptions.IsWanted(values))
            return Run(invocation, null, null);
        int exit = 0;
        ResultFile.Write(invocation.Around, values.Text(TraceOptions.Trace)!, stream =>
        {
            Recorder recorder = Recorder.OfManySpaces();
            if (TraceOptions.IsPerfetto(values))
            {
                exit = Run(invocation, recorder, new PerfettoRun(recorder, stream));
                return;
            }
            using StreamWriter lines = new(stream, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
            exit = Run(invocation, recorder, new RunTraceLines(recorder, lines));
        });
        return exit;
    }

    private int Run(Invocation invocation, Recorder? recorder, RunTrace? trace)
    {
        OptionValues values = invocation.Values;
        Surroundings around = invocation.Around;
        bool models = values.IsOn(TlbModel), tells = values.IsOn(Stats) || models;
        string? json = values.Text(invocation.Common.Json);
        TlbAccounts? tlbs = null;
        using RunProgress progress = new(around.ErrorIsTerminal ? around.Error : null);
        using PerfMap? map = IsMapped(values) ? PerfMap.Begin(IsSwitch(values.Text(Map)!) ? null : values.Text(Map), around) : null;
        using ProgramRun run = Open(invocation, recorder, (run, system) =>
        {
            if (models && !run.Plan.Profile.HasMmu)
                throw ProblemException.Usage("--tlb-model: without an MMU there is no TLB");
            tlbs = models ? new TlbAccounts(run.Machine) : null;
            return system with
            {
                Input = new ProgramStream(around.BinaryInput, around.InputIsTerminal) { Await = around.AwaitInput, Window = around.Window },
                Output = new ProgramStream(around.BinaryOutput, around.OutputIsTerminal, around.OutputIsTerminal ? progress.GiveWay : null) { Window = around.Window },
                Error = new ProgramStream(around.BinaryError, around.ErrorIsTerminal, progress.GiveWay) { Window = around.Window },
                AwaitsSignals = around.TakesSignals,
                Observe = tlbs is null ? null : tlbs.Open,
                MeasuresTime = tells,
                Watcher = trace,
                CodeName = map is null ? null : map.NameOf,
                SamplesTables = tells || json is not null,
                Strace = values.IsOn(Strace) ? new CallPrinter(Say) : null,
                OutOfMemory = group => Say($"emulator: out of guest memory: killed process {group.Id}; --memory gives more\n"),
                IllegalInstruction = (task, stop) => Say($"emulator: {run.Describe(task, stop)}\n"),
            };
        });
        void Say(string text)
        {
            progress.GiveWay(text.Length > 0 ? (byte)text[^1] : null);
            around.Error.Write(text);
        }
        trace?.Begin(run);
        ExecResult started = run.Start();
        if (!started.Succeeded)
        {
            Say($"emulator: {run.Plan.Program.Path}: execve fails with {started.Error}{(string.IsNullOrEmpty(started.Reason) ? "" : $": {started.Reason}")}\n");
            int failed = started.Error == Errno.ENOENT ? NotFound : CannotExecute;
            trace?.End("execve", failed);
            return failed;
        }
        progress.Watch(run.System);
        RunStop stop = RunToEnd(run, around);
        progress.Dispose();
        if (map?.Complete() is { } missing)
            Say($"emulator: {Map.Name}: {missing}\n");
        (string ended, int exit) = stop switch
        {
            RunStop.Ended => ("exit", run.System.First!.ExitCode),
            RunStop.Budget => ("max-instructions", Cli.ExitCode.CutShort),
            RunStop.Waiting => ("waiting", Cli.ExitCode.CutShort),
            _ => ("timeout", Cli.ExitCode.CutShort),
        };
        trace?.End(ended, exit);
        if (stop != RunStop.Ended)
            around.Error.WriteLine($"emulator: {run.Describe(stop)}");
        RunReport report = new(new ExecSubject(run.Plan, [started]), run, tlbs, ended, exit);
        if (tells)
            report.WriteTo(around.Error);
        if (json is not null)
            ResultFile.Write(around, json, output => output.Write(System.Text.Encoding.UTF8.GetBytes(Json.Text(report, indented: true) + "\n")));
        return exit;
    }

    private int RunTwice(Invocation invocation, long stride)
    {
        RunSettings settings = RunSettings.Read(invocation.Values, invocation.Around);
        if (stride == 0)
            throw ProblemException.Usage($"{Lockstep.Option.Name}: at least one instruction at a time");
        if (settings.IsWritable || settings.Engine == EngineMode.Interpret || TraceOptions.IsWanted(invocation.Values) || IsMapped(invocation.Values))
            throw ProblemException.Usage($"{Lockstep.Option.Name} runs the program twice, interpreted and otherwise: it goes neither with --writable nor with --engine interpret nor with --trace or {Map.Name}");
        return new Lockstep(mode => Open(invocation, null, (_, system) => system with { Engine = mode }), settings.Engine, stride, invocation.Values.IsOn(Stats)).Run(invocation.Around);
    }

    /// <summary>Opens PROGRAM; one that is not there or cannot be read is what a shell makes of it.</summary>
    private ProgramRun Open(Invocation invocation, Recorder? recorder, Func<ProgramRun, SystemOptions, SystemOptions> with)
    {
        string typed = invocation.Operands(_program)[0];
        try
        {
            return new ProgramRun(invocation, options, planner, typed, invocation.Operands(_arguments), recorder, with);
        }
        catch (ProblemException problem) when (problem.ExitCode == Cli.ExitCode.Input)
        {
            string host = RunRoot.HostPathOf(RunSettings.Read(invocation.Values, invocation.Around).Root, typed);
            throw problem.With(Path.Exists(invocation.Around.FullPath(host)) ? CannotExecute : NotFound);
        }
    }

    private static bool IsMapped(OptionValues values) => values.Text(Map) is { } file && (!IsSwitch(file) || values.IsOn(Map));

    /// <summary>Whether it is no file but says whether there is to be one, in the usual place.</summary>
    private static bool IsSwitch(string file) => file is "0" or "1" || bool.TryParse(file, out _);

    private static RunStop RunToEnd(ProgramRun run, Surroundings around)
    {
        using OutsideSignals? signals = around.TakesSignals ? new OutsideSignals(run.System) : null;
        return run.Run(run.MostInstructions);
    }
}
