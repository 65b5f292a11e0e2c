using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Processes.Calls;

/// <summary>stat and its relatives, from a file to the program's memory.</summary>
internal static class FileStatus
{
    private const int BlockBytes = 4096;

    private static readonly GuestStruct Extended = new(
        "mask:4 blksize:4 attributes:8 nlink:4 uid:4 gid:4 mode:2 -:2 ino:8 size:8 blocks:8 attributes_mask:8 "
        + "atime:8 atime_nsec:4 -:4 btime:8 btime_nsec:4 -:4 ctime:8 ctime_nsec:4 -:4 mtime:8 mtime_nsec:4 -:4 "
        + "rdev_major:4 rdev_minor:4 dev_major:4 dev_minor:4 mnt_id:8 -:104", 8);

    /// <summary>Writes struct stat of one kind or another.</summary>
    public static Errno Write(CallContext call, FileNode node, ulong to, GuestStruct shape)
    {
        Span<byte> bytes = stackalloc byte[shape.Bytes];
        bytes.Clear();
        GuestRecord status = shape.At(bytes, call.Layout.Order);
        status.Set("dev", node.Device);
        status.Set("ino", node.Number);
        status.Set("ino32", node.Number);
        status.Set("mode", (ulong)((int)node.Kind | node.Permissions));
        status.Set("nlink", (ulong)node.Links);
        status.Set("rdev", node.DeviceNumber);
        status.Set("size", (ulong)node.Length);
        status.Set("blksize", BlockBytes);
        status.Set("blocks", Blocks(node));
        foreach ((string seconds, string nanoseconds) in (ReadOnlySpan<(string, string)>)[("atime", "atime_nsec"), ("mtime", "mtime_nsec"), ("ctime", "ctime_nsec")])
        {
            status.Set(seconds, (ulong)(node.ModifiedAt / 1_000_000_000));
            status.Set(nanoseconds, (ulong)(node.ModifiedAt % 1_000_000_000));
        }
        return call.CopyOut(to, bytes);
    }

    /// <summary>Writes struct statx.</summary>
    public static Errno WriteExtended(CallContext call, FileNode node, ulong to)
    {
        const ulong BasicStatistics = 0x7ff;
        Span<byte> bytes = stackalloc byte[Extended.Bytes];
        bytes.Clear();
        GuestRecord status = Extended.At(bytes, call.Layout.Order);
        status["mask"] = BasicStatistics;
        status["blksize"] = BlockBytes;
        status["nlink"] = (ulong)node.Links;
        status["mode"] = (ulong)((int)node.Kind | node.Permissions);
        status["ino"] = node.Number;
        status["size"] = (ulong)node.Length;
        status["blocks"] = Blocks(node);
        status["rdev_major"] = node.DeviceNumber >> 8;
        status["rdev_minor"] = node.DeviceNumber & 0xff;
        status["dev_minor"] = node.Device;
        foreach ((string seconds, string nanoseconds) in (ReadOnlySpan<(string, string)>)[("atime", "atime_nsec"), ("mtime", "mtime_nsec"), ("ctime", "ctime_nsec")])
        {
            status[seconds] = (ulong)(node.ModifiedAt / 1_000_000_000);
            status[nanoseconds] = (ulong)(node.ModifiedAt % 1_000_000_000);
        }
        return call.CopyOut(to, bytes);
    }

    /// <summary>Writes struct statfs of one kind or another.</summary>
    public static Errno WriteFileSystem(CallContext call, FileNode node, ulong to, GuestStruct shape)
    {
        Span<byte> bytes = stackalloc byte[shape.Bytes];
        bytes.Clear();
        (long all, long free) = call.System.Tree.Memory;
        GuestRecord status = shape.At(bytes, call.Layout.Order);
        status["type"] = node.FileSystemType;
        status["bsize"] = status["frsize"] = BlockBytes;
        status["blocks"] = (ulong)(all / BlockBytes);
        status["bfree"] = status["bavail"] = (ulong)(free / BlockBytes);
        status["files"] = status["ffree"] = 1 << 20;
        status["namelen"] = 255;
        return call.CopyOut(to, bytes);
    }

    private static ulong Blocks(FileNode node) => (ulong)(node.Length + 511) / 512;
}
