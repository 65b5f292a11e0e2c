using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Signals;

/// <summary>What is done about each signal (<c>sighand_struct</c>): shared by the threads of a process, and by whoever clones with CLONE_SIGHAND.</summary>
internal sealed class SignalHandlers
{
    private readonly SignalAction[] _actions = new SignalAction[SignalSet.Last + 1];

    public SignalAction this[Signal signal]
    {
        get => _actions[(int)signal];
        set => _actions[(int)signal] = value;
    }

    public SignalHandlers Copy()
    {
        SignalHandlers copy = new();
        _actions.CopyTo(copy._actions, 0);
        return copy;
    }

    /// <summary>At execve handlers are gone with the program; ignored signals stay ignored (<c>flush_signal_handlers()</c>).</summary>
    public void Flush()
    {
        foreach (ref SignalAction action in _actions.AsSpan())
            action = new SignalAction(action.Handler == SignalAction.Ignore ? SignalAction.Ignore : SignalAction.Default, SignalActionFlags.None, 0, default);
    }
}
