using Xunit;

namespace Emulator.Cli.Tests;

/// <summary><c>compare --step</c>: every step has a sentence; on a terminal keys lead through them, both ways.</summary>
public class StepTests
{
    private static readonly string S390 = CommandLine.Bundled("s390/show");

    [Fact]
    public void A_pipe_gets_a_sentence_for_every_step()
    {
        CommandLine run = CommandLine.Run("compare", "--step", "--arg-bytes", "15000", S390);

        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains(" 1  A new address space: its region-third table [pgd] is built at 0x4000, 3 levels above the pages. It maps nothing yet.  (mm_alloc_pgd(), kernel/fork.c, v2.6.32)\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("The entry that mapped 0x3fffffff000 is cleared and written again for 0x7ffff000:", run.Output, StringComparison.Ordinal);
        Assert.Contains("The tree shrinks to 2 levels: the segment table [pmd] is the top now.", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('{', run.Output);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Theory]
    [InlineData("x86_64/show", "--kernel", "6.1", "--mmu", "la57", "--stack-limit", "unlimited", "--arg-cap", "none", "--arg-bytes", "5m")]
    [InlineData("s390/show", "--kernel", "6.1", "--new-mm", "shallow")]
    [InlineData("sparc64/show", "--seed", "4")]
    [InlineData("ppc64/show", "--page-size", "64k")]
    [InlineData("alpha/show")]
    [InlineData("x86_64/show", "--stack-limit", "1m", "--arg-bytes", "2m")]
    public void No_step_is_without_words(string program, params string[] options)
    {
        string text = CommandLine.Run(["compare", "--way", "all", "--step", .. options, CommandLine.Bundled(program)]).Output;

        Assert.DoesNotContain('{', text);
        Assert.All(text.Split('\n').Where(line => line.TrimStart() is [>= '0' and <= '9', ..]), line => Assert.Matches(@"^ *\d+  [A-Z].*[.:]", line));
    }

    [Fact]
    public void Keys_lead_forwards_and_backwards()
    {
        string forwards = Walk(ConsoleKey.RightArrow, ConsoleKey.RightArrow, ConsoleKey.LeftArrow, ConsoleKey.Q);
        string[] screens = forwards.Split("moment ", StringSplitOptions.RemoveEmptyEntries);
        string end = Walk(ConsoleKey.End, ConsoleKey.RightArrow, ConsoleKey.Q);

        Assert.Equal(4, screens.Length);
        Assert.Contains("Nothing has happened yet.", screens[0], StringComparison.Ordinal);
        Assert.Equal(screens[1], screens[3]);
        Assert.Contains("47 of 47: the end", end, StringComparison.Ordinal);
        Assert.Contains("2 levels; tables built 6, freed 3, 20480 bytes; entries moved 4", end, StringComparison.Ordinal);
    }

    private static string Walk(params ConsoleKey[] keys)
    {
        Queue<ConsoleKey> left = new(keys);
        ConsoleKeyInfo Next()
        {
            ConsoleKey key = left.Dequeue();
            return new ConsoleKeyInfo(key == ConsoleKey.Q ? 'q' : '\0', key, false, false, false);
        }
        return CommandLine.Run(CommandLine.In() with { ReadKey = Next }, "compare", "--step", "--arg-bytes", "15000", S390).Output;
    }
}
