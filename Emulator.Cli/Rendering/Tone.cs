namespace Emulator.Cli.Rendering;

/// <summary>What a piece of text means; a terminal shows it as a colour.</summary>
internal enum Tone
{
    /// <summary>Nothing special.</summary>
    Plain,

    /// <summary>A heading.</summary>
    Strong,

    /// <summary>Beside the point.</summary>
    Faint,

    /// <summary>There at the end.</summary>
    Good,

    /// <summary>Work that was undone, or went wrong.</summary>
    Bad,

    /// <summary>Moved.</summary>
    Moved,
}
