namespace Emulator.Judges;

/// <summary>The control bits long-mode paging depends on (Intel SDM vol. 3, 4.1.3).</summary>
public sealed record Amd64PagingState
{
    /// <summary>CR3: the root table's physical address; CR4.PCIDE is off.</summary>
    public required ulong Cr3 { get; init; }

    /// <summary>CR4.LA57: five levels.</summary>
    public bool La57 { get; init; }

    /// <summary>CR0.WP.</summary>
    public bool WriteProtect { get; init; } = true;

    /// <summary>EFER.NXE.</summary>
    public bool NoExecute { get; init; } = true;

    /// <summary>CR4.SMEP.</summary>
    public bool Smep { get; init; }

    /// <summary>CR4.SMAP.</summary>
    public bool Smap { get; init; }

    /// <summary>CR4.PKE.</summary>
    public bool ProtectionKeys { get; init; }

    /// <summary>PKRU; only with <see cref="ProtectionKeys"/>.</summary>
    public uint Pkru { get; init; }
}
