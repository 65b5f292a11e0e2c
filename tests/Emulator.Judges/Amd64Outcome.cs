namespace Emulator.Judges;

/// <summary>What the machine did with an <see cref="Amd64Probe"/>.</summary>
/// <param name="Vector">The exception, or null if the access was done.</param>
/// <param name="ErrorCode">The error code, for exceptions that have one.</param>
/// <param name="Cr2">CR2 after a page fault, else 0.</param>
public readonly record struct Amd64Outcome(byte? Vector, uint ErrorCode, ulong Cr2)
{
    /// <summary>The access was done.</summary>
    public static Amd64Outcome Ok => default;

    /// <summary>#GP(0), what a non-canonical address gives.</summary>
    public static Amd64Outcome GeneralProtection => new(13, 0, 0);

    /// <summary>True if the access was done.</summary>
    public bool IsOk => Vector is null;

    /// <summary>#PF.</summary>
    /// <param name="errorCode">Intel SDM vol. 3, 4.7, figure "Page-Fault Error Code".</param>
    /// <param name="address">The linear address of the access.</param>
    /// <returns>The outcome.</returns>
    public static Amd64Outcome PageFault(uint errorCode, ulong address) => new(14, errorCode, address);

    /// <inheritdoc/>
    public override string ToString() => Vector switch
    {
        null => "ok",
        14 => $"#PF({ErrorCode:x}) at {Cr2:x16}",
        byte vector => $"#{vector}({ErrorCode:x})",
    };
}
