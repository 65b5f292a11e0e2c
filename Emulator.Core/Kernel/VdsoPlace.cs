namespace Emulator.Core.Kernel;

/// <summary>Where the kernel puts its own pages into an address space.</summary>
public enum VdsoPlace
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>Wherever a mapping would go.</summary>
    Anywhere,

    /// <summary>A little above the start of the stack, if there is room between it and a limit (x86-64).</summary>
    NearStack,

    /// <summary>At a fixed wish; above the stack when the stack is randomised (s390, 6.1).</summary>
    AtLimit,
}
