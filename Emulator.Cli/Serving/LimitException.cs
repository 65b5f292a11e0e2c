namespace Emulator.Cli.Serving;

/// <summary>A run needs more than the server gives, or than it has left; one line says what and how to get it.</summary>
internal sealed class LimitException(string message) : Exception(message);
