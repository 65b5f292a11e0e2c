namespace Emulator.ReferenceWalkers;

/// <summary>How a walk ended.</summary>
public enum Amd64WalkEnd
{
    /// <summary>The access is done at <see cref="Amd64Walk.PhysicalAddress"/>.</summary>
    Translated,

    /// <summary>#GP(0): the address is not canonical; CR2 stays. Intel SDM vol. 1, 3.3.7.1.</summary>
    GeneralProtection,

    /// <summary>#PF with <see cref="Amd64Walk.ErrorCode"/>; CR2 becomes the address. Intel SDM vol. 3, 4.7.</summary>
    PageFault,

    /// <summary>A table lies outside the storage of this machine; the manual does not say what is read there.</summary>
    TableOutsideStorage,
}
