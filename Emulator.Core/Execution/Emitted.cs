namespace Emulator.Core.Execution;

/// <summary>What a decoder made of the bytes at an address.</summary>
/// <param name="Bytes">Length of the instruction; 0 when it does not end within the bytes given.</param>
/// <param name="EndsBlock">Every way through its operations leaves the block.</param>
public readonly record struct Emitted(int Bytes, bool EndsBlock)
{
    /// <summary>The instruction is longer than the bytes that were given.</summary>
    public static Emitted NeedsMore => default;
}
