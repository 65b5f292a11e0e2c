using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;

namespace Emulator.Core.Processes.Calls;

/// <summary>futex(): what locks of threads are made of.</summary>
/// <remarks>Source: futex(2), kernel/futex.c. Not modelled: priority inheritance (ENOSYS).</remarks>
internal static class FutexCalls
{
    private const int WaitCommand = 0, WakeCommand = 1, RequeueCommand = 3, CompareRequeueCommand = 4, WakeOpCommand = 5, WaitBitsCommand = 9, WakeBitsCommand = 10,
        RealTimeFlag = 0x100, CommandMask = 0x7f;

    private const uint AllBits = uint.MaxValue;

    public static CallResult Futex(CallContext call) => Futex(call, call.Layout.TimeSpec);

    public static CallResult Futex64(CallContext call) => Futex(call, call.Layout.TimeSpec64);

    private static CallResult Futex(CallContext call, GuestStruct time)
    {
        if (call[0] % 4 != 0)
            return Errno.EINVAL;
        return (call.Int(1) & CommandMask) switch
        {
            WaitCommand => Wait(call, AllBits, time, absolute: false),
            WaitBitsCommand => call.UInt(5) == 0 ? Errno.EINVAL : Wait(call, call.UInt(5), time, absolute: true),
            WakeCommand => Wake(call, AllBits),
            WakeBitsCommand => call.UInt(5) == 0 ? Errno.EINVAL : Wake(call, call.UInt(5)),
            RequeueCommand => Requeue(call, compare: false),
            CompareRequeueCommand => Requeue(call, compare: true),
            WakeOpCommand => WakeOp(call),
            _ => Errno.ENOSYS,
        };
    }

    private static CallResult Wait(CallContext call, uint bits, GuestStruct time, bool absolute)
    {
        if (call.IsResumed)
        {
            if (call.Reason == WakeReason.Event)
                return 0;
            if (call.TimedOut)
                return Errno.ETIMEDOUT;
        }
        long? deadline = (call.State as Waiter)?.Deadline;
        if (call.State is null && call[3] != 0)
        {
            if (TimeCalls.ReadTime(call, call[3], time, out long given) is var badTime && badTime.Failed())
                return badTime;
            long now = call.System.Clock.Now;
            if (absolute)
                given = ((call.Int(1) & RealTimeFlag) != 0 ? call.System.Clock.FromRealTime(given) : given) - now;
            deadline = given > long.MaxValue - now ? null : now + given;
        }
        call.State = new Waiter(bits, deadline);
        if (call.ReadNumber(call[0], 4, out ulong value) is var fault && fault.Failed())
            return fault;
        if ((uint)value != call.UInt(2))
            return Errno.EAGAIN;
        if (deadline <= call.System.Clock.Now)
            return Errno.ETIMEDOUT;
        return call.Sleep(call.System.Futexes.QueueOf(call.Task, call[0]), deadline is null ? Errno.ERESTARTSYS : Errno.ERESTART_RESTARTBLOCK, deadline);
    }

    private static CallResult Wake(CallContext call, uint bits)
    {
        if (call.Space.Find(call.Pointer(0)) is not { } area || !area.Contains(call.Pointer(0)))
            return Errno.EFAULT;
        return call.System.Futexes.Wake(call.Task, call[0], Math.Max(1, call.Int(2)), task => task.Call.State is not Waiter waiter || (waiter.Bits & bits) != 0);
    }

    private static CallResult Requeue(CallContext call, bool compare)
    {
        if (compare)
        {
            if (call.ReadNumber(call[0], 4, out ulong value) is var fault && fault.Failed())
                return fault;
            if ((uint)value != call.UInt(5))
                return Errno.EAGAIN;
        }
        int wake = call.Int(2), move = call.Int(3);
        if (wake < 0 || move < 0)
            return Errno.EINVAL;
        Futexes futexes = call.System.Futexes;
        int woken = futexes.Wake(call.Task, call[0], wake);
        int moved = futexes.QueueOf(call.Task, call[0]).MoveTo(futexes.QueueOf(call.Task, call[4]), move);
        return woken + moved;
    }

    private static CallResult WakeOp(CallContext call)
    {
        uint code = call.UInt(5);
        int operation = (int)(code >> 28 & 7), comparison = (int)(code >> 24 & 15), operand = (int)(code << 8) >> 20, against = (int)(code << 20) >> 20;
        if ((code >> 31) != 0)
            operand = 1 << (operand & 31);
        if (call.ReadNumber(call[4], 4, out ulong raw) is var fault && fault.Failed())
            return fault;
        int old = (int)raw;
        int? changed = operation switch { 0 => operand, 1 => old + operand, 2 => old | operand, 3 => old & ~operand, 4 => old ^ operand, _ => null };
        if (changed is not { } value)
            return Errno.ENOSYS;
        if (call.WriteNumber(call[4], 4, (uint)value) is var unwritten && unwritten.Failed())
            return unwritten;
        bool? also = comparison switch { 0 => old == against, 1 => old != against, 2 => old < against, 3 => old <= against, 4 => old > against, 5 => old >= against, _ => null };
        if (also is null)
            return Errno.ENOSYS;
        int woken = call.System.Futexes.Wake(call.Task, call[0], Math.Max(1, call.Int(2)));
        return also.Value ? woken + call.System.Futexes.Wake(call.Task, call[4], Math.Max(1, call.Int(3))) : woken;
    }

    private sealed record Waiter(uint Bits, long? Deadline);
}
