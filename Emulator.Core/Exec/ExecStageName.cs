namespace Emulator.Core.Exec;

/// <summary>Moments of an execve at which the books are read.</summary>
public enum ExecStageName
{
    /// <summary>All strings are copied.</summary>
    Copied,

    /// <summary>At the entry of setup_arg_pages: the personality is known.</summary>
    SetupIn,

    /// <summary>At the end of setup_arg_pages: the stack is where it belongs.</summary>
    SetupOut,

    /// <summary>At the end of the loader, after start_thread.</summary>
    Start,
}
