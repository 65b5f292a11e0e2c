using System.Text;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Tests.Processes;

/// <summary>A stream of the host in memory.</summary>
internal sealed class ToyStream(string input = "", bool terminal = false) : HostStream
{
    private readonly byte[] _input = Encoding.Latin1.GetBytes(input);
    private readonly List<byte> _written = [];
    private int _read;

    public string Written => Encoding.Latin1.GetString([.. _written]);

    public bool IsClosed { get; set; }

    public override FileKind Kind => terminal ? FileKind.CharacterDevice : FileKind.Pipe;

    public override int Read(Span<byte> into)
    {
        int count = Math.Min(into.Length, _input.Length - _read);
        _input.AsSpan(_read, count).CopyTo(into);
        _read += count;
        return count;
    }

    public override bool Write(ReadOnlySpan<byte> from)
    {
        if (IsClosed)
            return false;
        _written.AddRange(from);
        return true;
    }
}
