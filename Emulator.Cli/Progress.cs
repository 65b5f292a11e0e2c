namespace Emulator.Cli;

/// <summary>Says on a terminal what takes so long; silent for the first moment, and everywhere else.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    private readonly TextWriter? _terminal;
    private readonly Lock _lock = new();
    private readonly Timer? _timer;
    private string _text = "";
    private bool _shown, _ended;

    /// <summary>Starts.</summary>
    /// <param name="terminal">The terminal; null for silence.</param>
    public Progress(TextWriter? terminal)
    {
        _terminal = terminal;
        if (terminal is not null)
            _timer = new Timer(_ => Paint(), null, Patience, Patience);
    }

    /// <summary>Nobody is told.</summary>
    public static Progress Silent => new(null);

    /// <summary>What is being done now.</summary>
    public void Show(string text)
    {
        lock (_lock)
            _text = text;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            _ended = true;
            if (_shown)
                _terminal!.Write("\r\u001b[K");
        }
    }

    private void Paint()
    {
        lock (_lock)
        {
            if (_ended || _text.Length == 0)
                return;
            _terminal!.Write($"\r\u001b[K{_text}");
            _shown = true;
        }
    }
}
