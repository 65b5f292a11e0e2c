using Emulator.Core.Processes.Files;

namespace Emulator.Cli.Files;

/// <summary>A standard stream of this process as a program of a guest has it: bytes, as they come.</summary>
/// <param name="stream">The stream; opened when it is used first.</param>
/// <param name="isTerminal">Whether somebody sits there.</param>
internal sealed class ProgramStream(Func<Stream> stream, bool isTerminal) : HostStream
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
