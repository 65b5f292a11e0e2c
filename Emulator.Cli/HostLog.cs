using Microsoft.Extensions.Logging;

namespace Emulator.Cli;

/// <summary>
/// The log of a command: the host that it goes to is made when there is something to write. Most commands have nothing, and a program that
/// is run should not wait for a host.
/// </summary>
/// <param name="minimum">What is written.</param>
/// <param name="make">Makes the logger behind, with all that it needs.</param>
internal sealed class HostLog(LogLevel minimum, Func<ILogger> make) : ILogger<Dispatcher>
{
    private readonly Lazy<ILogger> _behind = new(make);

    /// <summary>Makes the logger behind now.</summary>
    public void Open() => _ = _behind.Value;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            _behind.Value.Log(logLevel, eventId, state, exception, formatter);
    }
}
