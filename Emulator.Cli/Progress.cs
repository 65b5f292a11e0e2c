namespace Emulator.Cli;

/// <summary>Says on a terminal what takes so long; silent for the first moment, and everywhere else.</summary>
internal class Progress : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    private readonly TextWriter? _terminal;
    private readonly Lock _lock = new();
    private readonly Timer? _timer;
    private string _text = "";
    private int _count;
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
    public virtual void Show(string text)
    {
        lock (_lock)
            (_text, _count) = (text, 0);
    }

    /// <summary>How many steps it has taken so far.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more.</exception>
    public virtual void Count(int steps)
    {
        lock (_lock)
            _count = steps;
    }

    /// <summary>What is being done, and how far it has come; empty before anything.</summary>
    protected string Status
    {
        get
        {
            lock (_lock)
                return _count == 0 ? _text : $"{_text}, {_count} steps";
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends it.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
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
            _terminal!.Write($"\r\u001b[K{Status}");
            _shown = true;
        }
    }
}
