namespace Emulator.Core.Tracing;

/// <summary>Nobody watches.</summary>
public readonly struct NoTrace : ITrace
{
    /// <inheritdoc/>
    public static bool IsActive => false;

    /// <inheritdoc/>
    public void Record(in TraceEvent traceEvent)
    {
    }
}
