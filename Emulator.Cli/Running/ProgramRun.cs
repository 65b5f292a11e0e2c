using Emulator.Cli.Options;
using Emulator.Cli.Reports;
using Emulator.Cli.Verbs;
using Emulator.Core.Exec;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Files;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Running;

/// <summary>PROGRAM on a system of its own, for as long as somebody looks.</summary>
internal sealed class ProgramRun : IDisposable
{
    private readonly RunSettings _settings;
    private readonly string _typed;
    private readonly bool _keepsName, _keepsArgument;

    /// <summary>Makes the machine and the system; nothing runs yet.</summary>
    /// <param name="invocation">The command line.</param>
    /// <param name="options">The options of an execve.</param>
    /// <param name="planner">Plans it.</param>
    /// <param name="typed">PROGRAM.</param>
    /// <param name="arguments">ARGS.</param>
    /// <param name="recorder">Takes events; null when nobody watches.</param>
    /// <param name="with">What else the system is to be.</param>
    /// <exception cref="ProblemException">The options make no sense, or there is no such program.</exception>
    public ProgramRun(Invocation invocation, ExecOptions options, ExecPlanner planner, string typed, IReadOnlyList<string> arguments, Recorder? recorder,
        Func<ProgramRun, SystemOptions, SystemOptions> with)
    {
        OptionValues values = invocation.Values;
        _typed = typed;
        _settings = RunSettings.Read(values, invocation.Around);
        (_keepsName, _keepsArgument) = (values.Text(options.ExecFileName) is not null, values.Text(options.Argv0) is not null);
        Plan = planner.Plan(values, RunRoot.HostPathOf(_settings.Root, typed), arguments, ["in-place"], invocation.Around);
        try
        {
            if (Plan.Ways is not [var way])
                throw ProblemException.Usage($"a program runs after one execve; give --way one of {Words.Or([.. Plan.Ways])}");
            if (_settings.Engine == EngineMode.Flat && Plan.Profile.HasMmu)
                throw ProblemException.Usage($"--engine flat takes addresses for physical ones; give --mmu {ExecOptions.NoMmu}");
            // No userland has code in its vdso: unless one was asked for, the kernel is one that was started with vdso=0.
            Machine = (Plan with { Machine = Plan.Machine with { VdsoPages = Plan.Machine.VdsoPages ?? 0 } }).NewMachine(recorder);
            System = Machine.NewSystem(with(this, new SystemOptions
            {
                Userlands = Plan.Architecture.UserlandOf,
                Way = way,
                Seed = Plan.Request.Seed,
                Personality = Plan.Request.Personality,
                StackLimitBytes = Plan.Request.StackLimitBytes,
                Engine = _settings.Engine,
                Root = _settings.Root is { } root ? HostDirectory.Root(root, _settings.IsWritable) : null,
                Directory = RunRoot.DirectoryIn(_settings.Root, invocation.Around.Directory),
                Input = new SilentStream(),
                Output = new SilentStream(),
                Error = new SilentStream(),
            }));
        }
        catch
        {
            Machine?.Dispose();
            Plan.Dispose();
            throw;
        }
    }

    /// <summary>What the options ask for.</summary>
    public ExecPlan Plan { get; }

    /// <summary>The machine.</summary>
    public Machine Machine { get; } = null!;

    /// <summary>The system.</summary>
    public LinuxSystem System { get; } = null!;

    /// <summary>Most instructions.</summary>
    public long MostInstructions => _settings.MostInstructions;

    /// <summary>Longest time in seconds; null for no limit.</summary>
    public ulong? Seconds => _settings.Seconds;

    /// <summary>Execs PROGRAM.</summary>
    /// <exception cref="ProblemException">What is asked of the run does not go with its machine.</exception>
    public ExecResult Start()
    {
        (ExecRequest request, RegularNode? node) = RunRoot.Prepare(Plan, System, _settings.Root, _typed, _keepsName, _keepsArgument);
        try
        {
            return System.Start(request, node);
        }
        catch (NotSupportedException problem)
        {
            throw ProblemException.Usage(Words.OneLine(problem.Message));
        }
    }

    /// <summary>Runs on, until the end, a limit of the user's or a moment that was asked for.</summary>
    /// <param name="instructions">Most instructions.</param>
    public RunStop Run(long instructions)
    {
        using Timer? timer = Seconds is { } limit ? new Timer(_ => System.Stop(), null, TimeSpan.FromSeconds(limit), Timeout.InfiniteTimeSpan) : null;
        return System.Run(instructions);
    }

    /// <summary>Why a run was cut short, in words.</summary>
    public string Describe(RunStop stop) => stop switch
    {
        RunStop.Budget => $"stopped after {MostInstructions} instructions (--max-instructions)",
        RunStop.Waiting => "stopped: all tasks wait for a signal that nobody can send any more",
        _ => $"stopped after {Seconds} seconds (--timeout) and {System.Instructions} instructions",
    };

    /// <summary>What an instruction was that no program may have: address, bytes, text.</summary>
    public string Describe(LinuxTask task, CpuStop stop)
    {
        Span<byte> bytes = stackalloc byte[16];
        int count = task.Userland.Instructions.LongestInstruction;
        while (count > 0 && task.Memory.Space.CopyIn(new Core.Memory.VirtualAddress(stop.Pc), bytes[..count]).Failed())
            count--;
        string? text = Plan.Architecture.Disassemble(task.Userland.Abi, bytes[..count], stop.Pc);
        // Its own bytes are those without which it is another.
        while (text is not null && count > 1 && Plan.Architecture.Disassemble(task.Userland.Abi, bytes[..(count - 1)], stop.Pc) == text)
            count--;
        return $"illegal instruction at {Json.Hex(stop.Pc)}: {Convert.ToHexStringLower(bytes[..count])}{(text is null ? "" : $" ({text})")}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        System.Dispose();
        Machine.Dispose();
        Plan.Dispose();
    }
}
