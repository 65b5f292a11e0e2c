using Emulator.Core.Exec;
using Emulator.Core.Paging;

namespace Emulator.Cli.Rendering;

/// <summary>Numbers as text reports show them.</summary>
internal static class Form
{
    /// <summary>An address: 16 hexadecimal digits.</summary>
    public static string Address(ulong address) => $"0x{address:x16}";

    /// <summary>A number in hexadecimal, without leading zeros.</summary>
    public static string Hex(ulong number) => $"0x{number:x}";

    /// <summary>A range of addresses, both ends included.</summary>
    public static string Range(ulong first, ulong last) => $"{Address(first)}-{Address(last)}";

    /// <summary>"3 pages".</summary>
    public static string Count(long number, string one, string? many = null) => $"{number} {(number == 1 ? one : many ?? one + "s")}";

    /// <summary>A power of two of bytes: "2 MiB".</summary>
    public static string Reach(int shift)
    {
        string[] units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        return $"{1UL << shift % 10} {units[shift / 10]}";
    }

    /// <summary>Tables per level, those that there are: "1 pmd, 2 pte".</summary>
    public static string Tables(TableCounts counts)
    {
        string text = string.Join(", ", new[] { (counts.Pgd, "pgd"), (counts.P4d, "p4d"), (counts.Pud, "pud"), (counts.Pmd, "pmd"), (counts.Pte, "pte") }
            .Where(level => level.Item1 != 0).Select(level => $"{level.Item1} {level.Item2}"));
        return text.Length == 0 ? "none" : text;
    }

    /// <summary>A table's name: the manual's, and Linux's beside it.</summary>
    public static string Table(PageTableGeometry tree, int level, int depth) => $"{tree[level].Name} [{PageTableGeometry.LinuxName(level, depth)}]";

    /// <summary>What execve was doing before it reached a stage.</summary>
    public static string During(ExecStageName stage) => stage switch
    {
        ExecStageName.Copied => "copying strings",
        ExecStageName.SetupIn => "reading the header",
        ExecStageName.SetupOut => "placing the stack",
        _ => "loading",
    };
}
