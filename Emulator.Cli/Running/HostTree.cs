using Emulator.Core.Processes.Files;

namespace Emulator.Cli.Running;

/// <summary>What the files of one root have in common.</summary>
internal sealed class HostTree(bool writable)
{
    private ulong _last = 1 << 20;

    /// <summary>Whether guests may change it.</summary>
    public bool IsWritable => writable;

    /// <summary>Gives a file a number.</summary>
    public void Identify(FileNode node, ulong device) => node.Identify(++_last, device);

    /// <summary>A time of the host in nanoseconds since 1970.</summary>
    public static long Time(FileSystemInfo info) => (info.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>The other way round.</summary>
    public static DateTime Time(long nanoseconds) => DateTime.UnixEpoch.AddTicks(nanoseconds / 100);
}
