using System.Runtime.CompilerServices;
using System.Text;
using Emulator.Arch.Amd64.Tests.Native;
using Iced.Intel;
using Xunit;

namespace Emulator.Arch.Amd64.Tests;

/// <summary>docs/instructions-amd64.md says what is implemented; UPDATE_INSTRUCTION_LISTS=1 writes it anew.</summary>
public class InstructionListTests
{
    [Fact]
    public void The_list_of_instructions_is_what_the_table_holds()
    {
        string file = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../docs/instructions-amd64.md"));
        string list = Render();
        if (Environment.GetEnvironmentVariable("UPDATE_INSTRUCTION_LISTS") == "1")
            File.WriteAllText(file, list);

        Assert.True(File.Exists(file) && File.ReadAllText(file) == list, $"{file} is not what the table holds; run this test with UPDATE_INSTRUCTION_LISTS=1");
    }

    private static string Render()
    {
        HashSet<Mnemonic> amd64 = [.. Encodings.All(64).Select(found => found.Mnemonic)], i386 = [.. Encodings.All(32).Select(found => found.Mnemonic)];
        StringBuilder text = new("""
            # Instructions of amd64 and i386 programs

            Generated from the table that runs them (tests/Emulator.Arch.Amd64.Tests/InstructionListTests.cs); names are Iced's. Each encoding of an
            instruction is run with random operands by the processor of the computer and by the emulator, and both have to agree
            (NativeInstructionTests.cs). What is not here raises #UD. Privileged instructions raise #GP.

            """);
        int encodings64 = Encodings.All(64).Count(), encodings32 = Encodings.All(32).Count();
        text.Append($"\n{amd64.Count} mnemonics in {encodings64} encodings for amd64, {i386.Count} in {encodings32} for i386.\n");
        foreach (IGrouping<string, (string Group, Mnemonic Mnemonic)> group in Amd64InstructionSet.Implemented.GroupBy(row => row.Group))
        {
            text.Append($"\n## {group.Key}\n\n");
            IEnumerable<string> names = group.Select(row => row.Mnemonic.ToString().ToLowerInvariant()
                + (!amd64.Contains(row.Mnemonic) ? " (i386)" : !i386.Contains(row.Mnemonic) ? " (amd64)" : "")).Order(StringComparer.Ordinal);
            string line = "";
            foreach (string name in names)
            {
                if (line.Length + name.Length > 130)
                {
                    text.Append(line).Append(",\n");
                    line = "";
                }
                line += (line.Length == 0 ? "" : ", ") + name;
            }
            text.Append(line).Append('\n');
        }
        return text.ToString();
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
