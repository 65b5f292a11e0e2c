namespace Emulator.Core.Kernel;

/// <summary>Reads well at call sites: <c>if (error.Failed())</c>.</summary>
public static class ErrnoExtensions
{
    /// <summary>Whether this is an error.</summary>
    public static bool Failed(this Errno error) => error != Errno.None;
}
