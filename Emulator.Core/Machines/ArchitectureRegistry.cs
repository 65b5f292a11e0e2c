using System.Collections.Immutable;
using Emulator.Core.Elf;
using Emulator.Core.Kernel;

namespace Emulator.Core.Machines;

/// <summary>The plugins at hand. One that is added by name is made when it is first needed: a program needs one of them.</summary>
public sealed class ArchitectureRegistry
{
    private readonly List<Entry> _entries = [];

    /// <summary>The plugins, in the order in which they were added; all are made.</summary>
    public IReadOnlyList<Architecture> Architectures
    {
        get
        {
            Architecture[] all = new Architecture[_entries.Count];
            for (int i = 0; i < all.Length; i++)
                all[i] = _entries[i].Architecture;
            return all;
        }
    }

    /// <summary>Adds a plugin.</summary>
    /// <exception cref="ArgumentException">Another one has that name.</exception>
    public void Add(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        Add(new Entry(architecture.Name, null, () => architecture));
    }

    /// <summary>Adds a plugin that is made when it is needed.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="elfMachines">Values of e_machine that its userlands take; for others it is not made.</param>
    /// <param name="make">Makes it.</param>
    /// <exception cref="ArgumentException">Another one has that name.</exception>
    public void Add(string name, ImmutableArray<ushort> elfMachines, Func<Architecture> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        Add(new Entry(name, elfMachines, make));
    }

    /// <summary>The plugin of that name, or null.</summary>
    public Architecture? Find(string name)
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Name == name)
                return entry.Architecture;
        }
        return null;
    }

    /// <summary>The plugin and userland that an ELF file is for, or null; of several plugins, the one that was added first.</summary>
    public (Architecture Architecture, UserAbi Abi)? For(ElfImage image) => For(image, null);

    /// <summary>The same, when only one plugin is asked.</summary>
    /// <param name="image">The file.</param>
    /// <param name="name">The plugin's name; null for all.</param>
    public (Architecture Architecture, UserAbi Abi)? For(ElfImage image, string? name)
    {
        ArgumentNullException.ThrowIfNull(image);
        foreach (Entry entry in _entries)
        {
            if ((name is not null && entry.Name != name) || !entry.MayTake(image.Machine))
                continue;
            foreach (UserAbi abi in entry.Architecture.Abis)
            {
                if (abi.ElfClass == image.Class && abi.Order == image.Order && abi.ElfMachines.Contains(image.Machine))
                    return (entry.Architecture, abi);
            }
        }
        return null;
    }

    private void Add(Entry added)
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Name == added.Name)
                throw new ArgumentException($"there is an architecture {added.Name} already");
        }
        _entries.Add(added);
    }

    /// <summary>A plugin, or how to make it.</summary>
    private sealed class Entry(string name, ImmutableArray<ushort>? elfMachines, Func<Architecture> make)
    {
        private readonly Lazy<Architecture> _architecture = new(make);

        public string Name => name;

        public Architecture Architecture => _architecture.Value;

        public bool MayTake(ushort machine)
        {
            if (elfMachines is not { } machines)
                return true;
            foreach (ushort one in machines)
            {
                if (one == machine)
                    return true;
            }
            return false;
        }
    }
}
