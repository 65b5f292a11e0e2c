namespace Emulator.Judges;

/// <summary>What the machine did with an <see cref="S390Probe"/>.</summary>
/// <param name="InterruptionCode">The program-interruption code, or null if the access was done.</param>
/// <param name="TranslationExceptionCode">
/// The doubleword stored at real 0xa8; null in an expectation that does not care, 0 in an observation where nothing was stored.
/// </param>
public readonly record struct S390Outcome(ushort? InterruptionCode, ulong? TranslationExceptionCode)
{
    /// <summary>The access was done.</summary>
    public static S390Outcome Ok => default;

    /// <summary>True if the access was done.</summary>
    public bool IsOk => InterruptionCode is null;

    /// <summary>LOAD REAL ADDRESS only: general register 1 of the instruction. Principles of Operation, ch. 10.</summary>
    public ulong LoadedAddress { get; init; }

    /// <summary>LOAD REAL ADDRESS only: the condition code.</summary>
    public int ConditionCode { get; init; }

    /// <summary>An interruption.</summary>
    /// <param name="code">Program-interruption code.</param>
    /// <param name="translationExceptionCode">The doubleword at real 0xa8, or null if it is not defined for this code.</param>
    /// <returns>The outcome.</returns>
    public static S390Outcome Interruption(ushort code, ulong? translationExceptionCode) => new(code, translationExceptionCode);

    /// <summary>Compares an expectation with an observation.</summary>
    /// <param name="observed">What a judge saw.</param>
    /// <returns>True if the codes agree, and the TEC too where the expectation has one.</returns>
    public bool Agrees(S390Outcome observed) => InterruptionCode == observed.InterruptionCode
        && (InterruptionCode is null || TranslationExceptionCode is null || TranslationExceptionCode == observed.TranslationExceptionCode)
        && LoadedAddress == observed.LoadedAddress && ConditionCode == observed.ConditionCode;

    /// <inheritdoc/>
    public override string ToString() => InterruptionCode is ushort code
        ? $"interruption {code:x2} TEC {(TranslationExceptionCode is ulong tec ? $"{tec:x16}" : "any")}"
        : $"ok{(LoadedAddress != 0 || ConditionCode != 0 ? $" cc {ConditionCode} {LoadedAddress:x16}" : "")}";
}
