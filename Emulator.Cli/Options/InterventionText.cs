using System.Collections.Immutable;
using System.Globalization;
using Emulator.Core.Exec;

namespace Emulator.Cli.Options;

/// <summary><c>ACTION@POINT</c> lists: what other processors do during an execve.</summary>
internal static class InterventionText
{
    private const string PiecePrefix = "piece-";

    private static readonly Dictionary<string, InterventionKind> Kinds = new()
    {
        ["look"] = InterventionKind.Look,
        ["unmap"] = InterventionKind.Unmap,
        ["remap"] = InterventionKind.Remap,
        ["migrate"] = InterventionKind.Migrate,
        ["reclaim"] = InterventionKind.Reclaim,
    };

    /// <summary>What can be done.</summary>
    public static string[] Actions => [.. Kinds.Select(kind => $"{kind.Key}:{(kind.Value == InterventionKind.Reclaim ? "N" : "P")}")];

    /// <summary>When.</summary>
    public static string[] Points => [.. Enum.GetValues<ExecPointKind>().Select(kind => kind == ExecPointKind.Piece ? $"{PiecePrefix}N" : new ExecPoint(kind).ToString())];

    /// <summary>Name of an action.</summary>
    public static string NameOf(InterventionKind kind) => Kinds.First(pair => pair.Value == kind).Key;

    /// <summary>Reads a list.</summary>
    /// <param name="text">The list.</param>
    /// <param name="wrong">Makes the exception for an element that is none, with what it should be.</param>
    public static ImmutableArray<Intervention> Parse(string text, Func<string, string, ProblemException> wrong)
    {
        ImmutableArray<Intervention>.Builder interventions = ImmutableArray.CreateBuilder<Intervention>();
        foreach (string element in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] halves = element.Split('@'), action = halves[0].Split(':');
            if (halves.Length != 2 || action.Length != 2)
                throw wrong(element, "should be ACTION:NUMBER@POINT");
            if (!Kinds.TryGetValue(action[0], out InterventionKind kind))
                throw wrong(element, $"should begin with {Words.Or(Actions)}");
            if (!int.TryParse(action[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                throw wrong(element, $"should have a number behind {action[0]}:");
            if (!TryPoint(halves[1], out ExecPoint point))
                throw wrong(element, $"should name a point: {Words.Or(Points)}");
            interventions.Add(new Intervention(kind, number, point));
        }
        return interventions.ToImmutable();
    }

    private static bool TryPoint(string text, out ExecPoint point)
    {
        point = default;
        if (text.StartsWith(PiecePrefix, StringComparison.Ordinal) && long.TryParse(text[PiecePrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long piece) && piece > 0)
        {
            point = new ExecPoint(ExecPointKind.Piece, piece);
            return true;
        }
        foreach (ExecPointKind kind in Enum.GetValues<ExecPointKind>())
        {
            point = new ExecPoint(kind);
            if (kind != ExecPointKind.Piece && point.ToString() == text)
                return true;
        }
        return false;
    }
}
