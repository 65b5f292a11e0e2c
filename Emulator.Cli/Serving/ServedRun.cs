using Emulator.Cli.Reports;

namespace Emulator.Cli.Serving;

/// <summary>A run that is done.</summary>
/// <param name="Source">The run, every step of it.</param>
/// <param name="Report">Its JSON, byte for byte as <c>compare --json</c> writes it.</param>
/// <param name="Page">Its page, byte for byte as <c>compare --html</c> writes it.</param>
internal sealed record ServedRun(CompareReport Source, byte[] Report, byte[] Page)
{
    private const int StepBytes = 56;       // a TraceEvent: seven words

    /// <summary>Bytes that keeping it costs.</summary>
    public long Bytes => Report.Length + Page.Length + Source.Ways.Ways.Sum(way => (long)way.Steps.Count * StepBytes);
}
