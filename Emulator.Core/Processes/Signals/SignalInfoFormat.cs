using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;

namespace Emulator.Core.Processes.Signals;

/// <summary>siginfo_t as programs see it: signal, errno, code, then what belongs to signal and code.</summary>
/// <remarks>Source: include/uapi/asm-generic/siginfo.h and <c>copy_siginfo_to_user()</c>, kernel/signal.c.</remarks>
internal static class SignalInfoFormat
{
    public const int Bytes = 128;

    public static void Write(in SignalInfo info, GuestLayout layout, Span<byte> to)
    {
        to[..Bytes].Clear();
        int word = layout.WordBytes, at = word == 8 ? 16 : 12;
        void Put(Span<byte> into, int offset, int bytes, ulong value) => GuestNumbers.Write(into.Slice(offset, bytes), layout.Order, value);
        Put(to, 0, 4, (ulong)layout.Signals.ToGuest((int)info.Signal));
        Put(to, 4, 4, (ulong)info.Error);
        Put(to, 8, 4, (ulong)info.Code);
        if (info.IsFault)
        {
            Put(to, at, word, info.Address);
            return;
        }
        if (info.Code == SignalInfo.Timer)
        {
            Put(to, at, 4, (ulong)info.Pid);        // the timer's number
            Put(to, at + 8, word, info.Value);
            return;
        }
        Put(to, at, 4, (ulong)info.Pid);
        Put(to, at + 4, 4, (ulong)info.Uid);
        if (info.Signal == Signal.SIGCHLD && info.Code > 0)
        {
            long tick = 1_000_000_000 / layout.ClockTicks;
            int status = info.Code is SignalInfo.ChildExited ? info.Status : layout.Signals.ToGuest(info.Status);
            Put(to, at + 8, 4, (ulong)status);
            Put(to, at + 8 + word, word, (ulong)(info.UserTime / tick));
            Put(to, at + 8 + 2 * word, word, (ulong)(info.SystemTime / tick));
        }
        else if (info.Code < 0)
        {
            Put(to, at + 8, word, info.Value);
        }
    }

    /// <summary>What sigqueueinfo() was given.</summary>
    public static SignalInfo Read(ReadOnlySpan<byte> from, GuestLayout layout)
    {
        int at = layout.WordBytes == 8 ? 16 : 12;
        int signal = layout.Signals.ToGeneric((int)GuestNumbers.Read(from[..4], layout.Order));
        return new SignalInfo((Signal)signal, (int)GuestNumbers.Read(from.Slice(8, 4), layout.Order))
        {
            Error = (int)GuestNumbers.Read(from.Slice(4, 4), layout.Order),
            Pid = (int)GuestNumbers.Read(from.Slice(at, 4), layout.Order),
            Uid = (int)GuestNumbers.Read(from.Slice(at + 4, 4), layout.Order),
            Value = GuestNumbers.Read(from.Slice(at + 8, layout.WordBytes), layout.Order),
        };
    }
}
