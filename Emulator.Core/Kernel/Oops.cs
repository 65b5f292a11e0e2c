namespace Emulator.Core.Kernel;

/// <summary>What the kernel's <c>die()</c> would print: the first bug that it ran into.</summary>
/// <remarks>
/// A kernel that runs into a bug does not go on; the model unwinds instead, with an errno that nobody is to see. Whoever
/// reports an error of the kernel looks here first.
/// </remarks>
public sealed class Oops
{
    /// <summary>The bug; null when there was none.</summary>
    public KernelBug? Bug { get; private set; }

    /// <summary>Runs into a bug.</summary>
    /// <returns>The errno to unwind with.</returns>
    public Errno Hit(KernelBug bug)
    {
        Bug ??= bug;
        return Errno.EFAULT;
    }

    /// <summary>A kernel that boots again.</summary>
    public void Clear() => Bug = null;
}
