using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Processes.Calls;

/// <summary>utime() and its like. Of the times of a file only that of its last change is kept.</summary>
internal static class FileTimeCalls
{
    private const int NoFollow = 0x100, EmptyPath = 0x1000;
    private const long Second = 1_000_000_000, Now = (1 << 30) - 1, Omit = (1 << 30) - 2;

    public static CallResult Time(CallContext call)
    {
        long time = call.System.Clock.RealTime;
        if (call[1] != 0)
        {
            if (call.ReadWord(call[1] + (ulong)call.Layout.WordBytes, out ulong seconds) is var error && error.Failed())
                return error;
            time = (long)seconds * Second;
        }
        return Set(call, FileCalls.CurrentDirectory, call[0], 0, time);
    }

    public static CallResult Times(CallContext call) => Times(call, FileCalls.CurrentDirectory, call[0], call[1]);

    public static CallResult TimesAt(CallContext call) => Times(call, call.Int(0), call[1], call[2]);

    public static CallResult TimeSpecsAt(CallContext call) => TimeSpecs(call, call.Layout.TimeSpec);

    public static CallResult TimeSpecsAt64(CallContext call) => TimeSpecs(call, call.Layout.TimeSpec64);

    private static CallResult Times(CallContext call, int directory, ulong path, ulong at)
    {
        long time = call.System.Clock.RealTime;
        if (at != 0 && TimeCalls.ReadTime(call, at + (ulong)call.Layout.TimeVal.Bytes, call.Layout.TimeVal, out time) is var error && error.Failed())
            return error;
        return Set(call, directory, path, 0, time);
    }

    private static CallResult TimeSpecs(CallContext call, GuestStruct shape)
    {
        long? time = call.System.Clock.RealTime;
        if (call[2] != 0)
        {
            Span<byte> bytes = stackalloc byte[shape.Bytes];
            if (call.CopyIn(call[2] + (ulong)shape.Bytes, bytes) is var error && error.Failed())
                return error;
            GuestRecord record = shape.At(bytes, call.Layout.Order);
            long fraction = record.Signed("nsec");
            if (fraction is < 0 or (>= Second and not (Now or Omit)))
                return Errno.EINVAL;
            time = fraction switch { Now => time, Omit => null, _ => record.Signed("sec") * Second + fraction };
        }
        if (call[1] == 0)       // futimens()
            return call.Task.Files[call.Int(0)] is { } file ? Set(file.Node, time) : Errno.EBADF;
        return Set(call, call.Int(0), call[1], call.Int(3), time);
    }

    private static CallResult Set(CallContext call, int directory, ulong path, int flags, long? time)
    {
        Errno error = TreeCalls.Find(call, directory, path, (flags & NoFollow) == 0, (flags & EmptyPath) != 0, out FileNode? node);
        return error.Failed() ? error : Set(node!, time);
    }

    private static CallResult Set(FileNode node, long? time) => time is not { } given ? Errno.None : node.IsWritable ? node.SetModifiedAt(given) : Errno.EROFS;
}
