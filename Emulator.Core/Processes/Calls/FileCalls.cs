using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Processes.Calls;

/// <summary>open(), close(), dup(), fcntl(), pipe() and their like: descriptors.</summary>
internal static class FileCalls
{
    /// <summary>AT_FDCWD.</summary>
    public const int CurrentDirectory = -100;

    public static CallResult Open(CallContext call) => Open(call, CurrentDirectory, call[0], call.UInt(1), call.Int(2));

    public static CallResult OpenAt(CallContext call) => Open(call, call.Int(0), call[1], call.UInt(2), call.Int(3));

    public static CallResult Create(CallContext call) =>
        Open(call, CurrentDirectory, call[0], (uint)call.Layout.OpenFlags.ToGuest((ulong)(OpenFlags.Create | OpenFlags.WriteOnly | OpenFlags.Truncate)), call.Int(1));

    public static CallResult OpenAt2(CallContext call)
    {
        const ulong ResolveAll = 0x3f;
        if (call[3] < 24)
            return Errno.EINVAL;
        if (call.ReadNumber(call[2], 8, out ulong flags) is var error && error.Failed())
            return error;
        if (call.ReadNumber(call[2] + 8, 8, out ulong mode) is var noMode && noMode.Failed())
            return noMode;
        if (call.ReadNumber(call[2] + 16, 8, out ulong resolve) is var noResolve && noResolve.Failed())
            return noResolve;
        return (resolve & ~ResolveAll) != 0 || resolve != 0 ? Errno.EINVAL : Open(call, call.Int(0), call[1], (uint)flags, (int)mode);
    }

    public static CallResult Close(CallContext call) => call.Task.Files.Close(call.Int(0));

    public static CallResult CloseRange(CallContext call)
    {
        const uint ClosesOnExec = 4;
        uint first = call.UInt(0), last = call.UInt(1);
        if (first > last)
            return Errno.EINVAL;
        FileTable files = call.Task.Files;
        foreach (int descriptor in files.Descriptors.ToArray())
        {
            if ((uint)descriptor < first || (uint)descriptor > last)
                continue;
            if ((call.UInt(2) & ClosesOnExec) != 0)
                files.SetClosesOnExec(descriptor, true);
            else
                files.Close(descriptor);
        }
        return 0;
    }

    public static CallResult Duplicate(CallContext call) => Duplicate(call, 0, closesOnExec: false);

    public static CallResult Duplicate2(CallContext call) =>
        call.Int(0) == call.Int(1) ? call.Task.Files[call.Int(0)] is null ? Errno.EBADF : call.Int(1) : DuplicateTo(call, closesOnExec: false);

    public static CallResult Duplicate3(CallContext call)
    {
        OpenFlags flags = (OpenFlags)call.Layout.OpenFlags.ToGeneric(call.UInt(2));
        if ((flags & ~OpenFlags.CloseOnExec) != 0 || call.Int(0) == call.Int(1))
            return Errno.EINVAL;
        return DuplicateTo(call, flags.HasFlag(OpenFlags.CloseOnExec));
    }

    public static CallResult Pipe(CallContext call) => Pipe(call, OpenFlags.None, call.Layout.PipeReturnsTwo);

    public static CallResult Pipe2(CallContext call)
    {
        OpenFlags flags = (OpenFlags)call.Layout.OpenFlags.ToGeneric(call.UInt(1));
        return (flags & ~(OpenFlags.CloseOnExec | OpenFlags.NonBlocking | (OpenFlags)0x4000)) != 0 ? Errno.EINVAL : Pipe(call, flags, inRegisters: false);
    }

    public static CallResult Control(CallContext call)
    {
        // F_* of include/uapi/asm-generic/fcntl.h and include/uapi/linux/fcntl.h.
        const int DupFd = 0, GetFd = 1, SetFd = 2, GetFlags = 3, SetFlags = 4, GetLock = 5, SetLock = 6, SetLockWait = 7, SetOwner = 8, GetOwner = 9, SetSignal = 10, GetSignal = 11,
            GetLock64 = 12, SetLock64 = 13, SetLockWait64 = 14, OfdGetLock = 36, OfdSetLock = 37, OfdSetLockWait = 38, DupFdCloseOnExec = 1030, SetPipeSize = 1031, GetPipeSize = 1032;
        int descriptor = call.Int(0);
        if (call.Task.Files[descriptor] is not { } file)
            return Errno.EBADF;
        int generic = call.Layout.FileCommands.ToGeneric(call.Int(1));
        switch (generic)
        {
            case DupFd:
                return Duplicate(call, call.Int(2), closesOnExec: false);
            case DupFdCloseOnExec:
                return Duplicate(call, call.Int(2), closesOnExec: true);
            case GetFd:
                return call.Task.Files.ClosesOnExec(descriptor) ? 1 : 0;
            case SetFd:
                call.Task.Files.SetClosesOnExec(descriptor, (call.Int(2) & 1) != 0);
                return 0;
            case GetFlags:
                return (long)call.Layout.OpenFlags.ToGuest((ulong)file.Flags);
            case SetFlags:
                const OpenFlags Changeable = OpenFlags.Append | OpenFlags.NonBlocking | (OpenFlags)0x6000;      // O_ASYNC, O_DIRECT
                file.Flags = (file.Flags & ~Changeable) | ((OpenFlags)call.Layout.OpenFlags.ToGeneric(call.UInt(2)) & Changeable);
                return 0;
            case OfdGetLock or OfdSetLock or OfdSetLockWait when call.System.Kernel.Profile.Era.Version == KernelEra.V2_6_32.Version:
                return Errno.EINVAL;        // since Linux 3.15 (fcntl(2))
            case GetLock:
                return LockCalls.Get(call, file, call.Layout.FileLock, ofOpenFile: false);
            case GetLock64 or OfdGetLock:
                return LockCalls.Get(call, file, call.Layout.FileLock64, generic == OfdGetLock);
            case SetLock or SetLockWait:
                return LockCalls.Set(call, file, call.Layout.FileLock, ofOpenFile: false, generic == SetLockWait);
            case SetLock64 or SetLockWait64 or OfdSetLock or OfdSetLockWait:
                return LockCalls.Set(call, file, call.Layout.FileLock64, generic is OfdSetLock or OfdSetLockWait, generic is SetLockWait64 or OfdSetLockWait);
            case SetOwner or SetSignal or GetOwner or GetSignal:
                return 0;
            case SetPipeSize:
                return file.Node is Pipe ? Math.Max(call.Int(2), 65536) : Errno.EBADF;
            case GetPipeSize:
                return file.Node is Pipe ? 65536 : Errno.EBADF;
            default:
                return Errno.EINVAL;
        }
    }

    public static CallResult Seek(CallContext call) => Seek(call, call.Long(1), call.UInt(2));

    /// <summary>_llseek(): upper and lower half in two words, the result through a pointer.</summary>
    public static CallResult SeekLong(CallContext call)
    {
        CallResult result = Seek(call, (long)(call[1] << 32 | (uint)call[2]), call.UInt(4));
        if (result.Failed)
            return result;
        return call.WriteNumber(call[3], 8, (ulong)result.Value);
    }

    public static CallResult TruncateOpen(CallContext call) => TruncateOpen(call, call.Long(1));

    public static CallResult TruncateOpen64(CallContext call) => TruncateOpen(call, call.Wide(1));

    public static CallResult Synchronize(CallContext call) => call.File(call.Int(0), out OpenFile file) is var error && error.Failed() ? error : file.CanSeek ? 0 : Errno.EINVAL;

    /// <summary>A call that needs an open file and has nothing to do.</summary>
    public static CallResult Accept(CallContext call) => call.File(call.Int(0), out _);

    public static CallResult Allocate(CallContext call)
    {
        const int KeepSize = 1;
        if (call.File(call.Int(0), out OpenFile file) is var bad && bad.Failed())
            return bad;
        if (!file.MayWrite || file.Node is not RegularNode node)
            return file.MayWrite ? Errno.ENODEV : Errno.EBADF;
        long offset = call.Wide(2), length = call.Wide(3);
        if (offset < 0 || length <= 0)
            return Errno.EINVAL;
        if ((call.Int(1) & ~KeepSize) != 0)
            return Errno.EOPNOTSUPP;
        if (offset + length < 0)
            return Errno.EFBIG;
        return call.Int(1) == KeepSize || offset + length <= file.Node.Length ? 0 : RegularFile.Truncate(node, call.System, offset + length);
    }

    public static CallResult MemoryFile(CallContext call)
    {
        const uint ClosesOnExec = 1, AllowSealing = 2;
        if (call.ReadString(call[0], 250, out string name) is var error && error.Failed())
            return error;
        if ((call.UInt(1) & ~(ClosesOnExec | AllowSealing)) != 0)
            return Errno.EINVAL;
        OpenFile file = new RegularFile(call.System.Tree.NewUnnamed(), call.System.Kernel.PageCache) { Flags = OpenFlags.ReadWrite, Path = $"/memfd:{name} (deleted)" };
        return Install(call, file, 0, (call.UInt(1) & ClosesOnExec) != 0);
    }

    public static CallResult Terminal(CallContext call)
    {
        const uint Available = 0x541b, NonBlocking = 0x5421, NotOnExec = 0x5450, OnExec = 0x5451;
        int descriptor = call.Int(0);
        if (call.File(descriptor, out OpenFile file) is var bad && bad.Failed())
            return bad;
        uint request = call.UInt(1);
        foreach ((uint generic, uint guest) in call.Layout.Requests)
        {
            if (guest == request)
            {
                request = generic;
                break;
            }
        }
        switch (request)
        {
            case Available when file.Available is { } bytes:
                return call.WriteNumber(call[2], 4, (ulong)Math.Min(bytes, int.MaxValue));
            case NonBlocking:
                if (call.ReadNumber(call[2], 4, out ulong on) is var error && error.Failed())
                    return error;
                file.Flags = on != 0 ? file.Flags | OpenFlags.NonBlocking : file.Flags & ~OpenFlags.NonBlocking;
                return 0;
            case NotOnExec or OnExec:
                call.Task.Files.SetClosesOnExec(descriptor, request == OnExec);
                return 0;
            default:
                return file.Control(call, request, call[2]);
        }
    }

    /// <summary>Where a path relative to a descriptor begins.</summary>
    public static Errno Start(CallContext call, int descriptor, string path, out DirectoryNode? from)
    {
        from = null;
        if (descriptor == CurrentDirectory || path.StartsWith('/'))
            return Errno.None;
        if (call.Task.Files[descriptor] is not { } file)
            return Errno.EBADF;
        from = file.Node as DirectoryNode;
        return from is null ? Errno.ENOTDIR : Errno.None;
    }

    private static CallResult Open(CallContext call, int directory, ulong pathAt, uint guestFlags, int mode)
    {
        OpenFlags flags = (OpenFlags)call.Layout.OpenFlags.ToGeneric(guestFlags);
        if (call.State is NamedPipe.Opening opening)
            return AwaitOther(call, opening, flags);
        if (call.ReadPath(pathAt, out string path) is var badPath && badPath.Failed())
            return badPath;
        if (Start(call, directory, path, out DirectoryNode? from) is var badStart && badStart.Failed())
            return badStart;
        if (flags.HasFlag(OpenFlags.PathOnly))
            flags &= OpenFlags.PathOnly | OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec;
        Errno error = Open(call, from, path, flags, mode & 0xfff, out OpenFile? file);
        if (error.Failed())
            return error;
        const OpenFlags Kept = OpenFlags.AccessMask | OpenFlags.Append | OpenFlags.NonBlocking | OpenFlags.Directory | OpenFlags.PathOnly | OpenFlags.NoFollow | (OpenFlags)0x107000;
        file!.Flags = flags & Kept;
        if (call.Layout.WordBytes == 8)
            file.Flags |= (OpenFlags)call.Layout.OpenFlags.ToGeneric(call.Layout.OpenFlags.ToGuest((ulong)OpenFlags.LargeFile));
        if (file.Node is NamedPipe pipe && file is not PlaceFile && pipe.Await(file, flags) is { } other)
        {
            call.State = other;
            return AwaitOther(call, other, flags);
        }
        return Install(call, file, 0, flags.HasFlag(OpenFlags.CloseOnExec));
    }

    /// <summary>One end of a pipe with a name is open and waits for somebody at the other.</summary>
    private static CallResult AwaitOther(CallContext call, NamedPipe.Opening opening, OpenFlags flags)
    {
        if (opening.IsOver)
        {
            call.State = null;
            return Install(call, opening.File, 0, flags.HasFlag(OpenFlags.CloseOnExec));
        }
        if (!call.Signalled)
            return call.Sleep(opening.Queue);
        call.State = null;
        opening.Dispose();
        return Errno.ERESTARTSYS;
    }

    private static Errno Open(CallContext call, DirectoryNode? from, string path, OpenFlags flags, int mode, out OpenFile? file)
    {
        file = null;
        LinuxTask task = call.Task;
        bool exclusive = (flags & (OpenFlags.Create | OpenFlags.Exclusive)) == (OpenFlags.Create | OpenFlags.Exclusive);
        if (flags.HasFlag(OpenFlags.Temporary))
            return OpenUnnamed(call, from, path, flags, out file);
        Errno error = PathWalk.Find(task.Location, from, path, followLast: !flags.HasFlag(OpenFlags.NoFollow) && !exclusive, out FoundFile found);
        if (error.Failed())
            return error;
        FileNode? node = found.Node;
        bool created = node is null;
        if (node is null)
        {
            if (!flags.HasFlag(OpenFlags.Create) || flags.HasFlag(OpenFlags.Directory))
                return flags.HasFlag(OpenFlags.Create) ? Errno.EINVAL : Errno.ENOENT;
            if (found.EndsInSlash)
                return Errno.EISDIR;
            error = found.Directory.Create(found.Name, mode & ~task.Location.Mask, out node);
            if (error.Failed())
                return error;
        }
        if (!created && MayOpen(found, node!, flags, exclusive) is var refused && refused.Failed())
            return refused;
        if (flags.HasFlag(OpenFlags.PathOnly))
            file = new PlaceFile(node!);
        else
            error = node!.Open(created ? flags & ~OpenFlags.Truncate : flags, task, out file);
        if (!error.Failed())
            file!.Path = PathOf(found, node!, task, file.Path);
        return error;
    }

    private static Errno MayOpen(in FoundFile found, FileNode node, OpenFlags flags, bool exclusive)
    {
        if (exclusive)
            return Errno.EEXIST;
        if (node is LinkNode && !flags.HasFlag(OpenFlags.PathOnly))
            return flags.HasFlag(OpenFlags.Directory) ? Errno.ENOTDIR : Errno.ELOOP;
        if (node is not DirectoryNode && (flags.HasFlag(OpenFlags.Directory) || found.EndsInSlash))
            return Errno.ENOTDIR;
        if (node is DirectoryNode && flags.HasFlag(OpenFlags.Create))
            return Errno.EISDIR;
        bool writes = (flags & OpenFlags.AccessMask) != 0 || flags.HasFlag(OpenFlags.Truncate);
        return writes && node is RegularNode && !node.IsWritable ? Errno.EROFS : Errno.None;
    }

    private static Errno OpenUnnamed(CallContext call, DirectoryNode? from, string path, OpenFlags flags, out OpenFile? file)
    {
        file = null;
        Errno error = PathWalk.FindExisting(call.Task.Location, from, path, followLast: true, out FoundFile found);
        if (error.Failed())
            return error;
        if (found.Node is not DirectoryNode directory)
            return Errno.ENOTDIR;
        if ((flags & OpenFlags.AccessMask) == 0)
            return Errno.EINVAL;
        if (directory is not MemoryDirectory)
            return directory.IsWritable ? Errno.EOPNOTSUPP : Errno.EROFS;
        file = new RegularFile(call.System.Tree.NewUnnamed(), call.System.Kernel.PageCache) { Path = $"{directory.PathFrom(call.Task.Location.Root)}/#tmp (deleted)" };
        return Errno.None;
    }

    private static string PathOf(in FoundFile found, FileNode node, LinuxTask task, string known)
    {
        if (node.Nameless is { } nameless)
            return nameless;
        if (node is DirectoryNode directory)
            return directory.PathFrom(task.Location.Root);
        if (found.Name.Length == 0)
            return known;
        string parent = found.Directory.PathFrom(task.Location.Root);
        return parent == "/" ? "/" + found.Name : $"{parent}/{found.Name}";
    }

    private static CallResult Install(CallContext call, OpenFile file, int lowest, bool closesOnExec)
    {
        Errno error = call.Task.Files.Add(file, lowest, call.Limit(ResourceLimits.OpenFiles), closesOnExec, out int descriptor);
        if (!error.Failed())
            return descriptor;
        file.Release();
        return error;
    }

    private static CallResult Duplicate(CallContext call, int lowest, bool closesOnExec)
    {
        if (call.Task.Files[call.Int(0)] is not { } file)
            return Errno.EBADF;
        if (lowest < 0 || (ulong)lowest >= call.Limit(ResourceLimits.OpenFiles))
            return Errno.EINVAL;
        return Install(call, file.Share(), lowest, closesOnExec);
    }

    private static CallResult DuplicateTo(CallContext call, bool closesOnExec)
    {
        int to = call.Int(1);
        if (call.Task.Files[call.Int(0)] is not { } file || to < 0 || (ulong)to >= call.Limit(ResourceLimits.OpenFiles))
            return Errno.EBADF;
        call.Task.Files.Replace(to, file.Share(), closesOnExec);
        return to;
    }

    private static CallResult Pipe(CallContext call, OpenFlags flags, bool inRegisters)
    {
        (OpenFile reader, OpenFile writer) = call.System.Tree.NewPipe().OpenEnds();
        reader.Flags |= flags & OpenFlags.NonBlocking;
        writer.Flags |= flags & OpenFlags.NonBlocking;
        bool closes = flags.HasFlag(OpenFlags.CloseOnExec);
        CallResult first = Install(call, reader, 0, closes);
        if (first.Failed)
        {
            writer.Release();
            return first;
        }
        CallResult second = Install(call, writer, 0, closes);
        if (second.Failed)
        {
            call.Task.Files.Close((int)first.Value);
            return second;
        }
        if (inRegisters)
            return ((CallResult)first.Value) with { Second = (ulong)second.Value };
        Errno fault = call.WriteNumber(call[0], 4, (ulong)first.Value);
        fault = fault.Failed() ? fault : call.WriteNumber(call[0] + 4, 4, (ulong)second.Value);
        if (!fault.Failed())
            return 0;
        call.Task.Files.Close((int)first.Value);
        call.Task.Files.Close((int)second.Value);
        return fault;
    }

    private static CallResult Seek(CallContext call, long offset, uint whence)
    {
        if (call.File(call.Int(0), out OpenFile file) is var bad && bad.Failed())
            return bad;
        if (whence > 2)
            return Errno.EINVAL;
        Errno error = file.Seek(offset, (SeekOrigin)whence, out long position);
        // off_t is the kernel's, of 64 bits: lseek() of a 32-bit program gets the lower half of it, and no EOVERFLOW (compat_sys_lseek()).
        return error.Failed() ? error : position;
    }

    private static CallResult TruncateOpen(CallContext call, long length)
    {
        if (call.File(call.Int(0), out OpenFile file) is var bad && bad.Failed())
            return bad;
        return length < 0 || !file.MayWrite || file.Node is not RegularNode node ? Errno.EINVAL : RegularFile.Truncate(node, call.System, length);
    }
}
