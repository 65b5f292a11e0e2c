namespace Emulator.ReferenceWalkers;

/// <summary>The control bits of IA-32e paging. Intel SDM vol. 3, 4.1.1 to 4.1.4.</summary>
public sealed record Amd64Controls
{
    /// <summary>CR4.LA57: five levels, 57-bit linear addresses.</summary>
    public bool La57 { get; init; }

    /// <summary>CR0.WP: supervisor writes obey R/W.</summary>
    public bool WriteProtect { get; init; }

    /// <summary>IA32_EFER.NXE: bit 63 of an entry is XD instead of reserved.</summary>
    public bool NoExecute { get; init; }

    /// <summary>CR4.SMEP: the supervisor does not execute user pages.</summary>
    public bool Smep { get; init; }

    /// <summary>CR4.SMAP: the supervisor does not touch user pages, unless explicitly with EFLAGS.AC = 1.</summary>
    public bool Smap { get; init; }

    /// <summary>CR4.PKE: PKRU restricts data accesses to user pages.</summary>
    public bool ProtectionKeys { get; init; }

    /// <summary>PKRU: two bits a key, AD (0) and WD (1).</summary>
    public uint Pkru { get; init; }

    /// <summary>MAXPHYADDR, CPUID.80000008H:EAX[7:0].</summary>
    public required int PhysicalAddressBits { get; init; }

    /// <summary>CPUID.80000001H:EDX.Page1GB.</summary>
    public bool GigabytePages { get; init; } = true;
}
