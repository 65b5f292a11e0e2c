using Emulator.Core.Processes.Files;

namespace Emulator.Cli.Files;

/// <summary>A standard stream of this process as a program of a guest has it: bytes, as they come.</summary>
/// <param name="stream">The stream; opened when it is used first.</param>
/// <param name="isTerminal">Whether somebody sits there.</param>
/// <param name="writing">Is told before something is written, with the last byte of it; null for nobody.</param>
internal sealed class ProgramStream(Func<Stream> stream, bool isTerminal, Action<byte?>? writing = null) : HostStream
{
    private readonly Lazy<Stream> _stream = new(stream);

    /// <inheritdoc/>
    public override FileKind Kind => isTerminal ? FileKind.CharacterDevice : FileKind.Pipe;

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
