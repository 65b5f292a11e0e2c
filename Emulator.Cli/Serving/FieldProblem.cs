namespace Emulator.Cli.Serving;

/// <summary>What is wrong with a link, and the field of the page that it is about.</summary>
/// <param name="Field">The field's name in the link; null when it is not one alone.</param>
/// <param name="Message">The command line's own line.</param>
/// <param name="Exit">What the command line would exit with.</param>
internal sealed record FieldProblem(string? Field, string Message, int Exit)
{
    /// <summary>Finds the field: that of an option, or of the program when its file is the problem.</summary>
    public static FieldProblem Of(ProblemException problem, RunLink link)
    {
        string? field = problem.Option ?? (problem.ExitCode == ExitCode.Input && link.IsRun ? link.File is null ? RunLink.ProgramKey : RunLink.FileKey : null);
        return new FieldProblem(field, problem.Message, problem.ExitCode);
    }
}
