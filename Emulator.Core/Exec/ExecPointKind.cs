namespace Emulator.Core.Exec;

/// <summary>Points of an execve, in their order. Those from <see cref="Protected"/> to <see cref="Freed"/> exist in place only, those from <see cref="Extended"/> on only when the stack moves.</summary>
public enum ExecPointKind
{
    /// <summary>All strings are copied.</summary>
    Copied,

    /// <summary>At the entry of setup_arg_pages().</summary>
    SetupIn,

    /// <summary>The area has the rights that the program wants, still at the high place.</summary>
    Protected,

    /// <summary>The area covers both places, and begins at the new one.</summary>
    Extended,

    /// <summary>A piece of the move is done.</summary>
    Piece,

    /// <summary>All entries have moved.</summary>
    Moved,

    /// <summary>The tables of the high place are freed.</summary>
    Freed,

    /// <summary>At the end of setup_arg_pages().</summary>
    SetupOut,

    /// <summary>The program is about to start.</summary>
    Start,
}
