namespace Emulator.Core.Processes.Signals;

/// <summary>What a process does about a signal (<c>struct sigaction</c>), with generic flags.</summary>
/// <param name="Handler">Address of the handler; 0 for the default, 1 to ignore it.</param>
/// <param name="Flags">How.</param>
/// <param name="Restorer">Address that the handler returns to, with <see cref="SignalActionFlags.Restorer"/> or where the ABI hands one over beside the structure; else 0.</param>
/// <param name="Mask">Signals that are blocked meanwhile.</param>
public readonly record struct SignalAction(ulong Handler, SignalActionFlags Flags, ulong Restorer, SignalSet Mask)
{
    /// <summary>SIG_DFL.</summary>
    public const ulong Default = 0;

    /// <summary>SIG_IGN.</summary>
    public const ulong Ignore = 1;
}
