using System.Text;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Files;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes.Calls;

/// <summary>
/// The system call that a task is in: its arguments as what they are, its way to the program's memory, and what it has noted when it goes
/// to sleep. A call that sleeps is run again from its beginning when the task wakes.
/// </summary>
public sealed class CallContext
{
    private const int PathBytes = 4096;

    private SystemCallRequest _request;

    internal CallContext(LinuxTask task) => Task = task;

    /// <summary>The caller.</summary>
    public LinuxTask Task { get; }

    /// <summary>The system.</summary>
    public LinuxSystem System => Task.System;

    /// <summary>Layouts and numbers of the caller's ABI.</summary>
    public GuestLayout Layout => Task.Userland.Layout;

    /// <summary>The caller's memory.</summary>
    public AddressSpace Space => Task.Memory.Space;

    /// <summary>Which call; null when the task is in none.</summary>
    public SystemCall? Call { get; private set; }

    /// <summary>As it was made.</summary>
    public SystemCallRequest Request => _request;

    internal object? State { get; set; }

    /// <summary>Whether the call is run again because something may have changed.</summary>
    internal bool IsResumed { get; private set; }

    internal WakeReason Reason { get; private set; }

    /// <summary>The error with which it was interrupted, until it is known whether a handler runs.</summary>
    internal Errno Restart { get; set; }

    internal SystemCall? RestartableCall { get; set; }

    private bool Is64 => Layout.WordBytes == 8;

    // ---- arguments ------------------------------------------------------------------------------------------------------

    /// <summary>An argument as a word, zero-extended: a pointer, a size, flags.</summary>
    public ulong this[int index] => _request[index + WideBefore(index)];

    /// <summary>An argument as an int.</summary>
    public int Int(int index) => (int)this[index];

    /// <summary>An argument as an unsigned int.</summary>
    public uint UInt(int index) => (uint)this[index];

    /// <summary>An argument as a long of the ABI.</summary>
    public long Long(int index) => Is64 ? (long)this[index] : (int)this[index];

    /// <summary>An argument of 64 bits, which takes two places in an ABI of 32 bits.</summary>
    public long Wide(int index)
    {
        if (Is64)
            return (long)this[index];
        int at = index + WideBefore(index);
        (ulong first, ulong second) = (_request[at], _request[at + 1]);
        return (long)(Layout.PairsAreLowFirst ? first | second << 32 : second | first << 32);
    }

    /// <summary>An argument as an address.</summary>
    public VirtualAddress Pointer(int index) => new(this[index]);

    // ---- the program's memory -------------------------------------------------------------------------------------------

    /// <summary>Reads bytes.</summary>
    public Errno CopyIn(ulong from, Span<byte> bytes) => Space.CopyIn(new VirtualAddress(from), bytes);

    /// <summary>Writes bytes.</summary>
    public Errno CopyOut(ulong to, ReadOnlySpan<byte> bytes) => Space.CopyOut(new VirtualAddress(to), bytes);

    /// <summary>Reads a number.</summary>
    public Errno ReadNumber(ulong from, int bytes, out ulong value)
    {
        Span<byte> raw = stackalloc byte[8];
        Errno error = CopyIn(from, raw[..bytes]);
        value = error.Failed() ? 0 : GuestNumbers.Read(raw[..bytes], Layout.Order);
        return error;
    }

    /// <summary>Reads a word.</summary>
    public Errno ReadWord(ulong from, out ulong value) => ReadNumber(from, Layout.WordBytes, out value);

    /// <summary>Writes a number.</summary>
    public Errno WriteNumber(ulong to, int bytes, ulong value)
    {
        Span<byte> raw = stackalloc byte[8];
        GuestNumbers.Write(raw[..bytes], Layout.Order, value);
        return CopyOut(to, raw[..bytes]);
    }

    /// <summary>Writes a number unless the address is 0.</summary>
    public Errno WriteNumberIf(ulong to, int bytes, ulong value) => to == 0 ? Errno.None : WriteNumber(to, bytes, value);

    /// <summary>Reads a path.</summary>
    /// <returns>EFAULT, or ENAMETOOLONG when it has no end within 4096 bytes.</returns>
    public Errno ReadPath(ulong from, out string path)
    {
        Errno error = ReadString(from, PathBytes, out path);
        return error == Errno.EINVAL ? Errno.ENAMETOOLONG : error;
    }

    /// <summary>Reads a string.</summary>
    /// <returns>EFAULT, or EINVAL when it has no end within so many bytes.</returns>
    public Errno ReadString(ulong from, int most, out string text)
    {
        text = "";
        Errno error = Space.StringLength(new VirtualAddress(from), (ulong)most, out ulong bytes);
        if (error.Failed())
            return error;
        Span<byte> raw = bytes <= 256 ? stackalloc byte[(int)bytes] : new byte[bytes];
        error = CopyIn(from, raw);
        if (!error.Failed())
            text = Encoding.Latin1.GetString(raw[..^1]);
        return error;
    }

    /// <summary>Reads a set of signals.</summary>
    public Errno ReadSignals(ulong from, out SignalSet set)
    {
        Errno error = ReadNumber(from, 8, out ulong bits);
        set = error.Failed() ? default : Layout.ToGeneric(bits) - SignalSet.Unblockable;
        return error;
    }

    /// <summary>A file by its descriptor.</summary>
    /// <returns>EBADF when there is none, or it was only opened as a place.</returns>
    internal Errno File(int descriptor, out OpenFile file)
    {
        file = Task.Files[descriptor]!;
        return file is null || file.Flags.HasFlag(OpenFlags.PathOnly) ? Errno.EBADF : Errno.None;
    }

    /// <summary>The kind of a resource limit.</summary>
    internal ulong Limit(int resource) => Task.Group.Limits[resource].Current;

    // ---- sleeping -------------------------------------------------------------------------------------------------------

    /// <summary>Whether a signal waits to be delivered.</summary>
    internal bool Signalled => Task.HasSignal;

    internal bool TimedOut => Reason == WakeReason.Timeout;

    /// <summary>Sleeps, unless a signal is there.</summary>
    /// <param name="queue">What to be woken by; null for nothing but time and signals.</param>
    /// <param name="interrupted">What the call gives when a signal is there.</param>
    /// <param name="deadline">When to be woken at the latest, in nanoseconds since boot; null for never.</param>
    internal CallResult Sleep(WaitQueue? queue, Errno interrupted = Errno.ERESTARTSYS, long? deadline = null)
    {
        if (Signalled)
            return interrupted;
        if (queue is not null)
            Task.Join(queue);
        Task.Sleep(deadline);
        return CallResult.Sleeping;
    }

    // ---- the call's life ------------------------------------------------------------------------------------------------

    internal void Begin(SystemCall call, in SystemCallRequest request)
    {
        (Call, _request, State, IsResumed, Reason) = (call, request, null, false, WakeReason.None);
        Restart = Errno.None;
    }

    internal CallResult Run() => Call!.Run is { } run ? run(this) : Errno.ENOSYS;

    /// <summary>Runs it again after the task has slept.</summary>
    internal CallResult Resume()
    {
        IsResumed = true;
        Reason = Task.Reason;
        return Run();
    }

    /// <summary>restart_syscall(): what was interrupted goes on as if it had slept all the time.</summary>
    internal CallResult GoOn(InterruptedCall interrupted)
    {
        (Call, _request, State, IsResumed, Reason) = (interrupted.Call, interrupted.Request, interrupted.State, true, WakeReason.None);
        return Run();
    }

    internal void End() => Call = null;

    /// <summary>The task ends in the middle of it.</summary>
    internal void Abandon()
    {
        (State as IDisposable)?.Dispose();
        State = null;
        End();
    }

    /// <summary>Places that numbers of 64 bits take more than one of, before an argument of an ABI of 32 bits.</summary>
    private int WideBefore(int index)
    {
        if (Is64 || Call is not { HasWide: true } call)
            return 0;
        int extra = 0, at = 0;
        foreach (Range range in call.Parameters.AsSpan().Split(' '))
        {
            bool wide = call.Parameters.AsSpan()[range].StartsWith("ll", StringComparison.Ordinal);
            if (wide && Layout.PairsAreAligned && ((at + extra) & 1) != 0)
                extra++;
            if (at == index)
                break;
            extra += wide ? 1 : 0;
            at++;
        }
        return extra;
    }
}
