using Emulator.Arch.Alpha;
using Emulator.Arch.Amd64;
using Emulator.Arch.Ppc64;
using Emulator.Arch.S390;
using Emulator.Arch.Sparc64;
using Emulator.Core.Machines;

namespace Emulator.Cli;

/// <summary>The architectures of this program: the only place that names them.</summary>
internal static class Plugins
{
    /// <summary>A registry of all of them.</summary>
    public static ArchitectureRegistry Registry()
    {
        ArchitectureRegistry registry = new();
        registry.Add(new Amd64());
        registry.Add(new S390());
        registry.Add(new Sparc64());
        registry.Add(new Ppc64());
        registry.Add(new Alpha());
        return registry;
    }
}
