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
    /// <summary>A registry of all of them; none is made before it is needed.</summary>
    public static ArchitectureRegistry Registry()
    {
        ArchitectureRegistry registry = new();
        registry.Add("amd64", [62, 3, 6], () => new Amd64());        // e_machine of x86_64 and i386
        registry.Add("s390", [22], () => new S390());
        registry.Add("sparc64", [43, 2, 18], () => new Sparc64());
        registry.Add("ppc64", [21, 20], () => new Ppc64());
        registry.Add("alpha", [0x9026], () => new Alpha());
        return registry;
    }
}
