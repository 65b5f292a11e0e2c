using Emulator.Core.Kernel;
using Emulator.Core.Processes.Calls;

namespace Emulator.Core.Processes.Files;

/// <summary>A stream of the host as a file of the guest.</summary>
internal sealed class HostStreamFile(HostStreamNode node, HostStream stream, LinuxSystem system) : OpenFile(node)
{
    public override WaitQueue? Readable => system.HostInput;

    /// <remarks>
    /// What is no terminal has its bytes ready whenever they are asked for, however long that takes on the host: so the same input makes
    /// the same run.
    /// </remarks>
    public override Errno Read(Span<byte> into, out int count)
    {
        count = 0;
        if (into.IsEmpty)
            return Errno.None;
        if (!stream.IsTerminal)
        {
            while (!stream.WaitReadable(LinuxSystem.HostPatience))
            {
                if (system.IsAskedToStop || system.Current is { HasSignal: true })
                    return Errno.EAGAIN;
            }
        }
        else if (!stream.WaitReadable(0))
        {
            return Errno.EAGAIN;
        }
        count = stream.Read(into);
        if (count >= 0)
            return Errno.None;
        count = 0;
        return Errno.EIO;
    }

    public override Errno Write(ReadOnlySpan<byte> from, out int count)
    {
        bool written = stream.Write(from);
        count = written ? from.Length : 0;
        return written ? Errno.None : stream.IsTerminal ? Errno.EIO : Errno.EPIPE;
    }

    public override PollEvents Poll()
    {
        bool readable = !stream.IsTerminal || stream.WaitReadable(0);
        return PollEvents.Out | PollEvents.WriteNormal | (readable ? PollEvents.In | PollEvents.ReadNormal : 0);
    }

    public override CallResult Control(CallContext call, uint request, ulong argument) =>
        stream.IsTerminal ? system.Terminal.Control(call, stream, request, argument) : base.Control(call, request, argument);
}
