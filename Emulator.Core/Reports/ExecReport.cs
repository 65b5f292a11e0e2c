using System.Collections.Immutable;
using System.Text;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;

namespace Emulator.Core.Reports;

/// <summary>One execve in several ways, side by side: a fold over their results.</summary>
public sealed class ExecReport
{
    /// <summary>Folds.</summary>
    /// <param name="ways">The ways, in the order asked for; at least one.</param>
    public ExecReport(ImmutableArray<WayReport> ways)
    {
        ArgumentOutOfRangeException.ThrowIfZero(ways.Length, nameof(ways));
        Ways = ways;
        Differences = FindDifferences(ways);
        Verdict = Judge();
    }

    /// <summary>The ways, in the order asked for.</summary>
    public ImmutableArray<WayReport> Ways { get; }

    /// <summary>
    /// Whether the program can not tell the ways apart: registers, argc, vectors, mappings and every byte in memory are equal
    /// among the ways that succeeded. When none did: whether all failed on the same side of the point of no return.
    /// </summary>
    public bool SameUserView => Differences.IsEmpty;

    /// <summary>Whether the program starts in every way.</summary>
    public bool AllSucceeded => Ways.All(way => way.Result.Succeeded);

    /// <summary>What a program could tell the ways apart by, a line each; empty when nothing.</summary>
    public ImmutableArray<string> Differences { get; }

    /// <summary>The report in one sentence.</summary>
    public string Verdict { get; }

    private static ImmutableArray<string> FindDifferences(ImmutableArray<WayReport> ways)
    {
        ImmutableArray<string>.Builder found = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<ExecResult> started = [.. ways.Select(way => way.Result).Where(result => result.Succeeded)];
        if (started.IsEmpty)
        {
            ExecResult first = ways[0].Result;
            foreach (WayReport way in ways.Where(way => way.Result.Killed != Signal.None != (first.Killed != Signal.None) || way.Result.Bug is null != first.Bug is null))
                found.Add($"{first.Way} {EndOf(first)}, {way.Result.Way} {EndOf(way.Result)}");
            return found.ToImmutable();
        }
        foreach (ExecResult other in started.Skip(1))
            Compare(started[0], other, found);
        return found.ToImmutable();
    }

    private static void Compare(ExecResult left, ExecResult right, ImmutableArray<string>.Builder found)
    {
        UserView a = left.User!, b = right.User!;
        void Number(string what, ulong first, ulong second)
        {
            if (first != second)
                found.Add($"{what}: {left.Way} 0x{first:x}, {right.Way} 0x{second:x}");
        }
        void Text(string what, string first, string second)
        {
            if (first != second)
                found.Add($"{what}: {left.Way} {first}, {right.Way} {second}");
        }
        Number("sp", a.StackPointer, b.StackPointer);
        Number("pc", a.ProgramCounter, b.ProgramCounter);
        Number("argc", (ulong)a.ArgumentCount, (ulong)b.ArgumentCount);
        Number("argv", a.Argv, b.Argv);
        Number("envp", a.Envp, b.Envp);
        Number("auxv", a.AuxvAt, b.AuxvAt);
        Text("auxv entries", string.Join(' ', a.Auxv.Select(Entry)), string.Join(' ', b.Auxv.Select(Entry)));
        Text("maps", string.Join(" | ", a.Maps), string.Join(" | ", b.Maps));
        Text("SHA-256 of memory", a.MemorySha256, b.MemorySha256);
        Text("SHA-256 of the start stack", a.StackSha256, b.StackSha256);
    }

    private static string Entry(AuxEntry entry) => $"{entry.Name}=0x{entry.Value:x}";

    private static string EndOf(ExecResult result) => result.Bug is not null ? "stops the kernel at a BUG" : result.Killed == Signal.None ? $"returns {result.Error}" : $"is killed by {result.Killed} ({result.Error})";

    private string Judge()
    {
        StringBuilder text = new();
        bool several = Ways.Length > 1;
        if (several && Ways.All(way => !way.Result.Succeeded))
            text.Append(SameUserView ? "No way starts the program: " : "No way starts the program, and they fail differently: ");
        else if (several && Ways.Any(way => !way.Result.Succeeded))
            text.Append("The ways end differently: ");
        else if (several)
            text.Append(SameUserView ? "The program cannot tell the ways apart: " : "The program can tell the ways apart: ");
        for (int i = 0; i < Ways.Length; i++)
            text.Append(i == 0 ? "" : i == Ways.Length - 1 ? ", while " : ", ").Append(Sentence(Ways[i]));
        return text.Append('.').ToString();
    }

    private static string Sentence(WayReport way)
    {
        ExecResult result = way.Result;
        if (!result.Succeeded)
            return $"{result.Way} {EndOf(result)}";
        if (result.Stages[0].Depth == 0)
            return $"{result.Way} needs no tables and takes {Count(result.StagingPages, "staging page")}";
        string moves = (result.Moves.Pte, way.TablesMoved) switch
        {
            (0, 0) => "moves nothing",
            (var entries, 0) => $"moves {Count(entries, "entry", "entries")}",
            (0, var tables) => $"moves {Count(tables, "table")} whole",
            var (entries, tables) => $"moves {Count(tables, "table")} whole and {Count(entries, "entry", "entries")}",
        };
        string frees = way.TablesFreed == 0 ? "frees none" : $"frees {way.TablesFreed} again";
        return $"{result.Way} builds {Count(way.TablesBuilt, "table")} to place its arguments, {moves} and {frees} (peak {result.PeakTableBytes} bytes)";
    }

    private static string Count(long number, string one, string? many = null) => $"{number} {(number == 1 ? one : many ?? one + "s")}";
}
