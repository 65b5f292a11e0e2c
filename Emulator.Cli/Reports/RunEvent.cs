using Emulator.Core.Processes;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Reports;

/// <summary>One event of a run, in whatever format it is written.</summary>
/// <param name="Kind">Its kind (docs/trace.md).</param>
/// <param name="Name">What it is called on a timeline.</param>
/// <param name="Turn">How it stands to those around it.</param>
/// <param name="Task">Whose it is; null before there is a task.</param>
/// <param name="Space">Number of the address space that it belongs to; 0 for none.</param>
/// <param name="Towards">The stage that an execve reaches next.</param>
/// <param name="Fields">Hands over its keys and values.</param>
internal readonly record struct RunEvent(string Kind, string Name, RunTurn Turn, LinuxTask? Task, int Space, string Towards, Action<ITraceFields> Fields)
{
    /// <summary>What happened to page tables, if it is that.</summary>
    public TraceEvent? Step { get; init; }
}
