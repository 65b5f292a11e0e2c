namespace Emulator.Core.Exec;

/// <summary>Settings of a running system that the modelled kernels keep at their defaults.</summary>
internal static class KernelProfileDefaults
{
    /// <summary>vm.mmap_min_addr in bytes (CONFIG_DEFAULT_MMAP_MIN_ADDR of the recorded kernels).</summary>
    public const ulong MmapMinAddress = 4096;
}
