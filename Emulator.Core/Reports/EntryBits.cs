using System.Collections.Immutable;
using Emulator.Core.Machines;
using Emulator.Core.Paging;

namespace Emulator.Core.Reports;

/// <summary>The bits of an architecture's entries, a line for each kind of entry: the same fields as where one entry is shown bit by bit.</summary>
public static class EntryBits
{
    private const ulong LittleMemory = 64 << 20;

    /// <summary>The lines of a kernel, and the plugin's notes. What not all MMUs and page sizes have names those that have it.</summary>
    /// <param name="architecture">The plugin.</param>
    /// <param name="kernel">One of its kernels.</param>
    public static ImmutableArray<string> Lines(Architecture architecture, string kernel)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        List<Kind> kinds = [];
        int machines = 0;
        foreach (string mmu in architecture.Mmus(kernel))
        {
            foreach (int pageBytes in architecture.PageSizes)
            {
                if (TryCreate(architecture, new MachineOptions { Kernel = kernel, Mmu = mmu, PageBytes = pageBytes, MemoryBytes = LittleMemory }) is not { } machine)
                    continue;
                machines++;
                using (machine)
                    Collect(kinds, architecture.PageSizes.Length > 1 ? $"{mmu} {pageBytes >> 10}K" : mmu, machine.EntryFormat, machine.Kernel.Profile.Tree);
            }
        }
        return [.. kinds.Select(kind => $"{string.Join(", ", kind.Tables)}: {kind.Name}{(kind.Machines.Count == machines ? "" : $" ({string.Join(", ", kind.Machines)})")}: {kind.Fields}"), .. architecture.EntryNotes(kernel)];
    }

    private static Machine? TryCreate(Architecture architecture, MachineOptions options)
    {
        try
        {
            return architecture.CreateMachine(options, null);
        }
        catch (NotSupportedException)
        {
            return null;        // not every page size goes with every MMU
        }
    }

    private static void Collect(List<Kind> kinds, string machine, EntryFormat format, PageTableGeometry tree)
    {
        for (int level = 0; level < tree.MaxDepth; level++)
        {
            // What says nothing but that it is empty is left out.
            foreach (EntryLayout layout in format.Layouts(level).Where(layout => layout.Fields.Length > 1 || layout.Fields[0].AddressShift is not null))
            {
                string fields = string.Join(" | ", layout.Fields.Select(field => $"{field.Bits} {field.Name}"));
                if (kinds.Find(kind => kind.Name == layout.Name && kind.Fields == fields) is not { } kind)
                    kinds.Add(kind = new Kind(layout.Name, fields, [], []));
                if (!kind.Tables.Contains(tree[level].Name))
                    kind.Tables.Add(tree[level].Name);
                if (!kind.Machines.Contains(machine))
                    kind.Machines.Add(machine);
            }
        }
    }

    /// <summary>Entries that have the same bits: in which tables, and on which machines.</summary>
    private sealed record Kind(string Name, string Fields, List<string> Tables, List<string> Machines);
}
