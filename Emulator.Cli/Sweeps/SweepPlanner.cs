using Emulator.Cli.Files;
using Emulator.Cli.Options;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;

namespace Emulator.Cli.Sweeps;

/// <summary>Finds out which programs a sweep is about.</summary>
internal sealed class SweepPlanner(ExecOptions options, ExecPlanner planner, ArchitectureRegistry registry)
{
    /// <summary>Value of <c>--arch</c> that means all of them.</summary>
    public const string All = "all";

    /// <summary>The program of the line, or when there is none, those that come along and that the options fit.</summary>
    /// <param name="values">The options.</param>
    /// <param name="program">PROGRAM; null when there is none.</param>
    /// <param name="arguments">ARGS.</param>
    /// <param name="around">Environment and directory.</param>
    /// <exception cref="ProblemException">The options fit no program.</exception>
    public IReadOnlyList<SweepCase> Cases(OptionValues values, string? program, IReadOnlyList<string> arguments, Surroundings around)
    {
        if (program is not null)
            return [new SweepCase(program, arguments, values)];
        string[] names = [.. registry.Architectures.Select(architecture => architecture.Name)];
        string? wanted = values.Choice(options.Architecture, [.. names, All]) is { } name && name != All ? name : null;
        string? wantedAbi = values.Choice(options.Abi, [.. registry.Architectures.SelectMany(architecture => architecture.Abis).Select(abi => abi.Name)]);
        List<SweepCase> cases = [];
        ProblemException? problem = null;
        foreach (Architecture architecture in registry.Architectures.Where(each => wanted is null || each.Name == wanted))
        {
            foreach (UserAbi abi in architecture.Abis.Where(each => wantedAbi is null || each.Name == wantedAbi))
            {
                if (BundledPrograms.Find(abi.Name, BundledPrograms.Show) is not { } file)
                    continue;
                FixedValues shown = new() { [options.ExecFileName] = "/" + BundledPrograms.Show, [options.Argv0] = "/" + BundledPrograms.Show };
                FixedValues own = new() { [options.Architecture] = architecture.Name };
                SweepCase each = new(file, arguments, new LayeredValues(own, new LayeredValues(values, shown)));
                if (ProblemOf(each, around) is { } obstacle)
                    problem ??= obstacle;
                else
                    cases.Add(each);
            }
        }
        return cases.Count > 0 ? cases : throw problem ?? ProblemException.Usage("--sweep: no program comes along for that; name one of your own");
    }

    /// <summary>Why a program cannot be run like that: its architecture may have no such kernel, MMU or page size.</summary>
    private ProblemException? ProblemOf(SweepCase each, Surroundings around)
    {
        try
        {
            using ExecPlan plan = planner.Plan(each.Values, each.Program, each.Arguments, ["staged"], around);
            return null;
        }
        catch (ProblemException problem)
        {
            return problem;
        }
    }
}
