using Emulator.Core.Elf;
using Emulator.Core.Kernel;

namespace Emulator.Core.Machines;

/// <summary>The plugins at hand.</summary>
public sealed class ArchitectureRegistry
{
    private readonly List<Architecture> _architectures = [];

    /// <summary>The plugins, in the order in which they were added.</summary>
    public IReadOnlyList<Architecture> Architectures => _architectures;

    /// <summary>Adds a plugin.</summary>
    /// <exception cref="ArgumentException">Another one has that name.</exception>
    public void Add(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        if (Find(architecture.Name) is not null)
            throw new ArgumentException($"there is an architecture {architecture.Name} already", nameof(architecture));
        _architectures.Add(architecture);
    }

    /// <summary>The plugin of that name, or null.</summary>
    public Architecture? Find(string name) => _architectures.FirstOrDefault(architecture => architecture.Name == name);

    /// <summary>The plugin and userland that an ELF file is for, or null; of several plugins, the one that was added first.</summary>
    public (Architecture Architecture, UserAbi Abi)? For(ElfImage image) => For(image, null);

    /// <summary>The same, when only one plugin is asked.</summary>
    /// <param name="image">The file.</param>
    /// <param name="name">The plugin's name; null for all.</param>
    public (Architecture Architecture, UserAbi Abi)? For(ElfImage image, string? name)
    {
        ArgumentNullException.ThrowIfNull(image);
        foreach (Architecture architecture in _architectures.Where(architecture => name is null || architecture.Name == name))
        {
            foreach (UserAbi abi in architecture.Abis)
            {
                if (abi.ElfClass == image.Class && abi.Order == image.Order && abi.ElfMachines.Contains(image.Machine))
                    return (architecture, abi);
            }
        }
        return null;
    }
}
