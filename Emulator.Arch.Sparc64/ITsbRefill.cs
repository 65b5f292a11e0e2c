namespace Emulator.Arch.Sparc64;

/// <summary>A refill with a TSB, whatever the entry format.</summary>
public interface ITsbRefill
{
    /// <summary>The TSB as it is now; a larger one takes its place as the address space grows.</summary>
    /// <exception cref="ObjectDisposedException">The address space is gone.</exception>
    Tsb Tsb { get; }

    /// <summary>What it has seen.</summary>
    TsbStatistics Statistics { get; }
}
