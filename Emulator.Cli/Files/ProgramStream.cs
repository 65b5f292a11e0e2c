using Emulator.Core.Processes.Files;

namespace Emulator.Cli.Files;

/// <summary>A standard stream of this process as a program of a guest has it: bytes, as they come.</summary>
/// <param name="stream">The stream; opened when it is used first.</param>
/// <param name="isTerminal">Whether somebody sits there.</param>
/// <param name="writing">Is told before something is written, with the last byte of it; null for nobody.</param>
internal sealed class ProgramStream(Func<Stream> stream, bool isTerminal, Action<byte?>? writing = null) : HostStream
{
    private readonly Lazy<Stream> _stream = new(stream);

    /// <summary>Waits so many milliseconds for something to read, and says whether there is; by default a read waits by itself.</summary>
    public Func<int, bool> Await { get; init; } = _ => true;

    /// <summary>Columns and rows of the terminal.</summary>
    public Func<(int Columns, int Rows)> Window { get; init; } = () => default;

    /// <inheritdoc/>
    public override FileKind Kind => isTerminal ? FileKind.CharacterDevice : FileKind.Pipe;

    /// <inheritdoc/>
    public override (int Columns, int Rows) WindowSize => isTerminal ? Window() : default;

    /// <inheritdoc/>
    public override bool WaitReadable(int milliseconds) => Await(milliseconds);

    /// <inheritdoc/>
    public override int Read(Span<byte> into)
    {
        try
        {
            return _stream.Value.Read(into);
        }
        catch (IOException)
        {
            return -1;
        }
    }

    /// <inheritdoc/>
    public override bool Write(ReadOnlySpan<byte> from)
    {
        if (!from.IsEmpty)
            writing?.Invoke(from[^1]);
        try
        {
            _stream.Value.Write(from);
            _stream.Value.Flush();
            return true;
        }
        catch (IOException)
        {
            return false;       // nobody reads any more: the program gets SIGPIPE
        }
    }
}
