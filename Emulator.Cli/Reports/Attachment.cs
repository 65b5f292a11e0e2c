using Emulator.Cli.Options;

namespace Emulator.Cli.Reports;

/// <summary>A file that an option asks for beside the report.</summary>
/// <param name="Option">The option; its value is the file, or - for standard output.</param>
/// <param name="Write">Writes the content.</param>
internal sealed record Attachment(CliOption Option, Action<TextWriter> Write);
