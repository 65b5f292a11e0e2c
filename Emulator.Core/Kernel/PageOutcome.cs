namespace Emulator.Core.Kernel;

/// <summary>What came of an attempt to do something with a page from the page's side.</summary>
public enum PageOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>The page is on no LRU list, so that nobody can take it: it waits outside any address space (<c>isolate_lru_page()</c>: EBUSY).</summary>
    NotOnLru,

    /// <summary>The page is not in memory, or there is none of that number.</summary>
    NoPage,

    /// <summary>No entry was found where the page should be mapped. It is mapped elsewhere, and stays so: a failure without consequence.</summary>
    NotFound,

    /// <summary>The page belongs to a stack that execve is still setting up, which migration leaves alone since v2.6.35.</summary>
    TemporaryStack,

    /// <summary>No frame was free.</summary>
    NoMemory,

    /// <summary>The page is on its way already.</summary>
    Locked,

    /// <summary>No migration of the page has begun.</summary>
    NotLocked,

    /// <summary>The migration entry was not found again, and is left behind.</summary>
    LeftBehind,

    /// <summary>The execve never came to that point.</summary>
    NeverReached,
}
