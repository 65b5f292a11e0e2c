namespace Emulator.Cli;

/// <summary>Says on a terminal what takes so long; silent for the first moment, and everywhere else.</summary>
internal class Progress : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    private readonly TextWriter? _terminal;
    private readonly Timer? _timer;
    private string _text = "";
    private int _count;
    private bool _shown, _ended;

    /// <summary>Held by whoever writes to the terminal or changes what is said there.</summary>
    protected Lock Sync { get; } = new();

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
        lock (Sync)
            (_text, _count) = (text, 0);
    }

    /// <summary>How many steps it has taken so far.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more.</exception>
    public virtual void Count(int steps)
    {
        lock (Sync)
            _count = steps;
    }

    /// <summary>What is being done, and how far it has come; empty before anything.</summary>
    protected virtual string Status
    {
        get
        {
            lock (Sync)
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
        lock (Sync)
        {
            _ended = true;
            Erase();
        }
    }

    /// <summary>Takes away what is shown; <see cref="Sync"/> is held.</summary>
    protected void Erase()
    {
        if (_shown)
            _terminal!.Write("\r\u001b[K");
        _shown = false;
    }

    private void Paint()
    {
        lock (Sync)
        {
            if (_ended)
                return;
            string status = Status;
            if (status.Length == 0)
            {
                Erase();
                return;
            }
            _terminal!.Write($"\r\u001b[K{status}");
            _shown = true;
        }
    }
}
