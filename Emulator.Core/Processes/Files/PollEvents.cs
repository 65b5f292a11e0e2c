namespace Emulator.Core.Processes.Files;

/// <summary>What a file is ready for (POLL*), by generic bits, which are the same everywhere but for a few on sparc.</summary>
[Flags]
public enum PollEvents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>POLLIN.</summary>
    In = 1,

    /// <summary>POLLPRI.</summary>
    Priority = 2,

    /// <summary>POLLOUT.</summary>
    Out = 4,

    /// <summary>POLLERR.</summary>
    Error = 8,

    /// <summary>POLLHUP.</summary>
    HangUp = 16,

    /// <summary>POLLNVAL.</summary>
    Invalid = 32,

    /// <summary>POLLRDNORM.</summary>
    ReadNormal = 64,

    /// <summary>POLLWRNORM.</summary>
    WriteNormal = 256,
}
