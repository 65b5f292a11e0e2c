using System.Collections.Concurrent;

namespace Emulator.Core.Execution;

/// <summary>Translates regions beside the running program, on a thread that begins with the first of them.</summary>
/// <param name="translate">Translates one.</param>
/// <param name="finished">Is called on that thread whenever one is done.</param>
internal sealed class Translator(Func<RegionPlan, Region> translate, Action finished) : IDisposable
{
    private BlockingCollection<RegionPlan>? _asked;     // queues and thread are made for the first region: many programs have none
    private ConcurrentQueue<Region>? _done;
    private Thread? _thread;

    /// <summary>Regions asked for that are not taken yet.</summary>
    public int Waiting { get; private set; }

    /// <summary>Time spent translating.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>Asks for a region.</summary>
    public void Ask(RegionPlan plan)
    {
        Waiting++;
        if (_asked is not null)
        {
            _asked.Add(plan);
            return;
        }
        (_asked, _done) = ([plan], []);
        _thread = new Thread(Work) { IsBackground = true, Name = "translator" };
        _thread.Start();
    }

    /// <summary>Takes one that is done.</summary>
    public bool TryTake(out Region region)
    {
        region = null!;
        if (_done is null || !_done.TryDequeue(out region!))
            return false;
        Waiting--;
        return true;
    }

    public void Dispose()
    {
        if (_asked is null)
            return;
        _asked.CompleteAdding();
        _thread!.Join();
        while (_done!.TryDequeue(out Region? region))
            region.Dispose();
        _asked.Dispose();
    }

    private void Work()
    {
        foreach (RegionPlan plan in _asked!.GetConsumingEnumerable())
        {
            if (_asked.IsAddingCompleted)
                return;
            long from = System.Diagnostics.Stopwatch.GetTimestamp();
            _done!.Enqueue(translate(plan));
            Time += System.Diagnostics.Stopwatch.GetElapsedTime(from);
            finished();
        }
    }
}
