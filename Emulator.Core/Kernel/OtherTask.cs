namespace Emulator.Core.Kernel;

/// <summary>A task that sleeps while the execve runs, and the anonymous memory that it has.</summary>
public sealed class OtherTask
{
    internal OtherTask(int number, long pages)
    {
        Number = number;
        TotalPages = ResidentPages = pages;
    }

    /// <summary>From 1; a lower number is an older task.</summary>
    public int Number { get; }

    /// <summary>Pages of its address space (<c>total_vm</c>): all of them were touched.</summary>
    public long TotalPages { get; }

    /// <summary>Those that are in memory.</summary>
    public long ResidentPages { get; internal set; }

    /// <summary>Those that are on swap.</summary>
    public long SwappedPages { get; internal set; }

    /// <summary>Whether the OOM killer has killed it.</summary>
    public bool IsKilled { get; internal set; }

    internal List<ulong> Slots { get; } = [];
}
