namespace Emulator.Core.Execution;

/// <summary>What an engine has done.</summary>
/// <param name="Instructions">Instructions done.</param>
/// <param name="BlocksMade">Blocks made from code.</param>
/// <param name="InstructionsDecoded">Instructions decoded for them.</param>
/// <param name="Operations">Micro-operations that they are made of.</param>
/// <param name="BlocksDropped">Blocks whose code changed.</param>
/// <param name="Lookups">Times the dispatcher looked a block up.</param>
/// <param name="TlbMisses">Accesses that the acceleration TLB did not know; no count of the machine's own TLB.</param>
/// <param name="CodeStores">Stores to pages that blocks were made from.</param>
/// <param name="Translated">Instructions done in translated code.</param>
/// <param name="Regions">Regions translated.</param>
/// <param name="TranslationTime">Time spent translating them, on another thread than the program's.</param>
/// <param name="Exits">How often translated code was left, by cause.</param>
public readonly record struct EngineStatistics(long Instructions, long BlocksMade, long InstructionsDecoded, long Operations, long BlocksDropped, long Lookups, long TlbMisses, long CodeStores,
    long Translated, long Regions, TimeSpan TranslationTime, RegionExits Exits);
