namespace Emulator.ReferenceWalkers;

/// <summary>MMCSR, the second argument of entMM. Alpha Architecture Reference Manual, part II-B, "Memory management faults".</summary>
public enum AlphaFault
{
    /// <summary>Translation not valid.</summary>
    TranslationNotValid = 0,

    /// <summary>Access violation.</summary>
    AccessViolation = 1,

    /// <summary>Fault on read.</summary>
    FaultOnRead = 2,

    /// <summary>Fault on execute.</summary>
    FaultOnExecute = 3,

    /// <summary>Fault on write.</summary>
    FaultOnWrite = 4,
}
