using System.Text.Json;
using Emulator.Cli.Rendering;

namespace Emulator.Cli.Reports;

/// <summary>What a verb found out, ready to be rendered.</summary>
internal abstract class Report
{
    /// <summary>How the program ends.</summary>
    public virtual int ExitCode => Cli.ExitCode.Done;

    /// <summary>Whether standard output gets JSON without being asked.</summary>
    public virtual bool PrefersJson => false;

    /// <summary>Writes one JSON object.</summary>
    public abstract void WriteJson(Utf8JsonWriter json);

    /// <summary>Writes text for people.</summary>
    public abstract void WriteText(TextOutput output);
}
