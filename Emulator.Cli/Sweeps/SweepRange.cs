using System.Collections.Immutable;
using Emulator.Cli.Options;

namespace Emulator.Cli.Sweeps;

/// <summary>A knob and the values that it is turned to.</summary>
/// <param name="Knob">The knob.</param>
/// <param name="Values">The values, ascending, each once.</param>
internal sealed record SweepRange(Knob Knob, ImmutableArray<ulong> Values)
{
    private const int MostValues = 10_000, FewValues = 64;

    // 2 to the powers of 0, 1/4, 1/2 and 3/4: four values an octave, powers of two among them.
    private static readonly double[] Quarters = [1, 1.189207115002721, 1.4142135623730951, 1.681792830507429];

    /// <summary>What a range looks like, for help and errors.</summary>
    public const string Grammar = "A..B (every value when there are few, else four an octave), A..B:+N (every N-th), A..B:xN (each N times the one before), or A,B,C";

    /// <summary>Reads <c>KNOB=RANGE</c>.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static SweepRange Parse(OptionValues values, CliOption option, string text, IReadOnlyList<Knob> knobs)
    {
        string[] parts = text.Split('=', 2);
        if (parts.Length != 2)
            throw values.Wrong(option, text, $"should be KNOB=RANGE, with a knob of {Words.Or([.. knobs.Select(knob => knob.Name)])} and a range like {Grammar}");
        Knob knob = knobs.FirstOrDefault(each => each.Name == parts[0])
            ?? throw values.Wrong(option, text, $"should begin with a knob: {Words.Or([.. knobs.Select(each => each.Name)])}");
        ProblemException NoRange() => values.Wrong(option, text, $"should have a range like {Grammar}; values are sizes or counts");
        if (!parts[1].Contains("..", StringComparison.Ordinal))
        {
            List<ulong> listed = [];
            foreach (string item in parts[1].Split(','))
                listed.Add(Numbers.TrySize(item, out ulong value) ? value : throw NoRange());
            return new SweepRange(knob, [.. listed.Distinct().Order()]);
        }
        string[] ends = parts[1].Split("..");
        string[] last = ends[^1].Split(':');
        if (ends.Length != 2 || last.Length > 2 || !Numbers.TrySize(ends[0], out ulong from) || !Numbers.TrySize(last[0], out ulong to))
            throw NoRange();
        if (from > to)
            throw values.Wrong(option, text, "should begin below where it ends");
        IEnumerable<ulong> range = last.Length == 1 ? Usual(from, to) : last[1] switch
        {
            ['+', .. var by] when Numbers.TrySize(by, out ulong step) && step > 0 => Stepped(from, to, step),
            ['x', .. var by] when Numbers.TryNumber(by, out ulong factor) && factor > 1 => Geometric(from, to, factor),
            _ => throw NoRange(),
        };
        ImmutableArray<ulong> found = [.. range.Take(MostValues + 1)];
        return found.Length <= MostValues ? new SweepRange(knob, found) : throw values.Wrong(option, text, $"are more than {MostValues} values; give a step (:+N) or a factor (:xN)");
    }

    private static IEnumerable<ulong> Usual(ulong from, ulong to) => to - from < FewValues ? Stepped(from, to, 1) : FourAnOctave(from, to);

    private static IEnumerable<ulong> Stepped(ulong from, ulong to, ulong step)
    {
        for (ulong value = from; value < to; value += step)
        {
            yield return value;
            if (to - value < step)
                break;
        }
        yield return to;
    }

    private static IEnumerable<ulong> Geometric(ulong from, ulong to, ulong factor)
    {
        if (from == 0)
            yield return from++;
        for (ulong value = from; value < to; value *= factor)
        {
            yield return value;
            if (value > to / factor)
                break;
        }
        yield return to;
    }

    private static IEnumerable<ulong> FourAnOctave(ulong from, ulong to)
    {
        if (from == 0)
            yield return from++;
        ulong before = 0;
        for (int quarter = 0; ; quarter++)
        {
            double value = Math.Round(from * Quarters[quarter % 4] * Math.ScaleB(1, quarter / 4));
            if (value >= to)
                break;
            if ((ulong)value == before)
                continue;
            before = (ulong)value;
            yield return before;
        }
        yield return to;
    }
}
