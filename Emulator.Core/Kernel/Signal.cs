namespace Emulator.Core.Kernel;

/// <summary>Signals that end an execve after its point of no return.</summary>
public enum Signal
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Kill.</summary>
    SIGKILL = 9,

    /// <summary>Segmentation violation.</summary>
    SIGSEGV = 11,
}
