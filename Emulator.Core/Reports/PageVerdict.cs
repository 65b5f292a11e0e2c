namespace Emulator.Core.Reports;

/// <summary>How two address spaces map the same addresses.</summary>
public enum PageVerdict
{
    /// <summary>By equal entries, to equal frames.</summary>
    Same,

    /// <summary>The first maps them, the second does not.</summary>
    OnlyA,

    /// <summary>The second maps them, the first does not.</summary>
    OnlyB,

    /// <summary>Both, but not with the same rights and marks.</summary>
    Flags,

    /// <summary>Both with the same rights and marks, but to other frames.</summary>
    Frame,

    /// <summary>Both with the same rights and marks, to the same frames, but other bits of the entries differ.</summary>
    Bits,
}
