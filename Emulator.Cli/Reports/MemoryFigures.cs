using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Cli.Reports;

/// <summary>Memory of an address space as /proc/PID/status tells it, in bytes.</summary>
/// <param name="Size">VmSize: all areas.</param>
/// <param name="Stack">VmStk: areas that grow down.</param>
/// <param name="Data">VmData.</param>
/// <param name="Anonymous">RssAnon.</param>
/// <param name="File">RssFile.</param>
/// <param name="PageTables">VmPTE: what the kernel accounts for.</param>
/// <param name="AllTables">What tables really take; /proc does not tell.</param>
/// <remarks>Source: <c>task_mem()</c>, fs/proc/task_mmu.c; <c>vm_stat_account()</c>, mm/mmap.c; v2.6.32 and v6.1.</remarks>
internal sealed record MemoryFigures(ulong Size, ulong Stack, ulong Data, ulong Anonymous, ulong File, ulong PageTables, ulong AllTables)
{
    /// <summary>VmRSS.</summary>
    public ulong Resident => Anonymous + File;

    /// <summary>Counts an address space.</summary>
    public static MemoryFigures Of(Machine machine, AddressSpace space)
    {
        ulong size = 0, stack = 0, data = 0, file = 0;
        bool later = space.Era.AccountedTableLevels > 1;
        foreach (VirtualMemoryArea area in space.Areas)
        {
            size += area.Bytes;
            bool grows = area.Flags.HasFlag(AreaFlags.GrowsDown);
            stack += grows ? area.Bytes : 0;
            // v6.1 counts private writable areas, v2.6.32 all that is neither file nor stack.
            bool isData = later ? (area.Flags & (AreaFlags.Write | AreaFlags.Shared)) == AreaFlags.Write : area.File is null;
            data += isData && !grows ? area.Bytes : 0;
            file += FilePages(machine, space, area) * space.PageBytes;
        }
        PageTables? tables = space.Tables;
        return new MemoryFigures(size, stack, data, (ulong)space.AnonymousPages * space.PageBytes, file,
            tables?.AccountedBytes(space.Era.AccountedTableLevels) ?? 0, tables?.TableBytes ?? 0);
    }

    private static ulong FilePages(Machine machine, AddressSpace space, VirtualMemoryArea area)
    {
        ulong pages = 0;
        VirtualAddress from = area.Start;
        while (space.Tables is { } tables && area.File is not null && tables.TryNextLeaf(from, area.End, out LeafView leaf))
        {
            pages += machine.Kernel.Frames.OwnerOf(leaf.Target) == FrameUse.File ? 1u : 0;
            from = leaf.Address + space.PageBytes;
        }
        return pages;
    }
}
