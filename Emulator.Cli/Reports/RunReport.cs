using System.Text.Json;
using Emulator.Cli.Rendering;
using Emulator.Core.Execution;
using Emulator.Core.Processes;

namespace Emulator.Cli.Reports;

/// <summary>What a run came to: schema emulator.run/1.</summary>
internal sealed class RunReport(ExecSubject subject, LinuxSystem system, string ended, int exitCode) : Report
{
    private readonly EngineStatistics[] _engines = [.. system.Engines];

    /// <inheritdoc/>
    public override int ExitCode => exitCode;

    private IEnumerable<(string Key, string Name, long Value)> Figures =>
    [
        ("instructions", "instructions", system.Instructions),
        ("translated_instructions", "of them in translated code", _engines.Sum(engine => engine.Translated)),
        ("blocks", "blocks made", _engines.Sum(engine => engine.BlocksMade)),
        ("decoded_instructions", "instructions decoded for them", _engines.Sum(engine => engine.InstructionsDecoded)),
        ("regions", "regions translated", _engines.Sum(engine => engine.Regions)),
        ("code_stores", "stores to code", _engines.Sum(engine => engine.CodeStores)),
        ("acceleration_tlb_misses", "misses of the acceleration TLB", _engines.Sum(engine => engine.TlbMisses)),
        ("page_faults", "page faults", system.PageFaults),
        ("system_calls", "system calls", system.SystemCalls),
        ("tasks", "tasks", system.TasksMade),
        ("switches", "context switches", system.Switches),
        ("execs", "execs", system.ExecCount),
    ];

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "emulator.run/1");
        json.WriteString("arch", subject.Plan.Architecture.Name);
        json.WriteString("kernel", subject.Plan.Machine.Kernel);
        json.WriteString("ended", ended);
        json.WriteNumber("exit", exitCode);
        foreach ((string key, _, long value) in Figures)
            json.WriteNumber(key, value);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteText(TextOutput output) => throw new InvalidOperationException("standard output belongs to the program");

    /// <summary>Lines for people, on standard error.</summary>
    public void WriteTo(TextWriter error)
    {
        int width = Figures.Max(figure => figure.Value.ToString().Length);
        foreach ((_, string name, long value) in Figures)
            error.WriteLine($"{value.ToString().PadLeft(width)}  {name}");
    }
}
