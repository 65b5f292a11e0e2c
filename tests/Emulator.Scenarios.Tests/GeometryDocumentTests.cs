using System.Text;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Paging;
using Emulator.Core.Reports;
using Emulator.Testing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>docs/geometries.md says what the code says. With EMULATOR_UPDATE_DOCS=1 the tables are written instead of compared.</summary>
public class GeometryDocumentTests
{
    private const string Begin = "<!-- tables: written by GeometryDocumentTests -->", End = "<!-- end of tables -->";
    private static readonly string Path = Repository.PathOf("docs/geometries.md");

    [Fact]
    public void The_document_and_the_plugins_agree()
    {
        string document = File.ReadAllText(Path);
        string tables = string.Join("\n\n", Recorded.Registry.Architectures.Select(Describe));
        if (Environment.GetEnvironmentVariable("EMULATOR_UPDATE_DOCS") == "1")
        {
            int begin = document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, end = document.IndexOf(End, StringComparison.Ordinal);
            File.WriteAllText(Path, $"{document[..begin]}\n\n{tables}\n\n{document[end..]}");
            return;
        }

        foreach (string line in tables.Split('\n').Where(line => line.Length > 0))
            Assert.True(document.Contains(line + "\n", StringComparison.Ordinal), $"docs/geometries.md lacks: {line}");
    }

    private static string Describe(Architecture architecture)
    {
        StringBuilder text = new($"## {architecture.Name}\n\n{architecture.Summary}. Sources: {string.Join("; ", architecture.Sources)}.");
        foreach (string kernel in architecture.Kernels)
        {
            foreach (int page in architecture.PageSizes)
            {
                foreach (string mmu in architecture.Mmus(kernel))
                    Describe(text, architecture.Profile(new MachineOptions { Kernel = kernel, PageBytes = page, Mmu = mmu }));
            }
            text.Append("\n\n```\n").AppendJoin('\n', EntryBits.Lines(architecture, kernel)).Append("\n```");
        }
        return text.ToString();
    }

    private static void Describe(StringBuilder text, KernelProfile profile)
    {
        PageTableGeometry tree = profile.Tree;
        text.Append($"\n\n### {profile.Era}, {profile.Mmu}, pages of {profile.PageBytes} bytes\n\n");
        text.Append("| level | table | Linux | index bits | entry bytes | table bytes | in /proc | one table covers |\n|---|---|---|---|---|---|---|---|\n");
        for (int level = tree.MaxDepth - 1; level >= 0; level--)
        {
            PageTableLevel row = tree[level];
            string linux = level == profile.NewDepth - 1 ? "pgd" : PageTableGeometry.LinuxName(level, tree.MaxDepth);
            text.Append($"| {level} | {row.Name} | {linux} | {row.IndexBits} | {row.EntryBytes} | {row.TableBytes} | {row.ProcBytes} | 2^{row.TableShift} |\n");
        }
        string tops = string.Join(", ", profile.Abis.Select(abi => $"{abi.Abi.Name} 0x{abi.Layout.StackTop:x}{(abi.LowLayout is { } low ? $" (31-bit 0x{low.StackTop:x})" : "")}"));
        text.Append($"\nA new address space has {profile.NewDepth} levels{(profile.MaxDepth > profile.NewDepth ? $", at most {profile.MaxDepth}" : "")}. STACK_TOP_MAX 0x{profile.StackTopMax:x}; STACK_TOP {tops}.");
    }
}
