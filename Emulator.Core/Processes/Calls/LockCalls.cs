using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Processes.Calls;

/// <summary>fcntl() with locks, and flock().</summary>
/// <remarks>Source: fs/locks.c, v2.6.32 and v6.1.</remarks>
internal static class LockCalls
{
    private const int Read = 0, Write = 1, Unlock = 2;      // F_RDLCK, F_WRLCK, F_UNLCK

    /// <summary>F_GETLK: who would be in the way.</summary>
    public static CallResult Get(CallContext call, OpenFile file, GuestStruct shape, bool ofOpenFile)
    {
        Span<byte> bytes = stackalloc byte[shape.Bytes];
        if (ReadLock(call, file, shape, bytes, ofOpenFile, out RecordLock wanted, out int kind) is var error && error.Failed())
            return error;
        if (kind == Unlock)
            return Errno.EINVAL;
        GuestRecord record = shape.At(bytes, call.Layout.Order);
        if (file.Node.Locks.Conflict(wanted) is not { } held)
        {
            record["type"] = (ulong)call.Layout.LockKinds.ToGuest(Unlock);
            return call.CopyOut(call[2], bytes);
        }
        record["type"] = (ulong)call.Layout.LockKinds.ToGuest(held.IsExclusive ? Write : Read);
        record["whence"] = 0;
        record["start"] = (ulong)held.Start;
        record["len"] = held.End == long.MaxValue ? 0 : (ulong)(held.End - held.Start + 1);
        record["pid"] = (ulong)held.Process;
        return call.CopyOut(call[2], bytes);
    }

    /// <summary>F_SETLK and F_SETLKW.</summary>
    public static CallResult Set(CallContext call, OpenFile file, GuestStruct shape, bool ofOpenFile, bool waits)
    {
        Span<byte> bytes = stackalloc byte[shape.Bytes];
        if (ReadLock(call, file, shape, bytes, ofOpenFile, out RecordLock wanted, out int kind) is var error && error.Failed())
            return error;
        if ((kind == Read && !file.MayRead) || (kind == Write && !file.MayWrite))
            return Errno.EBADF;
        FileLocks locks = file.Node.Locks;
        Dictionary<object, object> waiting = call.System.LockWaits;
        waiting.Remove(wanted.Owner);
        if (kind == Unlock)
        {
            locks.Remove(wanted);
            return 0;
        }
        if (locks.Conflict(wanted) is not { } held)
        {
            locks.Add(wanted);
            return 0;
        }
        if (!waits)
            return Errno.EAGAIN;
        if (!ofOpenFile && WouldDeadlock(waiting, wanted.Owner, held.Owner))
            return Errno.EDEADLK;
        CallResult result = call.Sleep(locks.Freed);
        if (result.Outcome == CallOutcome.Sleeping)
            waiting[wanted.Owner] = held.Owner;
        return result;
    }

    /// <summary>flock().</summary>
    public static CallResult Whole(CallContext call)
    {
        const int Shared = 1, Exclusive = 2, NoWait = 4, Free = 8;
        if (call.File(call.Int(0), out OpenFile file) is var error && error.Failed())
            return error;
        int kind = call.Int(1) & ~NoWait;
        if (kind is not (Shared or Exclusive or Free))
            return Errno.EINVAL;
        FileLocks locks = file.Node.Locks;
        if (!call.IsResumed || kind == Free)
            locks.RemoveWhole(file);        // a conversion is no single step: others may come between
        if (kind == Free)
            return 0;
        if (!locks.MayLockWhole(file, kind == Exclusive))
            return (call.Int(1) & NoWait) != 0 ? Errno.EAGAIN : call.Sleep(locks.Freed);
        locks.AddWhole(file, kind == Exclusive);
        return 0;
    }

    /// <summary>Whether those who are in the way wait, one for the other, for the owner itself (<c>posix_locks_deadlock()</c>).</summary>
    private static bool WouldDeadlock(Dictionary<object, object> waiting, object owner, object inTheWay)
    {
        object at = inTheWay;
        for (int steps = 0; steps <= waiting.Count; steps++)
        {
            if (at == owner)
                return true;
            if (!waiting.TryGetValue(at, out object? next))
                return false;
            at = next;
        }
        return false;
    }

    private static Errno ReadLock(CallContext call, OpenFile file, GuestStruct shape, Span<byte> bytes, bool ofOpenFile, out RecordLock wanted, out int kind)
    {
        (wanted, kind) = (default, 0);
        if (file.Flags.HasFlag(OpenFlags.PathOnly))
            return Errno.EBADF;
        if (call.CopyIn(call[2], bytes) is var fault && fault.Failed())
            return fault;
        GuestRecord record = shape.At(bytes, call.Layout.Order);
        int type = (int)record["type"];
        kind = call.Layout.LockKinds.ToGeneric(type);
        if (kind is not (Read or Write or Unlock) || call.Layout.LockKinds.ToGuest(kind) != type || (ofOpenFile && record["pid"] != 0))
            return Errno.EINVAL;
        long from, start = record.Signed("start"), length = record.Signed("len");
        switch (record["whence"])
        {
            case 0:
                from = 0;
                break;
            case 1:
                from = file.Position;
                break;
            case 2:
                from = file.Node.Length;
                break;
            default:
                return Errno.EINVAL;
        }
        if (start > long.MaxValue - from)
            return Errno.EOVERFLOW;
        start += from;
        if (start < 0 || (length < 0 && start + length < 0))
            return Errno.EINVAL;
        if (length > 0 && length - 1 > long.MaxValue - start)
            return Errno.EOVERFLOW;
        (long first, long last) = length < 0 ? (start + length, start - 1) : (start, length == 0 ? long.MaxValue : start + (length - 1));
        wanted = ofOpenFile
            ? new RecordLock(file, -1, kind == Write, first, last)
            : new RecordLock(call.Task.Files, call.Task.Group.Id, kind == Write, first, last);
        return Errno.None;
    }
}
