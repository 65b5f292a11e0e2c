using System.Runtime.InteropServices;

namespace Emulator.Core.Tracing;

/// <summary>Keeps every event of a run, in order.</summary>
public sealed class Recorder
{
    private const int WatchInterval = 256;

    private readonly List<TraceEvent> _events = [];
    private readonly Action<int>? _watch;
    private int _watchedAt = int.MaxValue;

    /// <summary>Nobody looks on.</summary>
    public Recorder()
    {
    }

    /// <summary>Somebody looks on, now and then.</summary>
    /// <param name="watch">Gets the number of events so far; what it throws ends the run.</param>
    public Recorder(Action<int> watch)
    {
        _watch = watch;
        _watchedAt = WatchInterval;
    }

    /// <summary>The events so far; valid until the next one is recorded.</summary>
    public ReadOnlySpan<TraceEvent> Events => CollectionsMarshal.AsSpan(_events);

    /// <summary>Number of events so far.</summary>
    public int Count => _events.Count;

    /// <summary>Forgets the events so far, and keeps their room for the next run.</summary>
    public void Clear()
    {
        _events.Clear();
        _watchedAt = _watch is null ? int.MaxValue : WatchInterval;
    }

    /// <summary>Takes one event.</summary>
    public void Record(in TraceEvent traceEvent)
    {
        _events.Add(traceEvent);
        if (_events.Count >= _watchedAt)
            Tell();
    }

    private void Tell()
    {
        _watchedAt += WatchInterval;
        _watch!(_events.Count);
    }
}
