namespace Emulator.Core.Processes;

/// <summary>Why a run stopped.</summary>
public enum RunStop
{
    /// <summary>The first process has ended, and what others do cannot be waited for or is done.</summary>
    Ended,

    /// <summary>All instructions that it was given are done.</summary>
    Budget,

    /// <summary>Somebody asked for it.</summary>
    Interrupted,

    /// <summary>All tasks wait for something that only a signal from outside could bring.</summary>
    Waiting,

    /// <summary>The call that was waited for is about to be made.</summary>
    AtCall,

    /// <summary>The instruction that was waited for is next.</summary>
    AtInstruction,

    /// <summary>The first process is about to end.</summary>
    AtEnd,
}
