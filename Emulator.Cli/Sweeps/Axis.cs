using System.Collections.Immutable;

namespace Emulator.Cli.Sweeps;

/// <summary>Where values lie along one side of a diagram, and which of them are named.</summary>
internal sealed class Axis
{
    private const double ZeroShare = 0.13;      // of a logarithmic axis that has to show 0 too

    private readonly Func<ulong, double> _share;

    private Axis(Func<ulong, double> share, ImmutableArray<ulong> ticks, bool isLogarithmic, bool isBytes)
    {
        (_share, Ticks, IsLogarithmic, IsBytes) = (share, ticks, isLogarithmic, isBytes);
    }

    /// <summary>Values that are named, ascending.</summary>
    public ImmutableArray<ulong> Ticks { get; }

    /// <summary>Whether equal distances are equal factors.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>Whether values are bytes.</summary>
    public bool IsBytes { get; }

    /// <summary>Where a value lies: 0 at the beginning, 1 at the end.</summary>
    public double ShareOf(ulong value) => _share(value);

    /// <summary>The name of a value.</summary>
    public string NameOf(ulong value)
    {
        if (!IsBytes)
            return $"{value}";
        string[] units = ["", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"];
        int unit = 0;
        for (; value >= 1024 && value % 1024 == 0 && unit + 1 < units.Length; value >>= 10)
            unit++;
        return $"{value}{units[unit]}";
    }

    /// <summary>An axis from side to side for the values of a knob.</summary>
    /// <param name="values">The values, ascending.</param>
    /// <param name="knob">The knob.</param>
    /// <param name="mostTicks">Names that there is room for.</param>
    public static Axis Of(ImmutableArray<ulong> values, Knob knob, int mostTicks)
    {
        (ulong low, ulong high) = (values[0], values[^1]);
        if (low == high)
            return new Axis(_ => 0.5, [low], false, knob.IsBytes);
        ulong first = values.First(value => value > 0);
        bool wide = knob.IsScale && first > 0 && high / first >= 16;
        return wide ? Logarithmic(low, high, knob.IsBytes || IsPowerLike(first, high), knob.IsBytes, mostTicks) : Linear(low, high, knob.IsBytes, mostTicks);
    }

    /// <summary>An axis from the bottom up for costs.</summary>
    /// <param name="values">The values, in any order.</param>
    /// <param name="isBytes">Whether they are bytes.</param>
    /// <param name="mostTicks">Names that there is room for.</param>
    public static Axis Upwards(IEnumerable<ulong> values, bool isBytes, int mostTicks)
    {
        ulong[] found = [.. values.DefaultIfEmpty()];
        (ulong low, ulong high) = (found.Min(), found.Max());
        const ulong Few = 12, Wide = 8;
        if (isBytes ? high / Math.Max(low, 1) < Wide : high <= Few)
        {
            ulong step = Step(0, high, isBytes, mostTicks);
            return Linear(0, (high / step + 1) * step, isBytes, mostTicks + 1);
        }
        return isBytes ? Logarithmic(FloorOfPower(Math.Max(low, 1), 2), CeilingOfPower(high, 2), true, true, mostTicks) : Logarithmic(0, CeilingOfPower(high, 10), false, false, mostTicks);
    }

    private static Axis Linear(ulong low, ulong high, bool isBytes, int mostTicks)
    {
        ulong step = Step(low, high, isBytes, mostTicks);
        List<ulong> ticks = [];
        for (ulong tick = low % step == 0 ? low : low + (step - low % step); tick <= high && tick >= low; tick += step)
            ticks.Add(tick);
        return new Axis(value => (value - (double)low) / ((double)high - low), [.. ticks], false, isBytes);
    }

    /// <summary>Distance between names: 1, 2 or 5 times a power of ten, or a power of two for bytes.</summary>
    private static ulong Step(ulong low, ulong high, bool isBytes, int mostTicks)
    {
        ulong step = 1;
        for (int i = 0; (high - low) / step >= (ulong)mostTicks; i++)
            step = isBytes || i % 3 != 1 ? step * 2 : step / 2 * 5;
        return step;
    }

    /// <summary>From 0, when <paramref name="low"/> is 0: then 1 lies a little above it.</summary>
    private static Axis Logarithmic(ulong low, ulong high, bool binary, bool isBytes, int mostTicks)
    {
        bool hasZero = low == 0;
        ulong from = hasZero ? 1 : low, root = binary ? 2u : 10u;
        double start = hasZero ? ZeroShare : 0, reach = Math.Log2(high) - Math.Log2(from);
        double Share(ulong value) => value < from ? 0 : reach == 0 ? 1 : start + (1 - start) * (Math.Log2(value) - Math.Log2(from)) / reach;
        List<ulong> powers = [];
        for (ulong power = CeilingOfPower(from, root); power <= high; power *= root)
        {
            powers.Add(power);
            if (power > high / root)
                break;
        }
        int every = 1;
        while ((powers.Count + every - 1) / every > mostTicks)
            every++;
        ImmutableArray<ulong> ticks = [.. powers.Where((_, index) => index % every == 0)];
        return new Axis(Share, hasZero ? [0, .. ticks] : ticks, true, isBytes);
    }

    /// <summary>Counts from a power of two to another are best named by powers of two.</summary>
    private static bool IsPowerLike(ulong low, ulong high) => ulong.IsPow2(low) && ulong.IsPow2(high);

    private static ulong FloorOfPower(ulong value, ulong root)
    {
        ulong power = 1;
        while (power <= value / root)
            power *= root;
        return power;
    }

    private static ulong CeilingOfPower(ulong value, ulong root)
    {
        ulong power = FloorOfPower(value, root);
        return power < value && power <= ulong.MaxValue / root ? power * root : power;
    }
}
