using Emulator.Core.Processes.Calls;

namespace Emulator.Core.Processes;

/// <summary>A call that a signal without handler interrupted, to be gone on with (<c>restart_block</c>).</summary>
/// <param name="Call">The call.</param>
/// <param name="Request">Its arguments.</param>
/// <param name="State">What it had noted.</param>
internal sealed record InterruptedCall(SystemCall Call, SystemCallRequest Request, object? State);
