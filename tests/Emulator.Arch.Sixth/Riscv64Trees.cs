using Emulator.Core.Paging;

namespace Emulator.Arch.Sixth;

/// <summary>The page-table trees of Sv39, Sv48 and Sv57.</summary>
/// <remarks>Source: The RISC-V Instruction Set Manual, volume II, version 20211203, 4.4, 4.5 and 4.6. Tables have no names there, only levels.</remarks>
public static class Riscv64Trees
{
    /// <summary>Three levels: 39 address bits.</summary>
    public static PageTableGeometry Sv39 { get; } = Make(3);

    /// <summary>Four levels: 48 address bits.</summary>
    public static PageTableGeometry Sv48 { get; } = Make(4);

    /// <summary>Five levels: 57 address bits.</summary>
    public static PageTableGeometry Sv57 { get; } = Make(5);

    private static PageTableGeometry Make(int levels) =>
        new(pageShift: 12, [.. Enumerable.Range(0, levels).Select(level => new PageTableLevel($"level {level}", IndexBits: 9))]);
}
