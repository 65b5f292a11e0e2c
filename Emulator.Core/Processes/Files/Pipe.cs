using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A pipe: 64 KiB between those who write and those who read.</summary>
/// <remarks>Source: pipe(7), fs/pipe.c. A write of up to PIPE_BUF bytes happens whole or waits.</remarks>
internal class Pipe : FileNode
{
    public const int AtomicBytes = 4096;    // PIPE_BUF

    private const int Capacity = 65536;

    private readonly byte[] _bytes = new byte[Capacity];
    private int _start, _count;

    public sealed override FileKind Kind => FileKind.Pipe;

    public override int Permissions => 0x180;   // 0600

    public WaitQueue Filled { get; } = new();

    public WaitQueue Emptied { get; } = new();

    /// <summary>Open ends that read.</summary>
    public int Readers { get; private set; }

    /// <summary>Open ends that write.</summary>
    public int Writers { get; private set; }

    internal override string? Nameless => $"pipe:[{Number}]";

    public (OpenFile Reader, OpenFile Writer) OpenEnds()
    {
        OpenFile reader = OpenEnd(OpenFlags.None), writer = OpenEnd(OpenFlags.WriteOnly);
        (reader.Path, writer.Path) = (Nameless!, Nameless!);
        writer.Flags = OpenFlags.WriteOnly;
        return (reader, writer);
    }

    /// <summary>Opening it again, by its name in /proc.</summary>
    internal override Errno Open(OpenFlags flags, LinuxTask task, out OpenFile? file)
    {
        file = OpenEnd(flags);
        return Errno.None;
    }

    /// <summary>An end more: one that reads, or writes, or both.</summary>
    protected OpenFile OpenEnd(OpenFlags flags)
    {
        bool reads = (flags & OpenFlags.AccessMask) != OpenFlags.WriteOnly, writes = (flags & OpenFlags.AccessMask) != OpenFlags.None;
        Readers += reads ? 1 : 0;
        Writers += writes ? 1 : 0;
        return new End(this, reads, writes);
    }

    private sealed class End(Pipe pipe, bool reads, bool writes) : OpenFile(pipe)
    {
        public override WaitQueue? Readable => reads ? pipe.Filled : null;

        public override WaitQueue? Writable => writes ? pipe.Emptied : null;

        public override long? Available => pipe._count;

        public override Errno Read(Span<byte> into, out int count)
        {
            count = Math.Min(into.Length, pipe._count);
            if (count == 0)
                return into.IsEmpty || pipe.Writers == 0 ? Errno.None : Errno.EAGAIN;
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
            if (pipe.Readers == 0)
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
                events |= pipe.Readers == 0 ? PollEvents.Error : 0;
            }
            if (reads)
            {
                events |= pipe._count > 0 ? PollEvents.In | PollEvents.ReadNormal : 0;
                events |= pipe.Writers == 0 ? PollEvents.HangUp : 0;
            }
            return events;
        }

        protected override void Close()
        {
            pipe.Readers -= reads ? 1 : 0;
            pipe.Writers -= writes ? 1 : 0;
            if (pipe.Writers == 0)
                pipe.Filled.WakeAll();
            if (pipe.Readers == 0)
                pipe.Emptied.WakeAll();
            if (pipe.Readers == 0 && pipe.Writers == 0)
                pipe._count = 0;        // what nobody has read is forgotten with the last end of a pipe that has a name
        }
    }
}
