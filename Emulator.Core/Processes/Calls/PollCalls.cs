using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Files;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes.Calls;

/// <summary>poll(), select() and their like: waiting for several files.</summary>
/// <remarks>Source: fs/select.c, v2.6.32 and v6.1.</remarks>
internal static class PollCalls
{
    private const int EntryBytes = 8;       // struct pollfd
    private const PollEvents Always = PollEvents.Error | PollEvents.HangUp;

    public static CallResult Poll(CallContext call)
    {
        long? deadline = Deadline(call, call.Int(2) < 0 ? null : call.Int(2) * 1_000_000L);
        CallResult result = Poll(call, call[0], call[1], deadline);
        return result.Error == Errno.ERESTARTNOHAND ? Errno.ERESTART_RESTARTBLOCK : result;
    }

    public static CallResult PollMasked(CallContext call) => PollMasked(call, call.Layout.TimeSpec);

    public static CallResult PollMasked64(CallContext call) => PollMasked(call, call.Layout.TimeSpec64);

    public static CallResult Select(CallContext call) => Select(call, [call[1], call[2], call[3]], call.Int(0), call[4], call.Layout.TimeVal);

    /// <summary>select() of old: all arguments in a structure.</summary>
    public static CallResult OldSelect(CallContext call)
    {
        ulong word = (ulong)call.Layout.WordBytes;
        Span<ulong> arguments = stackalloc ulong[5];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (call.ReadWord(call[0] + (ulong)i * word, out arguments[i]) is var error && error.Failed())
                return error;
        }
        return Select(call, [arguments[1], arguments[2], arguments[3]], (int)arguments[0], arguments[4], call.Layout.TimeVal);
    }

    public static CallResult SelectMasked(CallContext call) => SelectMasked(call, call.Layout.TimeSpec);

    public static CallResult SelectMasked64(CallContext call) => SelectMasked(call, call.Layout.TimeSpec64);

    private static CallResult PollMasked(CallContext call, GuestStruct time)
    {
        if (ReadTimeout(call, call[2], time, out long? timeout) is var badTime && badTime.Failed())
            return badTime;
        if (call[3] != 0 && !call.IsResumed && SetMask(call, call[3], call[4]) is var badMask && badMask.Failed())
            return badMask;
        long? deadline = Deadline(call, timeout);
        CallResult result = Poll(call, call[0], call[1], deadline);
        return Leave(call, result, call[2], time, deadline);
    }

    private static CallResult SelectMasked(CallContext call, GuestStruct time)
    {
        if (call[5] != 0 && !call.IsResumed)
        {
            if (call.ReadWord(call[5], out ulong mask) is var error && error.Failed())
                return error;
            if (call.ReadWord(call[5] + (ulong)call.Layout.WordBytes, out ulong bytes) is var noSize && noSize.Failed())
                return noSize;
            if (mask != 0 && SetMask(call, mask, bytes) is var badMask && badMask.Failed())
                return badMask;
        }
        return Select(call, [call[1], call[2], call[3]], call.Int(0), call[4], time);
    }

    private static CallResult Select(CallContext call, ReadOnlySpan<ulong> sets, int count, ulong timeAt, GuestStruct time)
    {
        if (count < 0)
            return Leave(call, Errno.EINVAL, 0, time, null);
        if (ReadTimeout(call, timeAt, time, out long? timeout) is var badTime && badTime.Failed())
            return Leave(call, badTime, 0, time, null);
        long? deadline = Deadline(call, timeout);
        CallResult result = Select(call, sets, Math.Min(count, 65536), deadline);
        return Leave(call, result, timeAt, time, deadline);
    }

    private static CallResult Poll(CallContext call, ulong at, ulong count, long? deadline)
    {
        if (count > call.Limit(ResourceLimits.OpenFiles))
            return Errno.EINVAL;
        byte[] entries = new byte[count * EntryBytes];
        if (call.CopyIn(at, entries) is var error && error.Failed())
            return error;
        int ready = 0;
        for (int i = 0; i < (int)count; i++)
        {
            Span<byte> entry = entries.AsSpan(i * EntryBytes, EntryBytes);
            PollEvents found = EventsOf(call, (int)GuestNumbers.Read(entry[..4], call.Layout.Order), (PollEvents)GuestNumbers.Read(entry.Slice(4, 2), call.Layout.Order));
            GuestNumbers.Write(entry.Slice(6, 2), call.Layout.Order, (ulong)found);
            ready += found != 0 ? 1 : 0;
        }
        if (ready == 0 && !IsOver(call, deadline))
        {
            if (call.Signalled)
                return Errno.ERESTARTNOHAND;
            for (int i = 0; i < (int)count; i++)
            {
                Span<byte> entry = entries.AsSpan(i * EntryBytes, EntryBytes);
                Join(call, (int)GuestNumbers.Read(entry[..4], call.Layout.Order), (PollEvents)GuestNumbers.Read(entry.Slice(4, 2), call.Layout.Order));
            }
            return call.Sleep(null, Errno.ERESTARTNOHAND, deadline);
        }
        error = call.CopyOut(at, entries);
        return error.Failed() ? error : ready;
    }

    private static CallResult Select(CallContext call, ReadOnlySpan<ulong> sets, int count, long? deadline)
    {
        int word = call.Layout.WordBytes, bytes = (count + 8 * word - 1) / (8 * word) * word;
        byte[][] wanted = new byte[3][], found = new byte[3][];
        for (int set = 0; set < 3; set++)
        {
            (wanted[set], found[set]) = (new byte[bytes], new byte[bytes]);
            if (sets[set] != 0 && call.CopyIn(sets[set], wanted[set]) is var error && error.Failed())
                return error;
        }
        int ready = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            for (int descriptor = 0; descriptor < count; descriptor++)
            {
                (int at, int bit) = PlaceOf(call.Layout, descriptor);
                PollEvents events = (wanted[0][at] >> bit & 1) != 0 ? PollEvents.In : 0;
                events |= (wanted[1][at] >> bit & 1) != 0 ? PollEvents.Out : 0;
                bool exceptions = (wanted[2][at] >> bit & 1) != 0;
                if (events == 0 && !exceptions)
                    continue;
                if (call.Task.Files[descriptor] is null)
                    return Errno.EBADF;
                if (pass == 1)
                {
                    Join(call, descriptor, events);
                    continue;
                }
                PollEvents now = EventsOf(call, descriptor, events);
                bool reads = events.HasFlag(PollEvents.In) && (now & (PollEvents.In | PollEvents.HangUp | PollEvents.Error)) != 0;
                bool writes = events.HasFlag(PollEvents.Out) && (now & (PollEvents.Out | PollEvents.Error)) != 0;
                found[0][at] |= (byte)(reads ? 1 << bit : 0);
                found[1][at] |= (byte)(writes ? 1 << bit : 0);
                ready += (reads ? 1 : 0) + (writes ? 1 : 0);
            }
            if (pass == 0 && (ready > 0 || IsOver(call, deadline)))
                break;
            if (call.Signalled)
                return Errno.ERESTARTNOHAND;
            if (pass == 1)
                return call.Sleep(null, Errno.ERESTARTNOHAND, deadline);
        }
        for (int set = 0; set < 3; set++)
        {
            if (sets[set] != 0 && call.CopyOut(sets[set], found[set]) is var error && error.Failed())
                return error;
        }
        return ready;
    }

    /// <summary>Byte and bit of a descriptor in an fd_set, which is made of words.</summary>
    private static (int Byte, int Bit) PlaceOf(GuestLayout layout, int descriptor)
    {
        int word = layout.WordBytes, inWord = descriptor / 8 % word, wordAt = descriptor / 8 / word * word;
        return (wordAt + (layout.Order == Memory.ByteOrder.LittleEndian ? inWord : word - 1 - inWord), descriptor % 8);
    }

    private static PollEvents EventsOf(CallContext call, int descriptor, PollEvents wanted)
    {
        if (descriptor < 0)
            return PollEvents.None;
        return call.Task.Files[descriptor] is { } file ? file.Poll() & (wanted | Always) : PollEvents.Invalid;
    }

    private static void Join(CallContext call, int descriptor, PollEvents wanted)
    {
        if (descriptor < 0 || call.Task.Files[descriptor] is not { } file)
            return;
        if (file.Readable is { } readable)
            call.Task.Join(readable);
        if (file.Writable is { } writable && (wanted & (PollEvents.Out | PollEvents.WriteNormal)) != 0)
            call.Task.Join(writable);
    }

    private static bool IsOver(CallContext call, long? deadline) => call.TimedOut || deadline <= call.System.Clock.Now;

    /// <summary>When it is over: noted at the first time, as the program may not say again how long it wanted to wait.</summary>
    private static long? Deadline(CallContext call, long? timeout)
    {
        if (call.State is long noted)
            return noted == long.MaxValue ? null : noted;
        long now = call.System.Clock.Now;
        long deadline = timeout is not { } wait ? long.MaxValue : wait > long.MaxValue - now ? long.MaxValue : now + wait;
        call.State = deadline;
        return deadline == long.MaxValue ? null : deadline;
    }

    private static Errno ReadTimeout(CallContext call, ulong at, GuestStruct shape, out long? timeout)
    {
        timeout = null;
        if (at == 0 || call.State is not null)
            return Errno.None;
        Errno error = TimeCalls.ReadTime(call, at, shape, out long time);
        timeout = time;
        return error;
    }

    private static Errno SetMask(CallContext call, ulong at, ulong bytes)
    {
        if (bytes != 8)
            return Errno.EINVAL;
        if (call.ReadSignals(at, out SignalSet mask) is var error && error.Failed())
            return error;
        call.Task.SavedMask = call.Task.Blocked;
        call.Task.Blocked = mask;
        return Errno.None;
    }

    /// <summary>What is left of the time goes to the program, and the mask is what it was, unless a handler is to run first.</summary>
    private static CallResult Leave(CallContext call, in CallResult result, ulong timeAt, GuestStruct shape, long? deadline)
    {
        if (result.Outcome == CallOutcome.Sleeping)
            return result;
        if (timeAt != 0 && deadline is { } end)
            TimeCalls.WriteTime(call, timeAt, shape, Math.Max(0, end - call.System.Clock.Now));
        if (call.Task.SavedMask is { } mask && result.Error != Errno.ERESTARTNOHAND)
        {
            call.Task.Blocked = mask;
            call.Task.SavedMask = null;
        }
        return result;
    }
}
