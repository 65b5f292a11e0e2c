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

    /// <summary>
    /// As <see cref="Tiered"/>, but translated code takes addresses for physical ones and looks at nothing: neither at the TLB nor at alignment, nor
    /// whether what it stores to is code, nor whether there is guest memory at all. For a machine without an MMU and for programs that are trusted like this
    /// one: a wrong address reaches the host's memory. It says what the rest costs (<c>bench/README.md</c>).
    /// </summary>
    Flat,
}
