namespace Emulator.Core.Kernel;

/// <summary>Steps of a move of the stack (<c>shift_arg_pages()</c>) between which others may look at the page tables: no lock that they need is held.</summary>
public enum ShiftStep
{
    /// <summary>The area begins at the new place and still ends at the old one; all entries are at the old one.</summary>
    Extended,

    /// <summary>One more piece of entries has moved.</summary>
    PieceMoved,

    /// <summary>All entries have moved; the tables of the old place are still there.</summary>
    Moved,

    /// <summary>The tables of the old place are gone; the area still ends there.</summary>
    Freed,
}
