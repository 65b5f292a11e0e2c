namespace Emulator.Cli.Lessons;

/// <summary>An assertion that cannot be read, or that makes no sense for the report at hand; the message says where and why.</summary>
internal sealed class AssertionException(string message) : Exception(message);
