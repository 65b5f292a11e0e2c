using Emulator.Cli.Files;
using Emulator.Core.Processes.Files;

namespace Emulator.Cli.Running;

/// <summary>A symbolic link of the host.</summary>
internal sealed class HostLink(HostDirectory directory, string name) : LinkNode
{
    /// <inheritdoc/>
    public override string Target => GuestText.ToGuest(new FileInfo(directory.PathOf(name)).LinkTarget ?? "");
}
