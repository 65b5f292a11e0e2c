namespace Emulator.Core.Reports;

/// <summary>Something about a run that is a word or a number.</summary>
/// <param name="Key">Its name for programs, as reports have it.</param>
/// <param name="Value">Its value as text; addresses in hexadecimal, with 0x.</param>
public readonly record struct RunFact(string Key, string Value);
