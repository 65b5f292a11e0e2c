using Emulator.Core.Memory;
using Xunit;

namespace Emulator.Contract;

/// <summary>The allocator's books at one moment, to be compared with those at another.</summary>
public sealed class FrameBooks
{
    private readonly FrameAllocator _frames;
    private readonly long _free;
    private readonly long[] _inUse;

    /// <summary>Notes the books.</summary>
    public FrameBooks(FrameAllocator frames)
    {
        _frames = frames;
        _free = frames.FreeFrames;
        _inUse = [.. Accounts().Select(frames.InUse)];
    }

    /// <summary>Every account.</summary>
    public static IEnumerable<FrameUse> Accounts()
    {
        for (int account = 0; account < (int)FrameUse.PageTable + FrameAllocator.MaxTableLevels; account++)
            yield return (FrameUse)account;
    }

    /// <summary>Every frame is where it was: free, or in its account.</summary>
    public void AssertBalanced(string after)
    {
        List<string> differences = [];
        if (_frames.FreeFrames != _free)
            differences.Add($"free frames were {_free}, are {_frames.FreeFrames}");
        foreach (FrameUse account in Accounts())
        {
            if (_frames.InUse(account) != _inUse[(int)account])
                differences.Add($"{account} had {_inUse[(int)account]} frames, has {_frames.InUse(account)}");
        }
        if (_frames.TotalAllocated - _frames.TotalFreed != _frames.Memory.Pages(_frames) - _frames.FreeFrames)
            differences.Add($"{_frames.TotalAllocated} allocated less {_frames.TotalFreed} freed is not what is in use");
        Assert.True(differences.Count == 0, $"after {after}: {string.Join("; ", differences)}");
    }
}
