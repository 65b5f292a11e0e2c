namespace Emulator.Core.Reports;

/// <summary>A fact that two runs do not share.</summary>
/// <param name="Key">Its name.</param>
/// <param name="A">Its value in the first; null when it has none.</param>
/// <param name="B">Its value in the second; null when it has none.</param>
public readonly record struct FactDifference(string Key, string? A, string? B);
