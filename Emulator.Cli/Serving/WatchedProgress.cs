namespace Emulator.Cli.Serving;

/// <summary>Progress of a run that a page asks for now and then, and that may be stopped.</summary>
/// <param name="mostSteps">Steps that each way may take.</param>
/// <param name="stop">Ends the run.</param>
internal sealed class WatchedProgress(int mostSteps, CancellationToken stop) : Progress(null)
{
    /// <summary>What is being done; empty before anything.</summary>
    public string Now => Status;

    /// <inheritdoc/>
    public override void Show(string text)
    {
        stop.ThrowIfCancellationRequested();
        base.Show(text);
    }

    /// <inheritdoc/>
    public override void Count(int steps)
    {
        stop.ThrowIfCancellationRequested();
        if (steps > mostSteps)
            throw new LimitException($"the run takes more than {mostSteps} steps in one way, more than this server shows; the command line has no such limit");
        base.Count(steps);
    }
}
