namespace Emulator.Cli.Reports;

/// <summary>How an event of a run stands to those around it.</summary>
internal enum RunTurn
{
    /// <summary>It is done at once.</summary>
    Step,

    /// <summary>What follows belongs to it, until it ends.</summary>
    Begin,

    /// <summary>What was begun last is over.</summary>
    End,

    /// <summary>It takes no time.</summary>
    Instant,
}
