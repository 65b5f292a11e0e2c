using System.CommandLine;
using Emulator.Cli.Files;
using Emulator.Cli.Options;
using Emulator.Cli.Reports;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;

namespace Emulator.Cli.Verbs;

/// <summary>The argument of 2009 on every architecture, with programs that come along.</summary>
internal sealed class DemoVerb(ExecOptions options, ExecPlanner planner, ArchitectureRegistry registry) : ReportVerb
{
    private const string ArgumentBytes = "15000";

    /// <inheritdoc/>
    public override string Name => "demo";

    /// <inheritdoc/>
    public override string Operands => "";

    /// <inheritdoc/>
    public override string Summary => "what moving the stack costs on every architecture, on programs that come along";

    /// <inheritdoc/>
    public override string Details => $"Each program gets {ArgumentBytes} bytes of arguments, in place and staged, on each kernel and MMU of its architecture.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["emulator demo"];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments => [];

    /// <inheritdoc/>
    public override Report Make(Invocation invocation)
    {
        List<CompareReport> runs = [];
        foreach (Architecture architecture in registry.Architectures)
        {
            foreach (UserAbi abi in architecture.Abis)
            {
                if (BundledPrograms.Find(abi.Name, BundledPrograms.Show) is not { } program)
                    continue;
                foreach (KernelProfile profile in Profiles.Of(architecture))
                {
                    invocation.Progress.Show($"{abi.Name}, Linux {profile.Era.Version}, {profile.Mmu}");
                    runs.Add(Run(invocation, program, architecture, profile));
                }
            }
        }
        return runs.Count > 0
            ? new DemoReport(runs)
            : throw ProblemException.Input($"{BundledPrograms.Directory}: the programs that should come along are missing");
    }

    /// <summary>Nothing but the line's own settings counts here: a demonstration is the same everywhere.</summary>
    private CompareReport Run(Invocation invocation, string program, Architecture architecture, KernelProfile profile)
    {
        FixedValues values = new()
        {
            [options.Architecture] = architecture.Name,     // a plugin may know the same programs
            [options.Kernel] = profile.Era.Version,
            [options.Mmu] = profile.Mmu,
            [options.PageSize] = $"{profile.PageBytes}",
            [options.ArgumentBytes] = ArgumentBytes,
            [options.ExecFileName] = "/" + BundledPrograms.Show,
            [options.Argv0] = "/" + BundledPrograms.Show,
        };
        using ExecPlan plan = planner.Plan(values, program, [], CompareVerb.UsualWays, invocation.Around);
        return new CompareReport(plan, plan.Compare(Progress.Silent));
    }
}
