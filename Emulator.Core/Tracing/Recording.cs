namespace Emulator.Core.Tracing;

/// <summary>Everything goes to a <see cref="Recorder"/>.</summary>
public readonly struct Recording(Recorder recorder) : ITrace
{
    /// <inheritdoc/>
    public static bool IsActive => true;

    /// <inheritdoc/>
    public void Record(in TraceEvent traceEvent) => recorder.Record(traceEvent);
}
