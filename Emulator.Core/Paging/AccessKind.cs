namespace Emulator.Core.Paging;

/// <summary>What a memory access wants.</summary>
public enum AccessKind : byte
{
    /// <summary>To load data.</summary>
    Read,

    /// <summary>To store data.</summary>
    Write,

    /// <summary>To fetch an instruction.</summary>
    Fetch,
}
