using System.Collections.Immutable;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;

namespace Emulator.Core.Reports;

/// <summary>One way of a run at one moment, with all that <see cref="RunDiff"/> compares. What is not known is null, not empty.</summary>
public sealed record RunState
{
    /// <summary>Name of the last moment, for <see cref="Moment"/>.</summary>
    public const string End = "end";

    /// <summary>Name of the way.</summary>
    public required string Way { get; init; }

    /// <summary>Which moment, in words: a stage, a number of steps, or <see cref="End"/>.</summary>
    public required string Moment { get; init; }

    /// <summary>What was run on what.</summary>
    public ImmutableArray<RunFact> Facts { get; init; } = [];

    /// <summary>The ledger: values of <see cref="LedgerRow.All"/> by their keys, those that are known.</summary>
    public required ImmutableDictionary<string, ulong> Counters { get; init; }

    /// <summary>The page tables; null when they are not known.</summary>
    public ImmutableArray<TableState>? Tables { get; init; }

    /// <summary>The areas as /proc/PID/maps prints them, as they were when the last stage was reached; null when they are not known.</summary>
    public ImmutableArray<string>? Areas { get; init; }

    /// <summary>How it ended, and what the program sees; at a stage before, bprm->p alone; empty elsewhere.</summary>
    public ImmutableArray<RunFact> Outcome { get; init; } = [];

    /// <summary>The state of a way at a moment.</summary>
    /// <param name="way">The way; with its history.</param>
    /// <param name="position">The moment, from 0 to <see cref="History.Count"/>.</param>
    /// <param name="name">The moment in words; <see cref="End"/> for <see cref="History.End"/> with all that came of the run.</param>
    public static RunState At(WayReport way, int position, string name)
    {
        ArgumentNullException.ThrowIfNull(way);
        Moment moment = way.Steps.At(position);
        HistoryLedger ledger = moment.Ledger;
        return new RunState
        {
            Way = way.Result.Way,
            Moment = name,
            Counters = LedgerRow.All.ToImmutableDictionary(row => row.Key, row => row.Value(ledger)),
            Tables = TableState.Of(moment, way.Steps.Tree, way.Steps.EntryFormat),
            Areas = moment.Reached switch
            {
                null => null,
                ExecStageName.Start => way.Result.User?.Maps,
                var reached => way.At(reached.Value)?.Maps,
            },
            Outcome = name == End ? OutcomeOf(way.Result) : StageOf(way, position) is { } stage ? [new RunFact("p", Hex(stage.P))] : [],
        };
    }

    private static ExecStage? StageOf(WayReport way, int position) => way.Result.Stages.FirstOrDefault(stage => way.Steps.PositionOf(stage.Name) == position);

    private static ImmutableArray<RunFact> OutcomeOf(ExecResult result)
    {
        ImmutableArray<RunFact>.Builder facts = ImmutableArray.CreateBuilder<RunFact>();
        facts.Add(new RunFact("result", result.Outcome));
        if (result.Killed != Signal.None)
            facts.Add(new RunFact("killed", result.Killed.ToString()));
        facts.Add(new RunFact("shift", Hex(result.ShiftBytes)));
        facts.Add(new RunFact("argument_pages", $"{result.ArgumentPages}"));
        if (result.User is not { } user)
            return facts.ToImmutable();
        facts.Add(new RunFact("sp", Hex(user.StackPointer)));
        facts.Add(new RunFact("pc", Hex(user.ProgramCounter)));
        facts.Add(new RunFact("argc", $"{user.ArgumentCount}"));
        facts.Add(new RunFact("argv", Hex(user.Argv)));
        facts.Add(new RunFact("argv0", Hex(user.Argv0)));
        facts.Add(new RunFact("envp", Hex(user.Envp)));
        facts.Add(new RunFact("auxv_at", Hex(user.AuxvAt)));
        facts.AddRange(user.Auxv.Select(entry => new RunFact(entry.Name, Hex(entry.Value))));
        facts.Add(new RunFact("present_pages", $"{user.PresentPages}"));
        facts.Add(new RunFact("stack_sha256", user.StackSha256));
        facts.Add(new RunFact("memory_sha256", user.MemorySha256));
        return facts.ToImmutable();
    }

    private static string Hex(ulong value) => $"0x{value:x}";
}
