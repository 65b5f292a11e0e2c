namespace Emulator.Judges;

/// <summary>Something a judge does differently from the manual.</summary>
/// <param name="Id">A short name.</param>
/// <param name="Program">Who does it.</param>
/// <param name="Manual">What the manual says.</param>
/// <param name="Judge">What the judge does instead.</param>
/// <param name="Source">How we know.</param>
public sealed record Deviation(string Id, JudgeProgram Program, string Manual, string Judge, string Source)
{
    /// <summary>Turns the manual's outcome into the judge's; null if the deviation does not touch amd64 outcomes.</summary>
    public Func<Amd64Probe, Amd64Outcome, Amd64Outcome>? OnAmd64 { get; init; }

    /// <summary>Turns the manual's outcome into the judge's; null if the deviation does not touch s390x outcomes.</summary>
    public Func<S390Probe, S390Outcome, S390Outcome>? OnS390 { get; init; }

    /// <summary>Turns the manual's outcome into the judge's; null if the deviation does not touch alpha outcomes.</summary>
    public Func<AlphaProbe, AlphaOutcome, AlphaOutcome>? OnAlpha { get; init; }

    /// <summary>Turns a probe into the one that the judge acts on; null if it acts on all addresses as it should.</summary>
    public Func<AlphaProbe, AlphaProbe>? OnAlphaProbe { get; init; }

    /// <summary>Turns the manual's outcome into the judge's; null if the deviation does not touch sun4u outcomes.</summary>
    public Func<Sparc64Probe, Sparc64Outcome, Sparc64Outcome>? OnSparc64 { get; init; }

    /// <summary>Turns the control bits set into those the judge acts on; null if it acts on all of them.</summary>
    public Func<S390DatState, S390DatState>? OnS390State { get; init; }

    /// <summary>Turns log2 of the largest page of a radix tree into what the judge takes; null if the deviation is about something else.</summary>
    public Func<int, int>? OnRadixPageShift { get; init; }
}
