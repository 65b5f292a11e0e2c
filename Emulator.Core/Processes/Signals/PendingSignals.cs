using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Signals;

/// <summary>Signals that wait to be delivered (<c>struct sigpending</c>): of each of the first 31 at most one, real-time ones in a queue.</summary>
internal sealed class PendingSignals
{
    private readonly List<SignalInfo> _queue = [];

    public SignalSet Set { get; private set; }

    /// <summary>Adds a signal; one that waits already and is no real-time signal is told once (<c>legacy_queue()</c>).</summary>
    public void Add(in SignalInfo info)
    {
        if (info.Signal < Signal.SIGRTMIN && Set.Has(info.Signal))
            return;
        Set |= SignalSet.Of(info.Signal);
        _queue.Add(info);
    }

    /// <summary>Takes the next that is not blocked: those that instructions cause first, then by number.</summary>
    public bool TryTake(SignalSet blocked, out SignalInfo info)
    {
        SignalSet ready = Set - blocked;
        info = default;
        if (ready.IsEmpty)
            return false;
        SignalSet urgent = ready & SignalSet.Synchronous;
        Take(urgent.IsEmpty ? ready.First : urgent.First, out info);
        return true;
    }

    /// <summary>Forgets all of some signals.</summary>
    public void Remove(SignalSet which)
    {
        Set -= which;
        _queue.RemoveAll(info => which.Has(info.Signal));
    }

    private void Take(Signal signal, out SignalInfo info)
    {
        int index = _queue.FindIndex(queued => queued.Signal == signal);
        info = _queue[index];
        _queue.RemoveAt(index);
        if (!_queue.Exists(queued => queued.Signal == signal))
            Set -= SignalSet.Of(signal);
    }
}
