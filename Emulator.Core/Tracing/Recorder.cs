using System.Runtime.InteropServices;

namespace Emulator.Core.Tracing;

/// <summary>Keeps every event of a run, in order.</summary>
public sealed class Recorder
{
    private const int WatchInterval = 256;

    private readonly List<TraceEvent> _events = [];
    private readonly Action<int>? _watch;
    private readonly Recorder? _whole;      // of one address space: where its events go
    private readonly int _space;
    private readonly List<int>? _spaces;    // of every event
    private int _watchedAt = int.MaxValue;

    /// <summary>Nobody looks on.</summary>
    public Recorder()
    {
    }

    private Recorder(Recorder whole, int space) => (_whole, _space) = (whole, space);

    private Recorder(List<int> spaces) => _spaces = spaces;

    /// <summary>One that knows which address space an event belongs to.</summary>
    public static Recorder OfManySpaces() => new(new List<int>());

    /// <summary>Address spaces made so far, when they are told apart.</summary>
    public int Spaces { get; private set; }

    /// <summary>The number of the address space that an event belongs to, from 1; 0 when it is no one's.</summary>
    /// <exception cref="InvalidOperationException">They are not told apart.</exception>
    public int SpaceOf(int index) => (_spaces ?? throw new InvalidOperationException("this recorder does not tell address spaces apart"))[index];

    /// <summary>Where a new address space's events are to go.</summary>
    public Recorder ForNewSpace() => _spaces is null ? this : new Recorder(this, ++Spaces);

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
        _spaces?.Clear();
        _watchedAt = _watch is null ? int.MaxValue : WatchInterval;
    }

    /// <summary>Takes one event.</summary>
    public void Record(in TraceEvent traceEvent)
    {
        if (_whole is not null)
            _whole.Record(traceEvent, _space);
        else
            Record(traceEvent, 0);
    }

    private void Record(in TraceEvent traceEvent, int space)
    {
        _events.Add(traceEvent);
        _spaces?.Add(space);
        if (_events.Count >= _watchedAt)
            Tell();
    }

    private void Tell()
    {
        _watchedAt += WatchInterval;
        _watch!(_events.Count);
    }
}
