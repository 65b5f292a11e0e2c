namespace Emulator.Core.Processes.Calls;

/// <summary>What became of a system call.</summary>
public enum CallOutcome
{
    /// <summary>It is done: there is a value or an error.</summary>
    Done,

    /// <summary>The task sleeps; the call is gone on with when it wakes.</summary>
    Sleeping,

    /// <summary>It does not return to where it was made: another program runs, an old context is back, or the task has ended.</summary>
    Gone,
}
