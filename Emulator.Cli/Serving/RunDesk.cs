using Microsoft.Extensions.Logging;

namespace Emulator.Cli.Serving;

/// <summary>
/// Runs a few links at a time, each once however many ask for it, for as long as somebody waits and the limits allow; keeps
/// what came of the last ones. Files may change, and their interpreters too, so runs of files are kept for a moment only.
/// </summary>
internal sealed class RunDesk(RunMaker maker, ServeSettings settings, ILogger log) : IDisposable
{
    private static readonly TimeSpan FilesKeep = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Job> _jobs = [];
    private readonly LinkedList<Job> _kept = [];     // the one asked for last comes last
    private readonly SemaphoreSlim _places = new(settings.Runs);
    private readonly CancellationTokenSource _closing = new();
    private int _waiting;
    private long _keptBytes;

    /// <summary>A run, made or remembered.</summary>
    /// <param name="link">What.</param>
    /// <param name="told">Gets what is being done, now and then; null when nobody wants to know.</param>
    /// <param name="gone">Whoever asked has gone.</param>
    /// <exception cref="ProblemException">The user has to put something right.</exception>
    /// <exception cref="LimitException">It needs more than this server gives.</exception>
    /// <exception cref="OperationCanceledException">Whoever asked has gone.</exception>
    public async Task<ServedRun> RunAsync(RunLink link, Func<string, Task>? told, CancellationToken gone)
    {
        if (link.Problem is not null)
            throw link.Problem;
        Job job = Join(link);
        try
        {
            using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(200));
            string before = "";
            while (told is not null && await Task.WhenAny(job.Done, timer.WaitForNextTickAsync(gone).AsTask()) != job.Done)
            {
                string now = job.Now;
                if (now.Length > 0 && now != before)
                    await told(before = now);
                gone.ThrowIfCancellationRequested();
            }
            return await job.Done.WaitAsync(gone);
        }
        finally
        {
            Leave(job);
        }
    }

    /// <summary>Stops all runs.</summary>
    public void Close() => _closing.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _closing.Dispose();
    }

    private Job Join(RunLink link)
    {
        string key = $"{link.Alone.ToQuery()} {maker.StampOf(link)}";
        lock (_lock)
        {
            if (_jobs.TryGetValue(key, out Job? known) && !known.IsStale(FilesKeep))
            {
                known.Askers++;
                if (_kept.Remove(known))
                    _kept.AddLast(known);
                return known;
            }
            if (known is not null)
                Forget(known);
            if (_waiting >= settings.MostWaiting)
                throw new LimitException($"{settings.Runs} runs are going on and {_waiting} wait for them to end; try again in a moment");
            Job job = new(key, link.Alone, CancellationTokenSource.CreateLinkedTokenSource(_closing.Token)) { Askers = 1 };
            _jobs[key] = job;
            _waiting++;
            _ = ServeAsync(job);
            return job;
        }
    }

    private void Leave(Job job)
    {
        lock (_lock)
        {
            if (--job.Askers > 0 || job.Done.IsCompleted)
                return;
            Forget(job);        // nobody wants it any more
            _ = job.Stop.CancelAsync();
        }
    }

    private async Task ServeAsync(Job job)
    {
        bool placed = false;
        try
        {
            if (!_places.Wait(0, CancellationToken.None))
            {
                job.Tell("waiting for other runs to end");
                await _places.WaitAsync(job.Stop.Token);
            }
            placed = true;
            StopWaiting();
            job.Stop.CancelAfter(settings.RunTime);
            // A thread of its own: a run computes for long, and the pool's threads are for those who ask.
            Task<ServedRun> work = Task.Factory.StartNew(() => Make(job), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            // Whoever asked is told at once; the place is free when the run has really ended.
            _ = work.ContinueWith(_ => _places.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            Keep(job, await work.WaitAsync(job.Stop.Token));
        }
        catch (OperationCanceledException) when (placed && job.Askers > 0 && !_closing.IsCancellationRequested)
        {
            Fail(job, new LimitException($"the run took longer than {settings.RunTime.TotalSeconds:0.###} seconds and was stopped; serve --run-seconds N gives more"));
        }
        catch (Exception problem)
        {
            Fail(job, problem);
        }
        finally
        {
            if (!placed)
                StopWaiting();
            job.Stop.Dispose();
        }
    }

    private void StopWaiting()
    {
        lock (_lock)
            _waiting--;
    }

    private ServedRun Make(Job job)
    {
        WatchedProgress progress = new(settings.MostSteps, job.Stop.Token);
        job.Watch(progress);
        return maker.Make(job.Link, progress, job.Stop.Token);
    }

    private void Keep(Job job, ServedRun run)
    {
        lock (_lock)
        {
            job.Bytes = run.Bytes;
            job.Finish(run);
            if (_jobs.GetValueOrDefault(job.Key) != job)
                return;         // everybody went while it ended
            _kept.AddLast(job);
            _keptBytes += job.Bytes;
            while (_keptBytes > settings.KeptBytes && _kept.First is { } oldest && oldest.Value != job)
                Forget(oldest.Value);
        }
    }

    private void Fail(Job job, Exception problem)
    {
        if (problem is not (ProblemException or LimitException or OperationCanceledException))
            log.LogError(problem, "the run {Link} failed", job.Key);
        lock (_lock)
        {
            Forget(job);
            job.Fail(problem);
        }
    }

    private void Forget(Job job)
    {
        if (_jobs.GetValueOrDefault(job.Key) == job)
            _jobs.Remove(job.Key);
        if (_kept.Remove(job))
            _keptBytes -= job.Bytes;
    }

    /// <summary>A run that somebody asked for.</summary>
    private sealed class Job(string key, RunLink link, CancellationTokenSource stop)
    {
        private readonly TaskCompletionSource<ServedRun> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile WatchedProgress? _progress;
        private volatile string _told = "";
        private long _doneAt;

        public string Key => key;

        public RunLink Link => link;

        public CancellationTokenSource Stop => stop;

        public Task<ServedRun> Done => _done.Task;

        public int Askers { get; set; }

        public long Bytes { get; set; }

        public string Now => _progress is { Now: { Length: > 0 } now } ? now : _told;

        public bool IsStale(TimeSpan after) => link.File is not null && Done.IsCompleted && Environment.TickCount64 - _doneAt > after.TotalMilliseconds;

        public void Tell(string text) => _told = text;

        public void Watch(WatchedProgress progress) => _progress = progress;

        public void Finish(ServedRun run)
        {
            _doneAt = Environment.TickCount64;
            _done.SetResult(run);
        }

        public void Fail(Exception problem) => _done.SetException(problem);
    }
}
