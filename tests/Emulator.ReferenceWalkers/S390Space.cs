namespace Emulator.ReferenceWalkers;

/// <summary>
/// The space a translation belongs to, as bits 62-63 of the translation-exception identification give it.
/// Principles of Operation, ch. 3, "Assigned storage locations", real 168.
/// </summary>
public enum S390Space
{
    /// <summary>Primary: CR1.</summary>
    Primary = 0,

    /// <summary>AR-specified.</summary>
    AccessRegister = 1,

    /// <summary>Secondary: CR7.</summary>
    Secondary = 2,

    /// <summary>Home: CR13.</summary>
    Home = 3,
}
