namespace Emulator.Core.Kernel;

/// <summary>A <c>BUG_ON()</c> that held: the kernel stopped there, nothing was returned to anybody.</summary>
/// <param name="Function">Where.</param>
/// <param name="File">In which file of the kernel.</param>
/// <param name="Condition">What should never have been true.</param>
public sealed record KernelBug(string Function, string File, string Condition)
{
    /// <inheritdoc/>
    public override string ToString() => $"BUG_ON({Condition}) in {Function}, {File}";
}
