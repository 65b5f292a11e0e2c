using Emulator.Cli.Reports;
using static Emulator.Cli.Timelines.PerfettoSchema;

namespace Emulator.Cli.Timelines;

/// <summary>What an event of a Perfetto trace says besides its name: DebugAnnotation messages in the TrackEvent that is open.</summary>
/// <param name="proto">Writes the event.</param>
internal sealed class PerfettoAnnotations(ProtoWriter proto) : ITraceFields
{
    /// <inheritdoc/>
    public void Text(string key, string value)
    {
        Open(key);
        proto.Text(AnnotationStringValue, value);
        proto.Close();
    }

    /// <inheritdoc/>
    public void Address(string key, ulong value)
    {
        Open(key);
        proto.Number(AnnotationPointerValue, value);
        proto.Close();
    }

    /// <inheritdoc/>
    public void Number(string key, ulong value)
    {
        Open(key);
        proto.Number(AnnotationUintValue, value);
        proto.Close();
    }

    /// <inheritdoc/>
    public void Flag(string key, bool value)
    {
        Open(key);
        proto.Number(AnnotationBoolValue, value ? 1u : 0);
        proto.Close();
    }

    private void Open(string key)
    {
        proto.Open(EventDebugAnnotations);
        proto.Text(AnnotationName, key);
    }
}
