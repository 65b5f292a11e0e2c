namespace Emulator.Core.Execution;

/// <summary>A page that the code of a region was made from.</summary>
/// <param name="Virtual">Its address for the program.</param>
/// <param name="Physical">Where it lay then.</param>
internal readonly record struct RegionPage(ulong Virtual, ulong Physical);
