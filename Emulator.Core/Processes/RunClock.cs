using System.Diagnostics;
using Emulator.Core.Execution;

namespace Emulator.Core.Processes;

/// <summary>Measures where a run's time goes. What runs between two readings is timed; which tier runs is looked up now and then, on a thread of its own.</summary>
internal sealed class RunClock(TimedMmu mmu) : IDisposable
{
    private readonly ManualResetEventSlim _ended = new();
    private Thread? _sampler;
    private volatile Cpu? _running;
    private long _runTicks, _engineTicks, _idleTicks, _begun, _idleSince;
    private int _translated, _interpreted;

    public void BeginRun()
    {
        _begun = Stopwatch.GetTimestamp();
        if (_sampler is not null)
            return;
        _sampler = new Thread(Sample) { IsBackground = true, Name = "run clock" };
        _sampler.Start();
    }

    public void EndRun() => _runTicks += Stopwatch.GetTimestamp() - _begun;

    public void BeginIdle() => _idleSince = Stopwatch.GetTimestamp();

    public void EndIdle() => _idleTicks += Stopwatch.GetTimestamp() - _idleSince;

    public long BeginProgram(Cpu cpu)
    {
        _running = cpu;
        return Stopwatch.GetTimestamp();
    }

    public void EndProgram(long begun)
    {
        _engineTicks += Stopwatch.GetTimestamp() - begun;
        _running = null;
    }

    public RunTimes Times(TimeSpan translating)
    {
        long engine = Math.Max(_engineTicks - mmu.Ticks, 0), samples = _translated + _interpreted;
        long translated = samples == 0 ? 0 : (long)((double)engine * _translated / samples);
        return new RunTimes(Span(engine - translated), Span(translated), Span(mmu.Ticks), Span(Math.Max(_runTicks - _engineTicks - _idleTicks, 0)), Span(_idleTicks), translating);
    }

    public void Dispose()
    {
        _ended.Set();
        _sampler?.Join();
        _ended.Dispose();
    }

    private static TimeSpan Span(long ticks) => Stopwatch.GetElapsedTime(0, ticks);

    private void Sample()
    {
        while (!_ended.Wait(1))
        {
            if (_running is not { } cpu)
                continue;
            if (cpu.IsInTranslatedCode)
                _translated++;
            else
                _interpreted++;
        }
    }
}
