using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Processes.Files;
using Emulator.Core.Processes.Strace;

namespace Emulator.Core.Processes;

/// <summary>How programs are to run.</summary>
public sealed record SystemOptions
{
    /// <summary>What the programs of an ABI need to run; null where nobody knows.</summary>
    public required Func<UserAbi, Userland?> Userlands { get; init; }

    /// <summary>Where arguments wait in every execve: a name of <see cref="Exec.ExecWays"/>.</summary>
    public string Way { get; init; } = "in-place";

    /// <summary>How instructions are done.</summary>
    public EngineMode Engine { get; init; } = EngineMode.Tiered;

    /// <summary>Turns randomisation on, reproducibly; null for off. Random bytes that programs ask for come from it too.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Personality of the first process.</summary>
    public Personality Personality { get; init; }

    /// <summary>RLIMIT_STACK in bytes; <see cref="ulong.MaxValue"/> for unlimited.</summary>
    public ulong StackLimitBytes { get; init; } = 8UL << 20;

    /// <summary>Most tasks at a time; one more is refused with EAGAIN.</summary>
    public int MaxTasks { get; init; } = 1024;

    /// <summary>What uname() calls the release; null for the era's version.</summary>
    public string? Release { get; init; }

    /// <summary>The file tree's root; null for an empty one in memory.</summary>
    public DirectoryNode? Root { get; init; }

    /// <summary>Path of the directory to start in.</summary>
    public string Directory { get; init; } = "/";

    /// <summary>Standard input.</summary>
    public required HostStream Input { get; init; }

    /// <summary>Standard output.</summary>
    public required HostStream Output { get; init; }

    /// <summary>Standard error.</summary>
    public required HostStream Error { get; init; }

    /// <summary>
    /// Whether somebody may send signals from outside (<see cref="LinuxSystem.Post(Kernel.Signal)"/>): a run in which all tasks wait then waits as well, and does
    /// not stop.
    /// </summary>
    public bool AwaitsSignals { get; init; }

    /// <summary>Is told of system calls and signals; null for nobody.</summary>
    public CallPrinter? Strace { get; init; }

    /// <summary>Who is told of every access in an address space; null for nobody.</summary>
    public Func<AddressSpace, IAccessObserver>? Observe { get; init; }

    /// <summary>Is told what happens to programs; null for nobody.</summary>
    public IRunWatcher? Watcher { get; init; }

    /// <summary>Measure where the host's time goes (<see cref="LinuxSystem.Times"/>).</summary>
    public bool MeasuresTime { get; init; }

    /// <summary>Look at page tables again and again (<see cref="LinuxSystem.TableSamples"/>).</summary>
    public bool SamplesTables { get; init; }

    /// <summary>Names translated code for profiles, by the task that runs and the address that the code begins at; null for names that say the address alone.</summary>
    public Func<LinuxTask, ulong, string>? CodeName { get; init; }

    /// <summary>Is told when a program meets an instruction that does not exist or is not implemented.</summary>
    public Action<LinuxTask, CpuStop>? IllegalInstruction { get; init; }

    /// <summary>Is told when a process was ended because memory ran out.</summary>
    public Action<ThreadGroup>? OutOfMemory { get; init; }
}
