using System.CommandLine;
using System.Runtime.InteropServices;
using Emulator.Cli.Files;
using Emulator.Cli.Options;
using Emulator.Cli.Reports;
using Emulator.Cli.Running;
using Emulator.Core.Exec;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Files;
using Emulator.Core.Processes.Strace;

namespace Emulator.Cli.Verbs;

/// <summary>Execs PROGRAM one way and runs it to its exit.</summary>
internal sealed class RunVerb(ExecOptions options, ExecPlanner planner) : Verb
{
    /// <summary>Exit code when a limit of the user's cut the run short, as timeout(1) has it.</summary>
    private const int CutShort = 124;

    private const int CannotExecute = 126, NotFound = 127;

    private static readonly CliOption MaxInstructions = new("--max-instructions", "N", "stop at exactly that instruction, with exit code 124");
    private static readonly CliOption Timeout = new("--timeout", "SECONDS", "stop after so long, with exit code 124");
    private static readonly CliOption Engine = new("--engine", "MODE", "interpret, tiered or translate (default: tiered); what programs see is the same", "interpret", "tiered", "translate");
    private static readonly CliOption Root = new("--root", "DIR", "directory of the host that the program sees as its root, for reading (default: a tree with the program alone)");
    private static readonly CliOption Writable = new("--writable", null, "the program may change what is under --root");
    private static readonly CliOption Strace = new("--strace", null, "print every system call to standard error, as strace does");
    private static readonly CliOption Stats = new("--stats", null, "print to standard error what the run came to");

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
    public override IReadOnlyList<string> Examples => ["emulator run ./program one two", "emulator run --kernel 6.1 --root ./sysroot /bin/sh -c 'echo hello'", "emulator run --strace --max-instructions 100000 ./program"];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [.. options.All, Root, Writable, MaxInstructions, Timeout, Engine, Strace, Stats];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments => [_program, _arguments];

    /// <inheritdoc/>
    public override int Run(Invocation invocation)
    {
        OptionValues values = invocation.Values;
        Surroundings around = invocation.Around;
        if (values.Text(invocation.Common.Json) == "-")
            throw ProblemException.Usage("--json: standard output belongs to the program; give a file");
        long most = (long)(values.Number(MaxInstructions, long.MaxValue) ?? long.MaxValue);
        ulong? seconds = values.Number(Timeout, 86_400);
        EngineMode mode = values.Choice(Engine, "interpret", "tiered", "translate") switch
        {
            "interpret" => EngineMode.Interpret,
            "translate" => EngineMode.Translate,
            _ => EngineMode.Tiered,
        };
        string typed = invocation.Operands(_program)[0];
        string? root = RunRoot.Find(values, Root, around);
        using ExecPlan plan = planner.Plan(values, RunRoot.HostPathOf(root, typed), invocation.Operands(_arguments), ["in-place"], around);
        if (plan.Ways is not [var way])
            throw ProblemException.Usage($"run execs one way; give --way one of {Words.Or([.. plan.Ways])}");
        // No userland has code in its vdso: unless one was asked for, the kernel is one that was started with vdso=0.
        using Machine machine = (plan with { Machine = plan.Machine with { VdsoPages = plan.Machine.VdsoPages ?? 0 } }).NewMachine(null);
        using LinuxSystem system = machine.NewSystem(new SystemOptions
        {
            Userlands = plan.Architecture.UserlandOf,
            Way = way,
            Seed = plan.Request.Seed,
            Personality = plan.Request.Personality,
            StackLimitBytes = plan.Request.StackLimitBytes,
            Engine = mode,
            Root = root is null ? null : HostDirectory.Root(root, values.IsOn(Writable)),
            Directory = RunRoot.DirectoryIn(root, around.Directory),
            Input = new ProgramStream(around.BinaryInput, around.IsInteractive),
            Output = new ProgramStream(around.BinaryOutput, isTerminal: false),
            Error = new ProgramStream(around.BinaryError, isTerminal: false),
            Strace = values.IsOn(Strace) ? new CallPrinter(around.Error.Write) : null,
            OutOfMemory = group => around.Error.WriteLine($"emulator: out of guest memory: killed process {group.Id}; --memory gives more"),
            IllegalInstruction = (task, stop) => around.Error.WriteLine($"emulator: {Describe(plan, task, stop)}"),
        });
        (ExecRequest request, RegularNode? node) = RunRoot.Prepare(plan, system, root, typed, keepsName: values.Text(options.ExecFileName) is not null, keepsArgument: values.Text(options.Argv0) is not null);
        ExecResult started = system.Start(request, node);
        if (!started.Succeeded)
        {
            around.Error.WriteLine($"emulator: {plan.Program.Path}: execve fails with {started.Error}{(string.IsNullOrEmpty(started.Reason) ? "" : $": {started.Reason}")}");
            return started.Error == Errno.ENOENT ? NotFound : CannotExecute;
        }
        RunStop stop = RunToEnd(system, most, seconds);
        (string ended, int exit) = stop switch
        {
            RunStop.Ended => ("exit", system.First!.ExitCode),
            RunStop.Budget => ("max-instructions", CutShort),
            RunStop.Waiting => ("waiting", CutShort),
            _ => ("timeout", CutShort),
        };
        if (stop != RunStop.Ended)
        {
            around.Error.WriteLine(stop switch
            {
                RunStop.Budget => $"emulator: stopped after {most} instructions (--max-instructions)",
                RunStop.Waiting => "emulator: stopped: all tasks wait for a signal that nobody can send any more",
                _ => $"emulator: stopped after {seconds} seconds (--timeout) and {system.Instructions} instructions",
            });
        }
        RunReport report = new(new ExecSubject(plan, [started]), system, ended, exit);
        if (values.IsOn(Stats))
            report.WriteTo(around.Error);
        if (values.Text(invocation.Common.Json) is { } file)
            ResultFile.Write(around, file, output => output.Write(System.Text.Encoding.UTF8.GetBytes(Json.Text(report, indented: true) + "\n")));
        return exit;
    }

    private static RunStop RunToEnd(LinuxSystem system, long most, ulong? seconds)
    {
        using Timer? timer = seconds is { } limit ? new Timer(_ => system.Stop(), null, TimeSpan.FromSeconds(limit), System.Threading.Timeout.InfiniteTimeSpan) : null;
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            system.Post(Signal.SIGINT);
        });
        return system.Run(most);
    }

    /// <summary>What an instruction was that no program may have: address, bytes, text.</summary>
    private static string Describe(ExecPlan plan, LinuxTask task, CpuStop stop)
    {
        Span<byte> bytes = stackalloc byte[16];
        int count = task.Userland.Instructions.LongestInstruction;
        while (count > 0 && task.Memory.Space.CopyIn(new Core.Memory.VirtualAddress(stop.Pc), bytes[..count]).Failed())
            count--;
        string? text = plan.Architecture.Disassemble(task.Userland.Abi, bytes[..count], stop.Pc);
        return $"illegal instruction at 0x{stop.Pc:x}: {Convert.ToHexStringLower(bytes[..count])}{(text is null ? "" : $" ({text})")}";
    }
}
