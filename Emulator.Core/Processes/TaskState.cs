namespace Emulator.Core.Processes;

/// <summary>What a task does.</summary>
public enum TaskState
{
    /// <summary>It runs, or would.</summary>
    Running,

    /// <summary>It waits for something.</summary>
    Sleeping,

    /// <summary>A signal stopped it.</summary>
    Stopped,

    /// <summary>It has ended, and its parent does not know yet.</summary>
    Zombie,

    /// <summary>It is gone.</summary>
    Dead,
}
