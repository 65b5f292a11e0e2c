using System.Collections.Concurrent;

namespace Emulator.Core.Execution;

/// <summary>Translates regions beside the running program, on a thread that begins with the first of them.</summary>
/// <param name="translate">Translates one.</param>
/// <param name="finished">Is called on that thread whenever one is done.</param>
internal sealed class Translator(Func<RegionPlan, Region> translate, Action finished) : IDisposable
{
    private readonly BlockingCollection<RegionPlan> _asked = [];
    private readonly ConcurrentQueue<Region> _done = [];
    private Thread? _thread;

    /// <summary>Regions asked for that are not taken yet.</summary>
    public int Waiting { get; private set; }

    /// <summary>Time spent translating.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>Asks for a region.</summary>
    public void Ask(RegionPlan plan)
    {
        _asked.Add(plan);
        Waiting++;
        if (_thread is not null)
            return;
        _thread = new Thread(Work) { IsBackground = true, Name = "translator" };
        _thread.Start();
    }

    /// <summary>Takes one that is done.</summary>
    public bool TryTake(out Region region)
    {
        if (!_done.TryDequeue(out region!))
            return false;
        Waiting--;
        return true;
    }

    public void Dispose()
    {
        _asked.CompleteAdding();
        _thread?.Join();
        while (_done.TryDequeue(out Region? region))
            region.Dispose();
        _asked.Dispose();
    }

    private void Work()
    {
        foreach (RegionPlan plan in _asked.GetConsumingEnumerable())
        {
            if (_asked.IsAddingCompleted)
                return;
            long from = System.Diagnostics.Stopwatch.GetTimestamp();
            _done.Enqueue(translate(plan));
            Time += System.Diagnostics.Stopwatch.GetElapsedTime(from);
            finished();
        }
    }
}
