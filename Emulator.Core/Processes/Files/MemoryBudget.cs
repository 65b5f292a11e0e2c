namespace Emulator.Core.Processes.Files;

/// <summary>How much files may hold that are in memory alone: like a tmpfs, half of the guest's.</summary>
internal sealed class MemoryBudget(long bytes)
{
    private const int NodeBytes = 512;

    private long _used;

    public long Bytes => bytes;

    public long Free => bytes - _used;

    /// <summary>Takes so many bytes more, or gives some back.</summary>
    public bool TryTake(long more)
    {
        if (_used + more > bytes)
            return false;
        _used += more;
        return true;
    }

    public bool TryTakeNode() => TryTake(NodeBytes);

    public void GiveNode() => TryTake(-NodeBytes);
}
