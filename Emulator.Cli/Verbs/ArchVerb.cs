using System.CommandLine;
using Emulator.Cli.Options;
using Emulator.Cli.Reports;
using Emulator.Core.Machines;

namespace Emulator.Cli.Verbs;

/// <summary>The plugins.</summary>
internal sealed class ArchVerb(ArchitectureRegistry registry) : ReportVerb
{
    private readonly Argument _name = Maybe("NAME");

    /// <inheritdoc/>
    public override string Name => "arch";

    /// <inheritdoc/>
    public override string Operands => "[NAME]";

    /// <inheritdoc/>
    public override string Summary => "architectures: ABIs, eras, page sizes, geometries, entry bits, sources";

    /// <inheritdoc/>
    public override string Details => "Without a NAME, a line for each architecture.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["emulator arch", .. registry.Architectures.Take(1).Select(architecture => $"emulator arch {architecture.Name}")];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments
    {
        get
        {
            if (_name.CompletionSources.Count == 0)
                _name.CompletionSources.Add(_ => registry.Architectures.Select(architecture => new System.CommandLine.Completions.CompletionItem(architecture.Name)));
            return [_name];
        }
    }

    /// <inheritdoc/>
    public override Report Make(Invocation invocation)
    {
        if (invocation.Operands(_name) is not [var name])
            return new ArchListReport(registry);
        string[] names = [.. registry.Architectures.Select(architecture => architecture.Name)];
        return registry.Find(name) is { } found
            ? new ArchReport(found)
            : throw ProblemException.Usage($"arch: there is no architecture \"{name}\"; there are {Words.And(names)}");
    }
}
