using System.Buffers;
using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Processes.Calls;

/// <summary>read(), write() and all that move bytes between files and memory.</summary>
internal static class TransferCalls
{
    private const int PieceBytes = 1 << 16;

    public static CallResult Read(CallContext call) => Read(call, new UserBuffers(call[1], call[2]), null);

    public static CallResult Write(CallContext call) => Write(call, new UserBuffers(call[1], call[2]), null);

    public static CallResult ReadV(CallContext call) =>
        UserBuffers.Read(call, call[1], call[2], out UserBuffers buffers) is var error && error.Failed() ? error : Read(call, buffers, null);

    public static CallResult WriteV(CallContext call) =>
        UserBuffers.Read(call, call[1], call[2], out UserBuffers buffers) is var error && error.Failed() ? error : Write(call, buffers, null);

    public static CallResult ReadAt(CallContext call) => call.Wide(3) < 0 ? Errno.EINVAL : Read(call, new UserBuffers(call[1], call[2]), call.Wide(3));

    public static CallResult WriteAt(CallContext call) => call.Wide(3) < 0 ? Errno.EINVAL : Write(call, new UserBuffers(call[1], call[2]), call.Wide(3));

    /// <summary>preadv(): the offset comes in two words everywhere, the lower one first.</summary>
    public static CallResult ReadVAt(CallContext call)
    {
        if (UserBuffers.Read(call, call[1], call[2], out UserBuffers buffers) is var error && error.Failed())
            return error;
        long offset = OffsetOf(call);
        return offset < 0 ? Errno.EINVAL : Read(call, buffers, offset);
    }

    public static CallResult WriteVAt(CallContext call)
    {
        if (UserBuffers.Read(call, call[1], call[2], out UserBuffers buffers) is var error && error.Failed())
            return error;
        long offset = OffsetOf(call);
        return offset < 0 ? Errno.EINVAL : Write(call, buffers, offset);
    }

    public static CallResult SendFile(CallContext call) => SendFile(call, call.Layout.WordBytes);

    public static CallResult SendFile64(CallContext call) => SendFile(call, 8);

    private static long OffsetOf(CallContext call) => call.Layout.WordBytes == 8 ? call.Long(3) : (long)(call[3] | call[4] << 32);

    private static CallResult Read(CallContext call, in UserBuffers buffers, long? offset)
    {
        if (call.File(call.Int(0), out OpenFile file) is var bad && bad.Failed())
            return bad;
        if (!file.MayRead)
            return Errno.EBADF;
        if (offset is not null && !file.CanSeek)
            return Errno.ESPIPE;
        if (!file.CanSeek && !buffers.CanBeWritten(call))
            return Errno.EFAULT;        // before bytes of a pipe are gone
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            long done = 0;
            do
            {
                Span<byte> into = piece.AsSpan(0, (int)Math.Min(PieceBytes, buffers.Bytes - done));
                Errno error = offset is { } at ? file.ReadAt(at + done, into, out int count) : file.Read(into, out count);
                if (error == Errno.EAGAIN)
                    return done > 0 ? done : file.Flags.HasFlag(OpenFlags.NonBlocking) ? Errno.EAGAIN : call.Sleep(file.Readable);
                if (error.Failed())
                    return done > 0 ? done : error;
                if (buffers.CopyOut(call, done, into[..count]) is var fault && fault.Failed())
                    return done > 0 ? done : fault;
                done += count;
                if (count < into.Length || !file.CanSeek)
                    break;
            }
            while (done < buffers.Bytes);
            return done;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static CallResult Write(CallContext call, in UserBuffers buffers, long? offset)
    {
        if (call.File(call.Int(0), out OpenFile file) is var bad && bad.Failed())
            return bad;
        if (!file.MayWrite)
            return Errno.EBADF;
        if (offset is not null && !file.CanSeek)
            return Errno.ESPIPE;
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            long done = call.State is long before ? before : 0;     // a pipe took so much before it was full
            do
            {
                Span<byte> from = piece.AsSpan(0, (int)Math.Min(PieceBytes, buffers.Bytes - done));
                if (buffers.CopyIn(call, done, from) is var fault && fault.Failed())
                    return done > 0 ? done : fault;
                if (WouldExceed(call, file, offset is null ? file.Position : offset.Value + done, from.Length) is var tooLarge && tooLarge.Failed())
                    return done > 0 ? done : tooLarge;
                Errno error = offset is { } at ? file.WriteAt(at + done, from, out int count) : file.Write(from, out count);
                done += count;
                if (error == Errno.EPIPE)
                    call.System.Signals.SendTo(call.Task, new Signals.SignalInfo(Signal.SIGPIPE, Signals.SignalInfo.User) { Pid = call.Task.Group.Id });
                if (error == Errno.EAGAIN || (!error.Failed() && count < from.Length))
                {
                    if (file.Flags.HasFlag(OpenFlags.NonBlocking) || file.Writable is null)
                        return done > 0 ? done : Errno.EAGAIN;
                    call.State = done;
                    return done > 0 && call.Signalled ? done : call.Sleep(file.Writable);
                }
                if (error.Failed())
                    return done > 0 ? done : error;
            }
            while (done < buffers.Bytes);
            return done;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>RLIMIT_FSIZE.</summary>
    private static Errno WouldExceed(CallContext call, OpenFile file, long position, int bytes)
    {
        ulong limit = call.Limit(ResourceLimits.FileSize);
        if (limit == ResourceLimits.None || file is not RegularFile || (ulong)position + (ulong)bytes <= limit)
            return Errno.None;
        call.System.Signals.SendTo(call.Task, new Signals.SignalInfo(Signal.SIGXFSZ, Signals.SignalInfo.User));
        return Errno.EFBIG;
    }

    private static CallResult SendFile(CallContext call, int offsetBytes)
    {
        if (call.File(call.Int(0), out OpenFile to) is var badTo && badTo.Failed())
            return badTo;
        if (call.File(call.Int(1), out OpenFile from) is var badFrom && badFrom.Failed())
            return badFrom;
        if (!to.MayWrite || !from.MayRead)
            return Errno.EBADF;
        if (!from.CanSeek)
            return Errno.EINVAL;
        ulong at = call[2];
        long start = from.Position, wanted = (long)Math.Min(call[3], 0x7fff_f000), done = 0;
        if (at != 0)
        {
            if (call.ReadNumber(at, offsetBytes, out ulong given) is var error && error.Failed())
                return error;
            start = (long)given;
        }
        if (start < 0)
            return Errno.EINVAL;
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            while (done < wanted)
            {
                Span<byte> bytes = piece.AsSpan(0, (int)Math.Min(PieceBytes, wanted - done));
                Errno error = from.ReadAt(start + done, bytes, out int read);
                if (error.Failed())
                    return done > 0 ? done : error;
                if (read == 0)
                    break;
                error = to.Write(bytes[..read], out int written);
                done += written;
                if (error == Errno.EPIPE)
                    call.System.Signals.SendTo(call.Task, new Signals.SignalInfo(Signal.SIGPIPE, Signals.SignalInfo.User) { Pid = call.Task.Group.Id });
                if (error.Failed() && error != Errno.EAGAIN)
                    return done > 0 ? done : error;
                if (written < read)
                    break;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
        if (done == 0 && wanted > 0 && to.Writable is { } queue && !to.Flags.HasFlag(OpenFlags.NonBlocking) && to.Poll() == PollEvents.None)
            return call.Sleep(queue);
        if (at != 0)
            return call.WriteNumber(at, offsetBytes, (ulong)(start + done)) is var fault && fault.Failed() ? fault : done;
        from.Position = start + done;
        return done;
    }
}
