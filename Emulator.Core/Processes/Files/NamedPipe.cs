using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A pipe with a name: who opens one end waits for somebody at the other.</summary>
/// <remarks>Source: fifo(7), <c>fifo_open()</c> in fs/pipe.c.</remarks>
internal sealed class NamedPipe(int permissions, Func<long> now) : Pipe
{
    private int _permissions = permissions;
    private long _modifiedAt = now();
    private int _timesRead, _timesWritten;

    public override int Permissions => _permissions;

    public override long ModifiedAt => _modifiedAt;

    internal override string? Nameless => null;

    /// <summary>Is woken when somebody opens an end.</summary>
    public WaitQueue Opened { get; } = new();

    public override Errno SetPermissions(int permissions)
    {
        _permissions = permissions;
        return Errno.None;
    }

    public override Errno SetModifiedAt(long time)
    {
        _modifiedAt = time;
        return Errno.None;
    }

    internal override Errno Open(OpenFlags flags, LinuxTask task, out OpenFile? file)
    {
        file = null;
        OpenFlags access = flags & OpenFlags.AccessMask;
        if (access == OpenFlags.WriteOnly && flags.HasFlag(OpenFlags.NonBlocking) && Readers == 0)
            return Errno.ENXIO;
        _timesRead += access != OpenFlags.WriteOnly ? 1 : 0;
        _timesWritten += access != OpenFlags.None ? 1 : 0;
        file = OpenEnd(flags);
        Opened.WakeAll();
        return Errno.None;
    }

    /// <summary>What opening an end has to wait for; null when somebody is at the other end, or nobody is waited for.</summary>
    public Opening? Await(OpenFile file, OpenFlags flags) =>
        flags.HasFlag(OpenFlags.NonBlocking) || (Readers > 0 && Writers > 0) ? null : new Opening(this, file, writes: (flags & OpenFlags.AccessMask) != OpenFlags.None);

    /// <summary>An end that is open already and waits for another.</summary>
    internal sealed class Opening(NamedPipe pipe, OpenFile file, bool writes) : IDisposable
    {
        private readonly int _before = writes ? pipe._timesRead : pipe._timesWritten;

        public OpenFile File => file;

        public WaitQueue Queue => pipe.Opened;

        /// <summary>Somebody has come, and may have gone again.</summary>
        public bool IsOver => (writes ? pipe._timesRead : pipe._timesWritten) != _before;

        /// <summary>The task does not wait any more.</summary>
        public void Dispose() => file.Release();
    }
}
