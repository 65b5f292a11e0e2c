using Emulator.Core.Processes.Files;

namespace Emulator.Cli.Running;

/// <summary>A standard stream that is empty, and keeps nothing.</summary>
internal sealed class SilentStream : HostStream;
