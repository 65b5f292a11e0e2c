namespace Emulator.Core.Kernel;

/// <summary>An area as a line of /proc/PID/maps.</summary>
/// <remarks>Source: <c>show_map_vma()</c>, fs/proc/task_mmu.c. Device and inode are 0: the files are the host's.</remarks>
public static class MapsLine
{
    private const int NameColumn = 73;      // 25 + 6 * sizeof(void *) of a 64-bit kernel

    /// <summary>Formats one area.</summary>
    public static string Format(AddressSpace space, VirtualMemoryArea area)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(area);
        char Right(AreaFlags flag, char letter) => area.Flags.HasFlag(flag) ? letter : '-';
        ulong offset = area.File is null ? 0 : area.PageOffset << space.PageShift;
        string line = $"{area.Start.Value:x8}-{area.End.Value:x8} {Right(AreaFlags.Read, 'r')}{Right(AreaFlags.Write, 'w')}{Right(AreaFlags.Execute, 'x')}{(area.Flags.HasFlag(AreaFlags.Shared) ? 's' : 'p')} {offset:x8} 00:00 0";
        string? name = NameOf(space, area);
        return name is null ? line : (line + " ").PadRight(NameColumn) + name;
    }

    /// <summary>The name the kernel shows: file, [heap], [stack], [vdso]; null for none.</summary>
    public static string? NameOf(AddressSpace space, VirtualMemoryArea area)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(area);
        if (area.File is not null)
            return area.File.Path;
        if (area.SpecialName is not null)
            return area.SpecialName;
        if (area.Start <= space.BrkEnd && area.End >= space.StartBrk && space.StartBrk.Value != 0)
            return "[heap]";
        return area.Start <= space.StartStack && area.End >= space.StartStack && space.StartStack.Value != 0 ? "[stack]" : null;
    }
}
