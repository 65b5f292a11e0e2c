using System.Runtime.InteropServices;

namespace Emulator.Core.Tracing;

/// <summary>Keeps every event of a run, in order.</summary>
public sealed class Recorder
{
    private readonly List<TraceEvent> _events = [];

    /// <summary>The events so far; valid until the next one is recorded.</summary>
    public ReadOnlySpan<TraceEvent> Events => CollectionsMarshal.AsSpan(_events);

    /// <summary>Number of events so far.</summary>
    public int Count => _events.Count;

    /// <summary>Forgets the events so far, and keeps their room for the next run.</summary>
    public void Clear() => _events.Clear();

    /// <summary>Takes one event.</summary>
    public void Record(in TraceEvent traceEvent) => _events.Add(traceEvent);
}
