namespace Emulator.Judges;

/// <summary>The MMU registers that a miss and a translation depend on (UltraSPARC-IIi User's Manual, chapter 15).</summary>
public sealed record Sparc64MmuState
{
    /// <summary>The TSB register of both MMUs: physical base, split bit 12, size code 2:0.</summary>
    public required ulong TsbRegister { get; init; }

    /// <summary>The primary context, 13 bits, for user and supervisor alike.</summary>
    public required int Context { get; init; }
}
