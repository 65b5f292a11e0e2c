namespace Emulator.Judges;

/// <summary>What a probe does at its address.</summary>
public enum ProbeAccess
{
    /// <summary>Loads one byte.</summary>
    Read,

    /// <summary>Stores one byte, the one that is there by contract.</summary>
    Write,

    /// <summary>Executes the instruction that is there by contract.</summary>
    Fetch,

    /// <summary>s390x only: LOAD REAL ADDRESS (LRAG) with DAT on.</summary>
    LoadRealAddress,
}
