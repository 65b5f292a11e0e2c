using System.Collections.Immutable;
using Emulator.Cli.Files;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Options;

/// <summary>What the options ask for: a machine, a request, and the ways to run it.</summary>
internal sealed record ExecPlan : IDisposable
{
    /// <summary>PROGRAM.</summary>
    public required ProgramFile Program { get; init; }

    /// <summary>The plugin.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>The machine.</summary>
    public required MachineOptions Machine { get; init; }

    /// <summary>The kernel, with all what-ifs applied.</summary>
    public required KernelProfile Profile { get; init; }

    /// <summary>The userland that the headers tell; null when a script leads nowhere and no ABI was named.</summary>
    public required UserAbi? Abi { get; init; }

    /// <summary>The request.</summary>
    public required ExecRequest Request { get; init; }

    /// <summary>Bytes of the argument strings, NULs counted.</summary>
    public required ulong ArgumentBytes { get; init; }

    /// <summary>The ways.</summary>
    public required ImmutableArray<string> Ways { get; init; }

    /// <summary>ABI of the caller.</summary>
    public string CallerAbi => Request.CallerAbi ?? Profile.Abis[0].Abi.Name;

    /// <summary>Makes a fresh machine, which the caller disposes.</summary>
    /// <param name="recorder">Takes the events; null when nobody watches.</param>
    /// <exception cref="ProblemException">There is no such machine, or the host has no room for its memory.</exception>
    public Machine NewMachine(Recorder? recorder)
    {
        try
        {
            return Architecture.CreateMachine(Machine, recorder);
        }
        catch (NotSupportedException problem)
        {
            throw ProblemException.Usage(Words.OneLine(problem.Message));
        }
        catch (InsufficientMemoryException problem)
        {
            throw ProblemException.Usage($"--memory: {problem.Message}");
        }
    }

    /// <summary>Runs every way, each on a fresh machine, and folds the results.</summary>
    public ExecReport Compare(Progress progress)
    {
        ImmutableArray<WayReport>.Builder ways = ImmutableArray.CreateBuilder<WayReport>(Ways.Length);
        foreach (string way in Ways)
        {
            progress.Show($"execve {way} ({ways.Count + 1} of {Ways.Length})");
            Recorder recorder = new(progress.Count);
            using Machine machine = NewMachine(recorder);
            ExecResult result = machine.Execute(Request, way);
            History steps = new(way, machine, recorder.Events);
            ways.Add(new WayReport(result, steps));
        }
        return new ExecReport(ways.MoveToImmutable());
    }

    /// <inheritdoc/>
    public void Dispose() => Program.Dispose();
}
