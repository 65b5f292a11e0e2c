using System.CommandLine;
using Emulator.Cli.Options;
using Emulator.Cli.Reports;

namespace Emulator.Cli.Verbs;

/// <summary>After execve: /proc/PID/maps and the memory figures of /proc/PID/status.</summary>
internal sealed class MapsVerb(ExecOptions options, ExecPlanner planner) : SingleExecVerb(options, planner)
{
    private readonly Argument _operands = Several("PROGRAM");

    /// <inheritdoc/>
    public override string Name => "maps";

    /// <inheritdoc/>
    public override string Operands => "PROGRAM [ARGS...]";

    /// <inheritdoc/>
    public override string Summary => "after execve, or at any moment of a run: areas as /proc/PID/maps prints them, and figures of /proc/PID/status";

    /// <inheritdoc/>
    public override string Details => "Device and inode are 0: the files are the host's. VmPTE is what that era's kernel accounts for, which is not all that tables take.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["emulator maps --kernel 6.1 ./program", "emulator maps --at exit ./program", "emulator maps --at syscall:brk --root ./sysroot /bin/sh"];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [.. ExecOptions.All, .. ExecOptions.Adversity, .. RunOptions];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments => [_operands];

    /// <inheritdoc/>
    public override Report Make(Invocation invocation)
    {
        (string program, IReadOnlyList<string> own, IReadOnlyList<string> behind) = Split(invocation, _operands);
        return Exec(invocation, program, [.. own, .. behind], (subject, machine, seen) => new MapsReport(subject, seen, MemoryFigures.Of(machine, seen.Space)));
    }
}
