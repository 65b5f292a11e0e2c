using System.Text.Json;

namespace Emulator.Cli.Reports;

/// <summary>The fields of an event as members of an object.</summary>
internal sealed class JsonTraceFields(Utf8JsonWriter json) : ITraceFields
{
    public void Text(string key, string value) => json.WriteString(key, value);

    public void Address(string key, ulong value) => json.WriteAddress(key, value);

    public void Number(string key, ulong value) => json.WriteNumber(key, value);

    public void Flag(string key, bool value) => json.WriteBoolean(key, value);
}
