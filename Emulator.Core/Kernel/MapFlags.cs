namespace Emulator.Core.Kernel;

/// <summary>Flags of <c>mmap()</c> that matter here.</summary>
[Flags]
public enum MapFlags
{
    /// <summary>A private mapping, anywhere.</summary>
    None = 0,

    /// <summary>MAP_FIXED: exactly there, replacing what is there.</summary>
    Fixed = 1,

    /// <summary>MAP_FIXED_NOREPLACE: exactly there, or EEXIST.</summary>
    FixedNoReplace = 2,

    /// <summary>MAP_SHARED.</summary>
    Shared = 4,

    /// <summary>MAP_GROWSDOWN.</summary>
    GrowsDown = 8,

    /// <summary>MAP_NORESERVE.</summary>
    NoReserve = 16,

    /// <summary>The file was opened for reading only: a shared mapping of it never becomes writable.</summary>
    ReadOnlyFile = 32,
}
