using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A pipe: 64 KiB between those who write and those who read.</summary>
/// <remarks>Source: pipe(7), fs/pipe.c. A write of up to PIPE_BUF bytes happens whole or waits.</remarks>
internal sealed class Pipe : FileNode
{
    public const int AtomicBytes = 4096;    // PIPE_BUF

    private const int Capacity = 65536;

    private readonly byte[] _bytes = new byte[Capacity];
    private int _start, _count, _readers, _writers;

    public override FileKind Kind => FileKind.Pipe;

    public override int Permissions => 0x180;   // 0600

    public WaitQueue Filled { get; } = new();

    public WaitQueue Emptied { get; } = new();

    internal override string? Nameless => $"pipe:[{Number}]";

    public (OpenFile Reader, OpenFile Writer) OpenEnds()
    {
        _readers++;
        _writers++;
        return (new End(this, writes: false) { Path = Nameless! }, new End(this, writes: true) { Path = Nameless!, Flags = OpenFlags.WriteOnly });
    }

    /// <summary>Opening it again, by its name in /proc.</summary>
    internal override Errno Open(OpenFlags flags, LinuxTask task, out OpenFile? file)
    {
        bool writes = (flags & OpenFlags.AccessMask) == OpenFlags.WriteOnly;
        _readers += writes ? 0 : 1;
        _writers += writes ? 1 : 0;
        file = new End(this, writes);
        return Errno.None;
    }

    private sealed class End(Pipe pipe, bool writes) : OpenFile(pipe)
    {
        public override WaitQueue? Readable => writes ? null : pipe.Filled;

        public override WaitQueue? Writable => writes ? pipe.Emptied : null;

        public override long? Available => pipe._count;

        public override Errno Read(Span<byte> into, out int count)
        {
            count = Math.Min(into.Length, pipe._count);
            if (count == 0)
                return into.IsEmpty || pipe._writers == 0 ? Errno.None : Errno.EAGAIN;
            int first = Math.Min(count, Capacity - pipe._start);
            pipe._bytes.AsSpan(pipe._start, first).CopyTo(into);
            pipe._bytes.AsSpan(0, count - first).CopyTo(into[first..]);
            pipe._start = (pipe._start + count) % Capacity;
            pipe._count -= count;
            pipe.Emptied.WakeAll();
            return Errno.None;
        }

        public override Errno Write(ReadOnlySpan<byte> from, out int count)
        {
            count = 0;
            if (pipe._readers == 0)
                return Errno.EPIPE;
            int room = Capacity - pipe._count;
            if (room == 0 || (from.Length <= AtomicBytes && from.Length > room))
                return from.IsEmpty ? Errno.None : Errno.EAGAIN;
            count = Math.Min(from.Length, room);
            int end = (pipe._start + pipe._count) % Capacity, first = Math.Min(count, Capacity - end);
            from[..first].CopyTo(pipe._bytes.AsSpan(end));
            from[first..count].CopyTo(pipe._bytes);
            pipe._count += count;
            pipe.Filled.WakeAll();
            return Errno.None;
        }

        public override PollEvents Poll()
        {
            PollEvents events = PollEvents.None;
            if (writes)
            {
                events |= Capacity - pipe._count >= AtomicBytes ? PollEvents.Out | PollEvents.WriteNormal : 0;
                return events | (pipe._readers == 0 ? PollEvents.Error : 0);
            }
            events |= pipe._count > 0 ? PollEvents.In | PollEvents.ReadNormal : 0;
            return events | (pipe._writers == 0 ? PollEvents.HangUp : 0);
        }

        protected override void Close()
        {
            if (writes && --pipe._writers == 0)
                pipe.Filled.WakeAll();
            if (!writes && --pipe._readers == 0)
                pipe.Emptied.WakeAll();
        }
    }
}
