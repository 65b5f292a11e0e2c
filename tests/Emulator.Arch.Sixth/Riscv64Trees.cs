using Emulator.Core.Paging;

namespace Emulator.Arch.Sixth;

/// <summary>Sv39, Sv48 and Sv57: the RISC-V Instruction Set Manual, volume II, chapter "Supervisor-Level ISA".</summary>
public static class Riscv64Trees
{
    /// <summary>Three levels.</summary>
    public static PageTableGeometry Sv39 { get; } = Make(3);

    /// <summary>Four levels.</summary>
    public static PageTableGeometry Sv48 { get; } = Make(4);

    /// <summary>Five levels.</summary>
    public static PageTableGeometry Sv57 { get; } = Make(5);

    private static PageTableGeometry Make(int levels) =>
        new(pageShift: 12, [.. Enumerable.Range(0, levels).Select(level => new PageTableLevel($"level {level}", IndexBits: 9))]);
}
