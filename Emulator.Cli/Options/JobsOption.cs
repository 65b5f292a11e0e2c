namespace Emulator.Cli.Options;

/// <summary>How much is worked on side by side.</summary>
internal static class JobsOption
{
    private const ulong Most = 1024;

    /// <summary>The option.</summary>
    /// <param name="what">What is worked on.</param>
    public static CliOption Of(string what) => new("--jobs", "N", $"{what} to work on side by side (default: one a processor)");

    /// <summary>Its value.</summary>
    public static int Read(OptionValues values, CliOption option)
    {
        ulong jobs = values.Number(option, Most) ?? (ulong)Environment.ProcessorCount;
        return jobs > 0 ? (int)jobs : throw ProblemException.Usage($"{option.Name}: nobody would do the work; give at least 1");
    }
}
