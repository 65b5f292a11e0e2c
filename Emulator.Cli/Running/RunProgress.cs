using System.Diagnostics;
using Emulator.Core.Processes;

namespace Emulator.Cli.Running;

/// <summary>Says on a terminal how far a program is that takes long; not between the characters of a line that somebody else writes there.</summary>
internal sealed class RunProgress(TextWriter? terminal) : Progress(terminal)
{
    private LinuxSystem? _system;
    private long _begun, _last;
    private bool _inLine;

    /// <summary>The system that runs.</summary>
    public void Watch(LinuxSystem system) => (_system, _begun) = (system, Stopwatch.GetTimestamp());

    /// <summary>Somebody is about to write to what may be the same terminal.</summary>
    /// <param name="lastByte">The last byte that is written; null for nothing.</param>
    public void GiveWay(byte? lastByte)
    {
        lock (Sync)
        {
            Erase();
            _inLine = lastByte is { } last ? last != (byte)'\n' : _inLine;
        }
    }

    /// <inheritdoc/>
    protected override string Status
    {
        get
        {
            long now = _system?.Instructions ?? 0;
            double seconds = Stopwatch.GetElapsedTime(_begun).TotalSeconds;
            bool moves = now != _last && _last != 0;       // the first figure is an old one
            _last = now;
            _system?.Refresh();     // for the next time
            return !moves || _inLine || seconds <= 0 ? "" : $"{now / 1_000_000} million instructions, {now / seconds / 1_000_000:f0} MIPS";
        }
    }
}
