using System.Text;
using Emulator.Cli.Options;

namespace Emulator.Cli.Reports;

/// <summary>A file that an option asks for beside the report.</summary>
internal sealed class Attachment
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Action<TextWriter>? _text;
    private readonly Action<Stream>? _bytes;

    /// <summary>A file of text.</summary>
    /// <param name="option">The option; its value is the file, or - for standard output.</param>
    /// <param name="write">Writes the content.</param>
    public Attachment(CliOption option, Action<TextWriter> write) => (Option, _text) = (option, write);

    /// <summary>A file of bytes.</summary>
    /// <param name="option">The option; its value is the file, or - for standard output.</param>
    /// <param name="write">Writes the content.</param>
    public Attachment(CliOption option, Action<Stream> write) => (Option, _bytes) = (option, write);

    /// <summary>The option; its value is the file, or - for standard output.</summary>
    public CliOption Option { get; }

    /// <summary>The file that it is written to when the option is not given; null for none.</summary>
    public string? Beside { get; init; }

    /// <summary>Writes the content to a file.</summary>
    public void Write(Stream file)
    {
        if (_bytes is not null)
        {
            _bytes(file);
            return;
        }
        using StreamWriter writer = new(file, Utf8, 1 << 16, leaveOpen: true) { NewLine = "\n" };
        _text!(writer);
    }

    /// <summary>Writes the content to standard output.</summary>
    public void Show(Surroundings around)
    {
        if (_bytes is null)
        {
            _text!(around.Output);
            return;
        }
        around.Output.Flush();
        using Stream output = around.BinaryOutput();
        _bytes(output);
    }
}
