using Emulator.Core.Exec;
using Emulator.Core.Paging;

namespace Emulator.Core.Reports;

/// <summary>One way in a report: its books, and how they came about.</summary>
/// <param name="Result">The books.</param>
/// <param name="Steps">Everything that happened, step by step.</param>
public sealed record WayReport(ExecResult Result, History Steps)
{
    /// <summary>Tables built until the stack was in place; until the failure, if it came earlier.</summary>
    public long TablesBuilt => Placed?.Allocated.Total ?? 0;

    /// <summary>Tables freed until the stack was in place; until the failure, if it came earlier.</summary>
    public long TablesFreed => Placed?.Freed.Total ?? 0;

    /// <summary>Tables re-hung whole.</summary>
    public long TablesMoved => Result.Moves.Pmd + Result.Moves.Pud;

    /// <summary>Tables built between one stage and the one before.</summary>
    public TableCounts BuiltAt(ExecStageName stage) => Step(stage, books => books.Allocated);

    /// <summary>Tables freed between one stage and the one before.</summary>
    public TableCounts FreedAt(ExecStageName stage) => Step(stage, books => books.Freed);

    /// <summary>The books at a stage; null when it was not reached.</summary>
    public ExecStage? At(ExecStageName stage) => Result.Stages.FirstOrDefault(books => books.Name == stage);

    private ExecStage? Placed => At(ExecStageName.SetupOut) ?? Result.Stages.LastOrDefault();

    private TableCounts Step(ExecStageName stage, Func<ExecStage, TableCounts> counts)
    {
        if (At(stage) is not { } books)
            return default;
        return stage == ExecStageName.Copied ? counts(books) : counts(books) - counts(At(stage - 1)!);
    }
}
