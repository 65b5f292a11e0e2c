namespace Emulator.Core.Processes.Files;

/// <summary>A stream of the host that a program has as its standard input, output or error.</summary>
public abstract class HostStream
{
    /// <summary>What it is on the host.</summary>
    public virtual FileKind Kind => FileKind.Pipe;

    /// <summary>Whether it is a terminal.</summary>
    public bool IsTerminal => Kind == FileKind.CharacterDevice;

    /// <summary>Columns and rows of the terminal; 0 when it is none.</summary>
    public virtual (int Columns, int Rows) WindowSize => default;

    /// <summary>Waits until something can be read, or the end has come.</summary>
    /// <param name="milliseconds">How long at most; 0 to look only, -1 for ever.</param>
    /// <returns>Whether a read would give something at once.</returns>
    public virtual bool WaitReadable(int milliseconds) => true;

    /// <summary>Reads what is there; called when <see cref="WaitReadable"/> has said so.</summary>
    /// <returns>How many bytes; 0 at the end, -1 for an error.</returns>
    public virtual int Read(Span<byte> into) => 0;

    /// <summary>Writes all of it.</summary>
    /// <returns>False when nobody will ever read it.</returns>
    public virtual bool Write(ReadOnlySpan<byte> from) => true;
}
