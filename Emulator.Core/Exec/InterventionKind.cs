namespace Emulator.Core.Exec;

/// <summary>What another processor does during an execve.</summary>
public enum InterventionKind
{
    /// <summary>Asks where a page is mapped (<c>page_referenced()</c>), and does nothing.</summary>
    Look,

    /// <summary>Begins to migrate a page: a migration entry takes the place of its entry.</summary>
    Unmap,

    /// <summary>Ends the migration of a page: it is mapped again, at another frame.</summary>
    Remap,

    /// <summary>Migrates a page, from beginning to end.</summary>
    Migrate,

    /// <summary>Tries to write pages to swap, the oldest first.</summary>
    Reclaim,
}
