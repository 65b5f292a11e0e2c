using System.Collections.Concurrent;

namespace Emulator.Cli.Batches;

/// <summary>Works on lines side by side and writes the answers in their order. What waits is bounded, so memory stays flat.</summary>
internal sealed class Batch(int jobs, Func<BatchWorker> newWorker, Progress progress)
{
    private const int WaitingPerJob = 16;

    /// <summary>Answers every line.</summary>
    public void Run(TextReader requests, TextWriter answers)
    {
        using BlockingCollection<Request> work = new(jobs * WaitingPerJob), order = new(jobs * WaitingPerJob * 2);
        Thread[] workers = [.. Enumerable.Range(0, jobs).Select(_ => Start(() => Work(newWorker(), work)))];
        Thread writer = Start(() => Write(order, answers));
        long number = 0;
        while (requests.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            Request request = new(line, number);
            order.Add(request);
            work.Add(request);
        }
        work.CompleteAdding();
        order.CompleteAdding();
        foreach (Thread worker in workers)
            worker.Join();
        writer.Join();
    }

    private static Thread Start(ThreadStart run)
    {
        Thread thread = new(run) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static void Work(BatchWorker worker, BlockingCollection<Request> work)
    {
        foreach (Request request in work.GetConsumingEnumerable())
            request.Answer.SetResult(worker.Answer(request.Line, request.Number));
    }

    private void Write(BlockingCollection<Request> order, TextWriter answers)
    {
        long done = 0;
        bool broken = false;
        foreach (Request request in order.GetConsumingEnumerable())
        {
            string answer = request.Answer.Task.GetAwaiter().GetResult();
            progress.Show($"{++done} requests answered");
            if (broken)
                continue;
            try
            {
                answers.WriteLine(answer);
                if (order.Count == 0)
                    answers.Flush();        // whoever waits for this answer before asking again shall have it
            }
            catch (IOException)
            {
                broken = true;              // the reader has gone; the rest of the requests is drained
            }
        }
    }

    private sealed record Request(string Line, long Number)
    {
        public TaskCompletionSource<string> Answer { get; } = new();
    }
}
