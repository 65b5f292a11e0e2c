using System.CommandLine;
using Emulator.Cli.Options;

namespace Emulator.Cli.Verbs;

/// <summary>One sub-command.</summary>
internal abstract class Verb
{
    /// <summary>Its name.</summary>
    public abstract string Name { get; }

    /// <summary>What comes after the options, as help shows it.</summary>
    public abstract string Operands { get; }

    /// <summary>One line on what it does.</summary>
    public abstract string Summary { get; }

    /// <summary>What help says besides: one paragraph.</summary>
    public abstract string Details { get; }

    /// <summary>Command lines to try.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    /// <summary>Its own options, in the order of the help text.</summary>
    public abstract IReadOnlyList<CliOption> Options { get; }

    /// <summary>Its operands.</summary>
    public abstract IReadOnlyList<Argument> Arguments { get; }

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    public abstract int Run(Invocation invocation);

    /// <summary>Adds options and operands to the verb's command.</summary>
    /// <param name="command">The command, as System.CommandLine sees it.</param>
    /// <param name="common">Options of every verb.</param>
    public void AddTo(Command command, CommonOptions common)
    {
        foreach (CliOption option in Options.Concat(common.All))
            command.Add(option);
        foreach (Argument argument in Arguments)
            command.Add(argument);
    }

    /// <summary>One operand, which has to be there.</summary>
    protected static Argument One(string name) => new Argument<string>(name) { Arity = ArgumentArity.ExactlyOne };

    /// <summary>One operand, which may be missing.</summary>
    protected static Argument Maybe(string name) => new Argument<string>(name) { Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Operands among which options may stand.</summary>
    protected static Argument Several(string name) => new Argument<string[]>(name) { Arity = ArgumentArity.OneOrMore };

    /// <summary>All that follows, whatever it looks like.</summary>
    protected static Argument TheRest(string name) => new Argument<string[]>(name) { Arity = ArgumentArity.ZeroOrMore, CaptureRemainingTokens = true };
}
