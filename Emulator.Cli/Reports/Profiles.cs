using Emulator.Core.Kernel;
using Emulator.Core.Machines;

namespace Emulator.Cli.Reports;

/// <summary>The machines that an architecture offers.</summary>
internal static class Profiles
{
    /// <summary>Every kernel on every MMU with every page size, as far as they go together.</summary>
    public static IEnumerable<KernelProfile> Of(Architecture architecture)
    {
        foreach (string kernel in architecture.Kernels)
        {
            foreach (string mmu in architecture.Mmus(kernel))
            {
                foreach (int pageBytes in architecture.PageSizes)
                {
                    if (TryProfile(architecture, new MachineOptions { Kernel = kernel, Mmu = mmu, PageBytes = pageBytes }) is { } profile)
                        yield return profile;
                }
            }
        }
    }

    private static KernelProfile? TryProfile(Architecture architecture, MachineOptions options)
    {
        try
        {
            return architecture.Profile(options);
        }
        catch (NotSupportedException)
        {
            return null;    // not every page size goes with every MMU
        }
    }
}
