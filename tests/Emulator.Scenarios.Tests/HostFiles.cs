using Emulator.Core.Kernel;

namespace Emulator.Scenarios.Tests;

/// <summary>The host's files, as a guest would open them.</summary>
internal sealed class HostFiles : IFileSource
{
    public Errno Open(string path, out GuestFile? file)
    {
        file = File.Exists(path) ? new MemoryFile(path, File.ReadAllBytes(path)) : null;
        return file is null ? Errno.ENOENT : Errno.None;
    }
}
