namespace Emulator.Core.Memory;

/// <summary>
/// Pages of guest memory whose bytes somebody has made something else from (an engine its blocks): whoever changes such a page behind
/// the engine's back, as the kernel does when it copies to user memory or hands out a frame again, says so here.
/// </summary>
public sealed class WatchedFrames
{
    private readonly HashSet<ulong> _pages = [];

    /// <summary>Is told of a watched page before its bytes change; the page is watched no more then.</summary>
    public Action<PhysicalAddress>? Changing { get; set; }

    /// <summary>Whether no page is watched.</summary>
    public bool IsEmpty => _pages.Count == 0;

    /// <summary>Watches the page that begins at <paramref name="page"/>.</summary>
    public void Add(PhysicalAddress page) => _pages.Add(page.Value);

    /// <summary>Whether the page that begins at <paramref name="page"/> is watched.</summary>
    public bool Contains(PhysicalAddress page) => _pages.Contains(page.Value);

    /// <summary>The bytes of a page are about to change.</summary>
    public void Change(PhysicalAddress page)
    {
        if (_pages.Count != 0 && _pages.Remove(page.Value))
            Changing?.Invoke(page);
    }

    /// <summary>Watches a page no more.</summary>
    public void Remove(PhysicalAddress page) => _pages.Remove(page.Value);
}
