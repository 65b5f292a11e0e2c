using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>
/// Every command in docs/running-programs.md does what the document shows: standard error, then standard output, where <c>...</c> stands
/// for any lines. <c>echo $?</c> is the exit code of the command before, and <c>&gt;/dev/null</c> leaves standard error.
/// </summary>
public class RunningProgramsDocumentTests
{
    private const string Document = "docs/running-programs.md", Fence = "```", Prompt = "$ ";

    public static TheoryData<int> Blocks()
    {
        TheoryData<int> lines = [];
        foreach ((int index, string line) in File.ReadAllLines(Repository.PathOf(Document)).Index())
        {
            if (line == Fence + "console")
                lines.Add(index + 1);
        }
        return lines;
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Commands_do_what_the_document_shows(int line)
    {
        string[] block = [.. File.ReadAllLines(Repository.PathOf(Document)).Skip(line).TakeWhile(text => text != Fence)];
        using TemporaryDirectory directory = new();
        string here = directory.PathOf("here"), programs = Path.Combine(here, "Emulator.Cli", "Programs");
        foreach (string file in Directory.EnumerateFiles(Repository.PathOf("Emulator.Cli/Programs"), "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(programs, Path.GetRelativePath(Repository.PathOf("Emulator.Cli/Programs"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        int exit = -1, commands = 0;
        for (int at = 0; at < block.Length;)
        {
            Assert.True(block[at].StartsWith(Prompt, StringComparison.Ordinal), $"{Document}:{line + at + 1}: a command should begin with \"{Prompt}\"");
            string command = block[at][Prompt.Length..];
            string[] shown = [.. block.Skip(at + 1).TakeWhile(text => !text.StartsWith(Prompt, StringComparison.Ordinal))];
            string printed = $"{exit}\n";
            if (command != "echo $?")
            {
                string[] words = command.Split(' ');
                bool dropsOutput = words[^1] == ">/dev/null";
                Assert.Equal("emulator", words[0]);
                GuestCommand done = GuestCommand.Run(CommandLine.In(here), words[1..(dropsOutput ? ^1 : ^0)]);
                (exit, printed) = (done.Exit, dropsOutput ? done.Said : done.Said + done.Output);
                commands++;
            }
            Assert.True(Matches(shown, LinesOf(printed)), $"{Document}:{line + at + 1}: {command}\nshows\n{string.Join('\n', shown)}\nand prints\n{printed}");
            at += 1 + shown.Length;
        }
        Assert.True(commands > 0, $"{Document}:{line}: no command");
    }

    [Fact]
    public void The_document_has_its_commands_in_blocks_that_are_run()
    {
        Assert.True(Blocks().Count > 10);
        Assert.DoesNotContain(File.ReadAllLines(Repository.PathOf(Document)), line => line.StartsWith(Fence, StringComparison.Ordinal) && line is not (Fence or Fence + "console"));
    }

    private static string[] LinesOf(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');

    private static bool Matches(ReadOnlySpan<string> shown, ReadOnlySpan<string> printed)
    {
        if (shown.IsEmpty)
            return printed.IsEmpty;
        if (shown[0] != "...")
            return !printed.IsEmpty && printed[0] == shown[0] && Matches(shown[1..], printed[1..]);
        for (int skipped = 0; skipped <= printed.Length; skipped++)
        {
            if (Matches(shown[1..], printed[skipped..]))
                return true;
        }
        return false;
    }
}
