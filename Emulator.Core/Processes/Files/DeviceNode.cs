using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A device of characters.</summary>
/// <param name="major">Its driver.</param>
/// <param name="minor">Which of the driver's.</param>
/// <param name="open">Opens it; gives the error where it cannot be opened.</param>
internal sealed class DeviceNode(int major, int minor, Func<DeviceNode, LinuxTask, (Errno Error, OpenFile? File)> open) : FileNode
{
    public override FileKind Kind => FileKind.CharacterDevice;

    public override ulong DeviceNumber => ((ulong)major << 8) | (uint)minor;

    internal override Errno Open(OpenFlags flags, LinuxTask task, out OpenFile? file)
    {
        (Errno error, file) = open(this, task);
        return error;
    }
}
