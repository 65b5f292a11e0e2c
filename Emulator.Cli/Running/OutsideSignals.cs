using System.Runtime.InteropServices;
using Emulator.Core.Kernel;
using Emulator.Core.Processes;

namespace Emulator.Cli.Running;

/// <summary>
/// Signals of this process that are meant for the program: what keys send goes to the processes in the foreground, what kill(1) sends to
/// the first.
/// </summary>
internal sealed class OutsideSignals : IDisposable
{
    // A program that cannot be reached, because this process waits for somebody to read its output, is no reason not to end.
    private const int MostUnread = 2;

    private readonly LinuxSystem _system;
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Hands signals over until disposed.</summary>
    public OutsideSignals(LinuxSystem system)
    {
        _system = system;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Take(context, Signal.SIGINT, toFirst: false)),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context => Take(context, Signal.SIGQUIT, toFirst: false)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Take(context, Signal.SIGTERM, toFirst: true)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Take(context, Signal.SIGHUP, toFirst: true)),
        ];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
    }

    private void Take(PosixSignalContext context, Signal signal, bool toFirst)
    {
        if (_system.UnreadFromOutside > MostUnread)
            return;     // and the host does what it does with such a signal
        context.Cancel = true;
        if (toFirst)
            _system.PostToFirst(signal);
        else
            _system.Post(signal);
    }
}
