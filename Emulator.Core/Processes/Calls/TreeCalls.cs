using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Processes.Calls;

/// <summary>stat(), mkdir(), unlink(), rename() and their like: files by their names.</summary>
internal static class TreeCalls
{
    private const int NoFollow = 0x100, RemoveDirectoryFlag = 0x200, Follow = 0x400, EmptyPath = 0x1000;    // AT_*

    // ---- what files are ---------------------------------------------------------------------------------------------------

    public static CallResult Stat(CallContext call) => Stat(call, FileCalls.CurrentDirectory, call[0], call[1], 0, call.Layout.Stat);

    public static CallResult LinkStat(CallContext call) => Stat(call, FileCalls.CurrentDirectory, call[0], call[1], NoFollow, call.Layout.Stat);

    public static CallResult Stat64(CallContext call) => Stat(call, FileCalls.CurrentDirectory, call[0], call[1], 0, call.Layout.Stat64);

    public static CallResult LinkStat64(CallContext call) => Stat(call, FileCalls.CurrentDirectory, call[0], call[1], NoFollow, call.Layout.Stat64);

    public static CallResult StatAt(CallContext call) => Stat(call, call.Int(0), call[1], call[2], call.Int(3), call.Layout.Stat64);

    public static CallResult StatOpen(CallContext call) => StatOpen(call, call.Layout.Stat);

    public static CallResult StatOpen64(CallContext call) => StatOpen(call, call.Layout.Stat64);

    public static CallResult StatExtended(CallContext call)
    {
        Errno error = Find(call, call.Int(0), call[1], (call.Int(2) & NoFollow) == 0, (call.Int(2) & EmptyPath) != 0, out FileNode? node);
        return error.Failed() ? error : FileStatus.WriteExtended(call, node!, call[4]);
    }

    public static CallResult StatFileSystem(CallContext call) =>
        Find(call, FileCalls.CurrentDirectory, call[0], true, false, out FileNode? node) is var error && error.Failed() ? error : FileStatus.WriteFileSystem(call, node!, call[1], call.Layout.StatFs);

    public static CallResult StatFileSystem64(CallContext call) =>
        Find(call, FileCalls.CurrentDirectory, call[0], true, false, out FileNode? node) is var error && error.Failed() ? error : FileStatus.WriteFileSystem(call, node!, call[2], call.Layout.StatFs64);

    public static CallResult StatFileSystemOpen(CallContext call) =>
        call.File(call.Int(0), out OpenFile file) is var error && error.Failed() ? error : FileStatus.WriteFileSystem(call, file.Node, call[1], call.Layout.StatFs);

    public static CallResult StatFileSystemOpen64(CallContext call) =>
        call.File(call.Int(0), out OpenFile file) is var error && error.Failed() ? error : FileStatus.WriteFileSystem(call, file.Node, call[2], call.Layout.StatFs64);

    public static CallResult Access(CallContext call) => Access(call, FileCalls.CurrentDirectory, call[0], call.Int(1), 0);

    public static CallResult AccessAt(CallContext call) => Access(call, call.Int(0), call[1], call.Int(2), 0);

    public static CallResult AccessAt2(CallContext call) => Access(call, call.Int(0), call[1], call.Int(2), call.Int(3));

    public static CallResult ReadLink(CallContext call) => ReadLink(call, FileCalls.CurrentDirectory, call[0], call[1], call.Int(2));

    public static CallResult ReadLinkAt(CallContext call) => ReadLink(call, call.Int(0), call[1], call[2], call.Int(3));

    // ---- where one is ------------------------------------------------------------------------------------------------------

    public static CallResult ChangeDirectory(CallContext call)
    {
        Errno error = Find(call, FileCalls.CurrentDirectory, call[0], true, false, out FileNode? node);
        return error.Failed() ? error : Enter(call, node!);
    }

    public static CallResult ChangeDirectoryOpen(CallContext call) => call.Task.Files[call.Int(0)] is { } file ? Enter(call, file.Node) : Errno.EBADF;

    public static CallResult ChangeRoot(CallContext call)
    {
        Errno error = Find(call, FileCalls.CurrentDirectory, call[0], true, false, out FileNode? node);
        if (error.Failed() || node is not DirectoryNode directory)
            return error.Failed() ? error : Errno.ENOTDIR;
        call.Task.Location.Root = directory;
        return 0;
    }

    public static CallResult CurrentDirectory(CallContext call)
    {
        FileLocation location = call.Task.Location;
        if (location.Current.IsRemoved)
            return Errno.ENOENT;
        byte[] path = [.. System.Text.Encoding.Latin1.GetBytes(location.Current.PathFrom(location.Root)), 0];
        if (call[1] < (ulong)path.Length)
            return Errno.ERANGE;
        Errno error = call.CopyOut(call[0], path);
        return error.Failed() ? error : path.Length;
    }

    public static CallResult Mask(CallContext call)
    {
        int before = call.Task.Location.Mask;
        call.Task.Location.Mask = call.Int(0) & 0x1ff;      // 0777
        return before;
    }

    public static CallResult List(CallContext call) => DirectoryListing.Write(call, wide: false);

    public static CallResult List64(CallContext call) => DirectoryListing.Write(call, wide: true);

    // ---- changes -----------------------------------------------------------------------------------------------------------

    public static CallResult MakeDirectory(CallContext call) => MakeDirectory(call, FileCalls.CurrentDirectory, call[0], call.Int(1));

    public static CallResult MakeDirectoryAt(CallContext call) => MakeDirectory(call, call.Int(0), call[1], call.Int(2));

    public static CallResult RemoveDirectory(CallContext call) => Remove(call, FileCalls.CurrentDirectory, call[0], directory: true);

    public static CallResult Unlink(CallContext call) => Remove(call, FileCalls.CurrentDirectory, call[0], directory: false);

    public static CallResult UnlinkAt(CallContext call) => (call.Int(2) & ~RemoveDirectoryFlag) != 0 ? Errno.EINVAL : Remove(call, call.Int(0), call[1], call.Int(2) != 0);

    public static CallResult Link(CallContext call) => Link(call, FileCalls.CurrentDirectory, call[0], FileCalls.CurrentDirectory, call[1], 0);

    public static CallResult LinkAt(CallContext call) => Link(call, call.Int(0), call[1], call.Int(2), call[3], call.Int(4));

    public static CallResult MakeLink(CallContext call) => MakeLink(call, call[0], FileCalls.CurrentDirectory, call[1]);

    public static CallResult MakeLinkAt(CallContext call) => MakeLink(call, call[0], call.Int(1), call[2]);

    public static CallResult Rename(CallContext call) => Rename(call, FileCalls.CurrentDirectory, call[0], FileCalls.CurrentDirectory, call[1], 0);

    public static CallResult RenameAt(CallContext call) => Rename(call, call.Int(0), call[1], call.Int(2), call[3], 0);

    public static CallResult RenameAt2(CallContext call) => Rename(call, call.Int(0), call[1], call.Int(2), call[3], call.UInt(4));

    public static CallResult MakeNode(CallContext call) => MakeNode(call, FileCalls.CurrentDirectory, call[0], call.Int(1));

    public static CallResult MakeNodeAt(CallContext call) => MakeNode(call, call.Int(0), call[1], call.Int(2));

    public static CallResult Truncate(CallContext call) => Truncate(call, call.Long(1));

    public static CallResult Truncate64(CallContext call) => Truncate(call, call.Wide(1));

    public static CallResult ChangeMode(CallContext call) => ChangeMode(call, FileCalls.CurrentDirectory, call[0], call.Int(1));

    public static CallResult ChangeModeAt(CallContext call) => ChangeMode(call, call.Int(0), call[1], call.Int(2));

    public static CallResult ChangeModeOpen(CallContext call) => call.File(call.Int(0), out OpenFile file) is var error && error.Failed() ? error : ChangeMode(file.Node, call.Int(1));

    public static CallResult ChangeOwner(CallContext call) => ChangeOwner(call, FileCalls.CurrentDirectory, call[0], call.Int(1), call.Int(2), 0);

    public static CallResult ChangeLinkOwner(CallContext call) => ChangeOwner(call, FileCalls.CurrentDirectory, call[0], call.Int(1), call.Int(2), NoFollow);

    public static CallResult ChangeOwnerAt(CallContext call) => ChangeOwner(call, call.Int(0), call[1], call.Int(2), call.Int(3), call.Int(4));

    public static CallResult ChangeOwnerOpen(CallContext call) =>
        call.File(call.Int(0), out _) is var error && error.Failed() ? error : OwnerIsKept(call.Int(1), call.Int(2)) ? 0 : Errno.EPERM;

    /// <summary>A file by its path, or by a descriptor where the path may be empty.</summary>
    public static Errno Find(CallContext call, int directory, ulong pathAt, bool follow, bool mayBeEmpty, out FileNode? node)
    {
        node = null;
        if (call.ReadPath(pathAt, out string path) is var badPath && badPath.Failed())
            return badPath;
        if (path.Length == 0 && mayBeEmpty)
        {
            node = directory == FileCalls.CurrentDirectory ? call.Task.Location.Current : call.Task.Files[directory]?.Node;
            return node is null ? Errno.EBADF : Errno.None;
        }
        if (FileCalls.Start(call, directory, path, out DirectoryNode? from) is var badStart && badStart.Failed())
            return badStart;
        Errno error = PathWalk.FindExisting(call.Task.Location, from, path, follow, out FoundFile found);
        node = found.Node;
        return error;
    }

    private static CallResult Stat(CallContext call, int directory, ulong path, ulong to, int flags, GuestStruct shape)
    {
        const int Known = NoFollow | EmptyPath | 0x800 | 0x6000;        // AT_NO_AUTOMOUNT, AT_STATX_*
        if ((flags & ~Known) != 0)
            return Errno.EINVAL;
        Errno error = Find(call, directory, path, (flags & NoFollow) == 0, (flags & EmptyPath) != 0, out FileNode? node);
        return error.Failed() ? error : FileStatus.Write(call, node!, to, shape);
    }

    private static CallResult StatOpen(CallContext call, GuestStruct shape) =>
        call.Task.Files[call.Int(0)] is { } file ? FileStatus.Write(call, file.Node, call[1], shape) : Errno.EBADF;

    private static CallResult Access(CallContext call, int directory, ulong path, int mode, int flags)
    {
        const int Execute = 1, Write = 2, All = 7;
        if ((mode & ~All) != 0)
            return Errno.EINVAL;
        Errno error = Find(call, directory, path, (flags & NoFollow) == 0, (flags & EmptyPath) != 0, out FileNode? node);
        if (error.Failed())
            return error;
        if ((mode & Write) != 0 && !node!.IsWritable && node.Kind is FileKind.Regular or FileKind.Directory)
            return Errno.EROFS;
        bool executes = node is DirectoryNode || (node!.Permissions & 0x49) != 0;      // root may execute what anybody may
        return (mode & Execute) != 0 && !executes ? Errno.EACCES : 0;
    }

    private static CallResult ReadLink(CallContext call, int directory, ulong pathAt, ulong to, int bytes)
    {
        if (bytes <= 0)
            return Errno.EINVAL;
        Errno error = Find(call, directory, pathAt, follow: false, mayBeEmpty: true, out FileNode? node);
        if (error.Failed())
            return error;
        if (node is not LinkNode link)
            return call.ReadPath(pathAt, out string path).Failed() || path.Length == 0 ? Errno.ENOENT : Errno.EINVAL;
        byte[] target = System.Text.Encoding.Latin1.GetBytes(link.Target);
        int count = Math.Min(bytes, target.Length);
        error = call.CopyOut(to, target.AsSpan(0, count));
        return error.Failed() ? error : count;
    }

    private static CallResult Enter(CallContext call, FileNode node)
    {
        if (node is not DirectoryNode directory)
            return Errno.ENOTDIR;
        call.Task.Location.Current = directory;
        return 0;
    }

    /// <summary>A place for a new name: its directory, and that nothing is there.</summary>
    private static Errno FindNew(CallContext call, int directory, ulong pathAt, bool isDirectory, out FoundFile found)
    {
        found = default;
        if (call.ReadPath(pathAt, out string path) is var badPath && badPath.Failed())
            return badPath;
        if (FileCalls.Start(call, directory, path, out DirectoryNode? from) is var badStart && badStart.Failed())
            return badStart;
        Errno error = PathWalk.Find(call.Task.Location, from, path, followLast: false, out found);
        if (error.Failed())
            return error;
        if (found.Node is not null || found.Name.Length == 0)
            return Errno.EEXIST;
        return found.EndsInSlash && !isDirectory ? Errno.ENOENT : Errno.None;
    }

    private static CallResult MakeDirectory(CallContext call, int directory, ulong path, int mode)
    {
        Errno error = FindNew(call, directory, path, isDirectory: true, out FoundFile found);
        return error.Failed() ? error : found.Directory.MakeDirectory(found.Name, mode & 0x3ff & ~call.Task.Location.Mask);
    }

    private static CallResult Remove(CallContext call, int start, ulong pathAt, bool directory)
    {
        if (call.ReadPath(pathAt, out string path) is var badPath && badPath.Failed())
            return badPath;
        if (FileCalls.Start(call, start, path, out DirectoryNode? from) is var badStart && badStart.Failed())
            return badStart;
        Errno error = PathWalk.Find(call.Task.Location, from, path, followLast: false, out FoundFile found);
        if (error.Failed())
            return error;
        if (found.Name.Length == 0)
            return directory ? path.EndsWith("..", StringComparison.Ordinal) ? Errno.ENOTEMPTY : path.EndsWith('.') ? Errno.EINVAL : Errno.EBUSY : Errno.EISDIR;
        if (found.Node is null)
            return Errno.ENOENT;
        if (directory)
            return found.Node is DirectoryNode ? found.Directory.RemoveDirectory(found.Name) : Errno.ENOTDIR;
        if (found.EndsInSlash)
            return found.Node is DirectoryNode ? Errno.EISDIR : Errno.ENOTDIR;
        return found.Node is DirectoryNode ? Errno.EISDIR : found.Directory.Remove(found.Name);
    }

    private static CallResult Link(CallContext call, int fromStart, ulong fromPath, int toStart, ulong toPath, int flags)
    {
        if ((flags & ~(Follow | EmptyPath)) != 0)
            return Errno.EINVAL;
        Errno error = Find(call, fromStart, fromPath, (flags & Follow) != 0, (flags & EmptyPath) != 0, out FileNode? node);
        if (error.Failed())
            return error;
        if (node is DirectoryNode)
            return Errno.EPERM;
        error = FindNew(call, toStart, toPath, isDirectory: false, out FoundFile found);
        return error.Failed() ? error : found.Directory.AddName(found.Name, node!);
    }

    private static CallResult MakeLink(CallContext call, ulong targetAt, int start, ulong path)
    {
        if (call.ReadPath(targetAt, out string target) is var badTarget && badTarget.Failed())
            return badTarget;
        if (target.Length == 0)
            return Errno.ENOENT;
        Errno error = FindNew(call, start, path, isDirectory: false, out FoundFile found);
        return error.Failed() ? error : found.Directory.MakeLink(found.Name, target);
    }

    private static CallResult Rename(CallContext call, int fromStart, ulong fromPath, int toStart, ulong toPath, uint flags)
    {
        const uint NoReplace = 1;
        if (flags > NoReplace)
            return Errno.EINVAL;
        if (FindName(call, fromStart, fromPath, out FoundFile from) is var badFrom && badFrom.Failed())
            return badFrom;
        if (FindName(call, toStart, toPath, out FoundFile to) is var badTo && badTo.Failed())
            return badTo;
        if (from.Name.Length == 0 || to.Name.Length == 0)
            return Errno.EBUSY;
        if (from.Node is null)
            return Errno.ENOENT;
        if (flags == NoReplace && to.Node is not null)
            return Errno.EEXIST;
        if (from.Node is not DirectoryNode && (from.EndsInSlash || to.EndsInSlash))
            return Errno.ENOTDIR;
        if (from.Node == to.Node)
            return 0;
        if (from.Node is DirectoryNode moved)
        {
            for (DirectoryNode at = to.Directory; ; at = at.Parent)
            {
                if (at == moved)
                    return Errno.EINVAL;        // into itself
                if (at.Parent == at)
                    break;
            }
        }
        DirectoryNode target = to.Directory is OverlayDirectory overlay && from.Directory != overlay ? overlay.Below : to.Directory;
        return from.Directory.Rename(from.Name, target, to.Name);
    }

    private static Errno FindName(CallContext call, int start, ulong pathAt, out FoundFile found)
    {
        found = default;
        if (call.ReadPath(pathAt, out string path) is var badPath && badPath.Failed())
            return badPath;
        if (FileCalls.Start(call, start, path, out DirectoryNode? from) is var badStart && badStart.Failed())
            return badStart;
        return PathWalk.Find(call.Task.Location, from, path, followLast: false, out found);
    }

    private static CallResult MakeNode(CallContext call, int start, ulong path, int mode)
    {
        const int KindMask = 0xf000;
        if ((mode & KindMask) is not (0 or (int)FileKind.Regular or (int)FileKind.Pipe))
            return Errno.EPERM;
        Errno error = FindNew(call, start, path, isDirectory: false, out FoundFile found);
        if (error.Failed())
            return error;
        int permissions = mode & 0xfff & ~call.Task.Location.Mask;
        return (mode & KindMask) == (int)FileKind.Pipe ? found.Directory.MakePipe(found.Name, permissions) : found.Directory.Create(found.Name, permissions, out _);
    }

    private static CallResult Truncate(CallContext call, long length)
    {
        if (length < 0)
            return Errno.EINVAL;
        Errno error = Find(call, FileCalls.CurrentDirectory, call[0], true, false, out FileNode? node);
        if (error.Failed())
            return error;
        if (node is not RegularNode regular)
            return node is DirectoryNode ? Errno.EISDIR : Errno.EINVAL;
        return regular.IsWritable ? RegularFile.Truncate(regular, call.System, length) : Errno.EROFS;
    }

    private static CallResult ChangeMode(CallContext call, int start, ulong path, int mode)
    {
        Errno error = Find(call, start, path, true, false, out FileNode? node);
        return error.Failed() ? error : ChangeMode(node!, mode);
    }

    private static CallResult ChangeMode(FileNode node, int mode) => node.IsWritable ? node.SetPermissions(mode & 0xfff) : Errno.EROFS;

    /// <summary>All files are root's, and stay it.</summary>
    private static CallResult ChangeOwner(CallContext call, int start, ulong path, int user, int group, int flags)
    {
        Errno error = Find(call, start, path, (flags & NoFollow) == 0, (flags & EmptyPath) != 0, out FileNode? node);
        if (error.Failed())
            return error;
        if (!node!.IsWritable)
            return Errno.EROFS;
        return OwnerIsKept(user, group) ? 0 : Errno.EPERM;
    }

    private static bool OwnerIsKept(int user, int group) => user is 0 or -1 && group is 0 or -1;
}
