using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Reports;

/// <summary>What is told of one kind of step: a sentence with places for what differs from step to step, and where it is written.</summary>
/// <param name="Pattern">
/// The sentence. Places: {address}, {at}, {before}, {after}, {detail} in hexadecimal; {count}, {bytes} (of Detail and After) in
/// decimal; {table}, {upper} (its table's name and that of the table above); {index} in it; {depth}.
/// </param>
/// <param name="Source">Function, file and kernel version.</param>
public sealed record Narration(string Pattern, string Source)
{
    /// <summary>The sentence for one event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="tree">Shape of the tree.</param>
    /// <param name="depth">Levels of the tree before the event; 0 before there is one.</param>
    public string Fill(in TraceEvent happened, PageTableGeometry tree, int depth)
    {
        ArgumentNullException.ThrowIfNull(tree);
        int level = happened.Level, levels = Math.Max(depth, level + 1);
        return Pattern
            .Replace("{address}", Hex(happened.Address.Value), StringComparison.Ordinal)
            .Replace("{at}", Hex(happened.At.Value), StringComparison.Ordinal)
            .Replace("{before}", Hex(happened.Before), StringComparison.Ordinal)
            .Replace("{after}", Hex(happened.After), StringComparison.Ordinal)
            .Replace("{detail}", Hex(happened.Detail), StringComparison.Ordinal)
            .Replace("{count}", $"{happened.Detail}", StringComparison.Ordinal)
            .Replace("{bytes}", $"{happened.After}", StringComparison.Ordinal)
            .Replace("{table}", NameOf(tree, level, levels), StringComparison.Ordinal)
            .Replace("{upper}", level + 1 < tree.MaxDepth ? NameOf(tree, level + 1, levels) : "", StringComparison.Ordinal)
            .Replace("{index}", $"{tree[level].IndexOf(happened.Address)}", StringComparison.Ordinal)
            .Replace("{depth}", $"{level + 1}", StringComparison.Ordinal);
    }

    /// <summary>A table's name: the manual's, and Linux's beside it.</summary>
    public static string NameOf(PageTableGeometry tree, int level, int depth) => $"{tree[level].Name} [{PageTableGeometry.LinuxName(level, Math.Max(depth, level + 1))}]";

    private static string Hex(ulong value) => $"0x{value:x}";
}
