namespace Emulator.Core.Processes.Signals;

/// <summary>The stack that a task has set aside for handlers (<c>sigaltstack()</c>).</summary>
/// <param name="Base">Lowest address.</param>
/// <param name="Bytes">Length; 0 for none.</param>
/// <param name="AutoDisarm">SS_AUTODISARM: it is forgotten while a handler runs on it.</param>
public readonly record struct AlternateStack(ulong Base, ulong Bytes, bool AutoDisarm = false)
{
    /// <summary>SS_ONSTACK.</summary>
    public const int OnStackFlag = 1;

    /// <summary>SS_DISABLE.</summary>
    public const int DisableFlag = 2;

    /// <summary>SS_AUTODISARM.</summary>
    public const uint AutoDisarmFlag = 0x8000_0000;

    /// <summary>Whether a stack pointer lies on it (<c>on_sig_stack()</c>; growing down, the upper end counts and the lower does not).</summary>
    public bool Contains(ulong stackPointer) => !AutoDisarm && stackPointer > Base && stackPointer - Base <= Bytes;
}
