namespace Emulator.Bench;

/// <summary>A subject's rounds against those of one yardstick.</summary>
/// <param name="Name">The yardstick.</param>
/// <param name="Yardstick">Its own times.</param>
/// <param name="Ratio">Median of subject over yardstick, round by round.</param>
/// <param name="Low">Lower quartile of the same.</param>
/// <param name="High">Upper quartile.</param>
public readonly record struct Comparison(string Name, Times Yardstick, double Ratio, double Low, double High)
{
    /// <summary>Compares round by round.</summary>
    public static Comparison Of(string name, IReadOnlyList<double> subject, IReadOnlyList<double> yardstick)
    {
        double[] ratios = [.. subject.Zip(yardstick, (first, second) => first / second)];
        return new Comparison(name, Times.Of(yardstick), Times.Quantile(ratios, 0.5), Times.Quantile(ratios, 0.25), Times.Quantile(ratios, 0.75));
    }
}
