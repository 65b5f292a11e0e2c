using System.Collections.Immutable;
using Emulator.Cli.Reports;
using Emulator.Core.Reports;

namespace Emulator.Cli.Diffs;

/// <summary>What was run on what, by the keys of the report's JSON.</summary>
internal static class RunFacts
{
    /// <summary>Keys of the report whose values are text or numbers.</summary>
    public static ImmutableArray<string> Keys { get; } =
        ["arch", "abi", "kernel", "mmu", "page_bytes", "caller_abi", "argc", "stack_limit_bytes", "stack_top_max", "stack_top"];

    /// <summary>Those of a run.</summary>
    public static ImmutableArray<RunFact> Of(ExecSubject subject) =>
    [
        new("program", subject.Plan.Program.Path),
        new("arch", subject.Plan.Architecture.Name),
        new("abi", subject.Abi ?? "unknown"),
        new("kernel", subject.Plan.Profile.Era.Version),
        new("mmu", subject.Plan.Profile.Mmu),
        new("page_bytes", $"{subject.Plan.Profile.PageBytes}"),
        new("caller_abi", subject.Plan.CallerAbi),
        new("argc", $"{subject.ArgumentCount}"),
        new("stack_limit_bytes", $"{subject.Plan.Request.StackLimitBytes}"),
        new("stack_top_max", Json.Hex(subject.Plan.Profile.StackTopMax)),
        new("stack_top", Json.Hex(subject.StackTop)),
    ];
}
