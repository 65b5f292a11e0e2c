namespace Emulator.Judges;

/// <summary>What the machine did with an <see cref="AlphaProbe"/>: the arguments of entMM, or the quadword that a read got.</summary>
/// <param name="FaultCode">MMCSR, a1: 0 TNV, 1 ACV, 2 FOR, 3 FOE, 4 FOW; null if the access was done.</param>
/// <param name="FaultAddress">a0; 0 if the access was done.</param>
/// <param name="Cause">a2: 0 load, 1 store, -1 fetch; 0 if the access was done.</param>
public readonly record struct AlphaOutcome(int? FaultCode, ulong FaultAddress, long Cause)
{
    /// <summary>True if the access was done.</summary>
    public bool IsOk => FaultCode is null;

    /// <summary>The quadword that a read got; 0 for other accesses.</summary>
    public ulong Loaded { get; init; }

    /// <summary>In an expectation: the last entry read had V = 0. Judges differ in what they make of it.</summary>
    public bool EntryIsInvalid { get; init; }

    /// <summary>The access was done.</summary>
    /// <param name="loaded">What a read got; 0 for other accesses.</param>
    /// <returns>The outcome.</returns>
    public static AlphaOutcome Ok(ulong loaded) => new() { Loaded = loaded };

    /// <summary>A memory management fault.</summary>
    /// <param name="code">MMCSR.</param>
    /// <param name="probe">The access, which gives address and cause.</param>
    /// <returns>The outcome.</returns>
    public static AlphaOutcome Fault(int code, AlphaProbe probe) =>
        new(code, probe.VirtualAddress, probe.Access switch { ProbeAccess.Write => 1, ProbeAccess.Fetch => -1, _ => 0 });

    /// <summary>Compares an expectation with an observation.</summary>
    /// <param name="observed">What a judge saw.</param>
    /// <returns>True if code, address, cause and the loaded quadword agree.</returns>
    public bool Agrees(AlphaOutcome observed) =>
        (FaultCode, FaultAddress, Cause, Loaded) == (observed.FaultCode, observed.FaultAddress, observed.Cause, observed.Loaded);

    /// <inheritdoc/>
    public override string ToString() => FaultCode is int code ? $"fault {code} a0 {FaultAddress:x16} a2 {Cause}" : $"ok, loaded {Loaded:x16}";
}
