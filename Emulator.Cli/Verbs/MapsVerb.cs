using System.CommandLine;
using Emulator.Cli.Options;
using Emulator.Cli.Reports;

namespace Emulator.Cli.Verbs;

/// <summary>After execve: /proc/PID/maps and the memory figures of /proc/PID/status.</summary>
internal sealed class MapsVerb(ExecOptions options, ExecPlanner planner) : SingleExecVerb(planner)
{
    private readonly Argument _operands = Several("PROGRAM");

    /// <inheritdoc/>
    public override string Name => "maps";

    /// <inheritdoc/>
    public override string Operands => "PROGRAM [ARGS...]";

    /// <inheritdoc/>
    public override string Summary => "after execve: areas as /proc/PID/maps prints them, and figures of /proc/PID/status";

    /// <inheritdoc/>
    public override string Details => "Device and inode are 0: the files are the host's. VmPTE is what that era's kernel accounts for, which is not all that tables take.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["emulator maps --kernel 6.1 ./program"];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [.. options.All, .. options.Adversity];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments => [_operands];

    /// <inheritdoc/>
    public override Report Make(Invocation invocation)
    {
        (string program, IReadOnlyList<string> own, IReadOnlyList<string> behind) = Split(invocation, _operands);
        return Exec(invocation, program, [.. own, .. behind], (subject, machine, started) => new MapsReport(subject, MemoryFigures.Of(machine, started.Space)));
    }
}
