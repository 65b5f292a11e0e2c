using System.Text.RegularExpressions;
using Emulator.Core.Machines;
using Emulator.Testing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>Who may know whom, and that nothing outside a plugin knows an architecture's name.</summary>
public partial class HouseRulesTests
{
    /// <summary>Rooms of Core, each with the rooms that it may use; a room may always use itself.</summary>
    private static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["Memory"] = [],
        ["Tracing"] = ["Memory"],
        ["Paging"] = ["Memory", "Tracing"],
        ["Elf"] = ["Memory"],
        ["Execution"] = ["Memory", "Paging"],
        ["Kernel"] = ["Memory", "Paging", "Tracing"],
        ["Exec"] = ["Elf", "Kernel", "Memory", "Paging", "Tracing"],
        ["Processes"] = ["Elf", "Exec", "Execution", "Kernel", "Memory", "Paging", "Tracing"],
        ["Machines"] = ["Elf", "Exec", "Execution", "Kernel", "Memory", "Paging", "Processes", "Tracing"],
        ["Reports"] = ["Elf", "Exec", "Kernel", "Machines", "Memory", "Paging", "Tracing"],
    };

    [Fact]
    public void Rooms_of_Core_know_only_the_rooms_below_them()
    {
        List<string> breaches = [];
        foreach (string file in Sources("Emulator.Core"))
        {
            string room = Path.GetRelativePath(Repository.PathOf("Emulator.Core"), file).Split(Path.DirectorySeparatorChar)[0];
            Assert.True(Rooms.ContainsKey(room), $"{file}: {room} is a room without a rule");
            foreach (Match use in UsedRoom().Matches(File.ReadAllText(file)))
            {
                if (use.Groups[1].Value != room && !Rooms[room].Contains(use.Groups[1].Value))
                    breaches.Add($"{room} knows {use.Groups[1].Value} in {Path.GetFileName(file)}");
            }
        }
        Assert.Empty(breaches);
    }

    [Fact]
    public void Core_references_the_base_class_library_alone()
    {
        IEnumerable<string> others = typeof(Architecture).Assembly.GetReferencedAssemblies().Select(name => name.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal));
        Assert.Empty(others);
    }

    [Fact]
    public void Plugins_reference_Core_and_never_each_other()
    {
        foreach (Architecture architecture in Recorded.Registry.Architectures)
        {
            IEnumerable<string> others = architecture.GetType().Assembly.GetReferencedAssemblies().Select(name => name.Name!)
                .Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && name != "Emulator.Core");
            // Iced disassembles x86 for the one plugin that needs it.
            Assert.Empty(architecture.Name == "amd64" ? others.Except(["Iced"]) : others);
        }
    }

    [Fact]
    public void No_code_outside_a_plugin_mentions_an_architecture()
    {
        string[] names = [.. Recorded.Registry.Architectures.SelectMany(architecture => architecture.Abis.Select(abi => abi.Name).Append(architecture.Name)).Distinct()];
        Regex mention = new($@"\b({string.Join('|', names.Select(Regex.Escape))})\b", RegexOptions.IgnoreCase);
        List<string> breaches = [];
        foreach (string file in Sources("Emulator.Core").Concat(Sources("Emulator.Cli")))
        {
            string name = Path.GetFileName(file);
            if (name == "Plugins.cs")
                continue;       // the registration
            string[] lines = File.ReadAllLines(file);
            for (int i = 0; i < lines.Length; i++)
            {
                string code = Comment().Replace(lines[i], "");
                if (mention.IsMatch(code))
                    breaches.Add($"{name}:{i + 1}: {lines[i].Trim()}");
            }
        }
        Assert.True(breaches.Count == 0, string.Join('\n', breaches));
    }

    [Fact]
    public void Unsafe_code_lives_in_the_rooms_of_memory_and_execution_alone()
    {
        IEnumerable<string> files = Sources("Emulator.Core").Where(file => UnsafeWord().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(Repository.PathOf("Emulator.Core"), file).Split(Path.DirectorySeparatorChar)[0]).Distinct();
        Assert.Equal(["Execution", "Memory"], files.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Sources(string project) => Directory.EnumerateFiles(Repository.PathOf(project), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex(@"Emulator\.Core\.(\w+)")]
    private static partial Regex UsedRoom();

    [GeneratedRegex(@"///?.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bunsafe\b|\bUnsafe\.(?!SkipInit)")]
    private static partial Regex UnsafeWord();
}
