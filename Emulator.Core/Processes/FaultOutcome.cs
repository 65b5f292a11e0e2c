namespace Emulator.Core.Processes;

/// <summary>What became of a page fault of a program.</summary>
public enum FaultOutcome
{
    /// <summary>The page is there now, or may be written now: the access is made again.</summary>
    Handled,

    /// <summary>No area allows the access: SIGSEGV.</summary>
    Segv,

    /// <summary>The area's file does not reach that far: SIGBUS.</summary>
    Bus,

    /// <summary>There was no memory for it.</summary>
    OutOfMemory,
}
