namespace Emulator.Cli;

/// <summary>How the program ends.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The modelled execve failed, or a promise broke: the ways do not give the same user view.</summary>
    public const int Refused = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>A file cannot be read, is cut short, or is for no machine at hand.</summary>
    public const int Input = 3;

    /// <summary>A bug of this program.</summary>
    public const int Bug = 4;

    /// <summary>A limit of the user's cut a run short, as timeout(1) has it.</summary>
    public const int CutShort = 124;
}
