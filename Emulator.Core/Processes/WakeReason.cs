namespace Emulator.Core.Processes;

/// <summary>Why a task does not sleep any more.</summary>
internal enum WakeReason
{
    None,
    Event,
    Timeout,
    Signal,
}
