namespace Emulator.Core.Execution;

/// <summary>How a CPU does instructions. What programs see is the same in all of them.</summary>
public enum EngineMode
{
    /// <summary>Operation by operation, always.</summary>
    Interpret,

    /// <summary>Operation by operation at first; what is done often is translated meanwhile.</summary>
    Tiered,

    /// <summary>Every block is translated before it is done: slow, for tests.</summary>
    Translate,
}
