namespace Emulator.Judges;

/// <summary>The Power machines that can judge.</summary>
public enum Ppc64Model
{
    /// <summary>POWER8: ISA 2.07, hashed page tables found through SDR1.</summary>
    Power8,

    /// <summary>POWER9: ISA 3.0, hashed page tables in the new format and radix trees, both found through the partition table.</summary>
    Power9,
}
