namespace Emulator.Bench;

/// <summary>Nanoseconds per operation.</summary>
/// <param name="Median">Half of the rounds took less.</param>
/// <param name="Best">The fastest round: what a quiet core does.</param>
public readonly record struct Times(double Median, double Best)
{
    /// <summary>Of the rounds that were timed.</summary>
    public static Times Of(IReadOnlyList<double> rounds) => new(Quantile(rounds, 0.5), rounds.Min());

    /// <summary>The value that a part of the others is below.</summary>
    public static double Quantile(IEnumerable<double> values, double part)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)((sorted.Length - 1) * part)];
    }
}
