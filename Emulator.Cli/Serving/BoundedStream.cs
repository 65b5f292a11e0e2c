namespace Emulator.Cli.Serving;

/// <summary>Memory that does not grow without end, nor for somebody who has gone.</summary>
/// <param name="mostBytes">How much it takes.</param>
/// <param name="what">What is written into it.</param>
/// <param name="stop">Ends the writing.</param>
internal sealed class BoundedStream(int mostBytes, string what, CancellationToken stop) : MemoryStream
{
    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        stop.ThrowIfCancellationRequested();
        if (Length + count > mostBytes)
            throw new LimitException($"{what} would have more than {mostBytes} bytes; the command line has no such limit");
        base.Write(buffer, offset, count);
    }
}
