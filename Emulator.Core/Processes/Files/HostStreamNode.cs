using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>What fstat() says of a stream of the host.</summary>
internal sealed class HostStreamNode(HostStream stream, string name) : FileNode
{
    public HostStream Stream => stream;

    public string Name => name;

    public override FileKind Kind => stream.Kind;

    public override int Permissions => stream.IsTerminal ? 0x190 : 0x180;      // 0620, 0600

    public override ulong DeviceNumber => stream.IsTerminal ? 0x8800u : 0;      // the first of /dev/pts

    internal override string? Nameless => stream.IsTerminal ? "/dev/tty" : $"pipe:[{Number}]";

    internal override Errno Open(OpenFlags flags, LinuxTask task, out OpenFile? file)
    {
        file = new HostStreamFile(this, stream, task.System) { Path = Nameless! };
        return Errno.None;
    }
}
