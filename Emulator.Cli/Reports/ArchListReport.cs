using System.Text.Json;
using Emulator.Cli.Rendering;
using Emulator.Core.Machines;

namespace Emulator.Cli.Reports;

/// <summary>A line for each architecture: schema emulator.arch-list/1.</summary>
internal sealed class ArchListReport(ArchitectureRegistry registry) : Report
{
    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "emulator.arch-list/1");
        json.WriteStartArray("architectures");
        foreach (Architecture architecture in registry.Architectures)
        {
            json.WriteStartObject();
            json.WriteString("name", architecture.Name);
            json.WriteString("summary", architecture.Summary);
            json.WriteStrings("abis", architecture.Abis.Select(abi => abi.Name));
            json.WriteStrings("kernels", architecture.Kernels);
            json.WriteStartArray("page_sizes");
            foreach (int bytes in architecture.PageSizes)
                json.WriteNumberValue(bytes);
            json.WriteEndArray();
            json.WriteStrings("mmus", Mmus(architecture));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteText(TextOutput output)
    {
        TextTable table = new("name", "ABIs", "kernels", "pages", "MMUs", "what it is");
        foreach (Architecture architecture in registry.Architectures)
        {
            table.Add(architecture.Name, string.Join(", ", architecture.Abis.Select(abi => abi.Name)), string.Join(", ", architecture.Kernels),
                string.Join(", ", architecture.PageSizes), string.Join(", ", Mmus(architecture)), architecture.Summary);
        }
        output.Table(table);
    }

    private static IEnumerable<string> Mmus(Architecture architecture) =>
        architecture.Kernels.SelectMany(kernel => architecture.Mmus(kernel)).Distinct().Append(Options.ExecOptions.NoMmu);
}
