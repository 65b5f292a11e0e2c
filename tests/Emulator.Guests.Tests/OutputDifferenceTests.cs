using System.Text;
using Xunit;

namespace Emulator.Guests.Tests;

/// <summary>What a failing comparison shows.</summary>
public class OutputDifferenceTests
{
    [Fact]
    public void Equal_outcomes_have_no_difference()
    {
        GuestOutcome one = Outcome("a\nb\n"), other = Outcome("a\nb\n");

        Assert.Empty(OutputDifference.Describe("left", one, "right", other));
    }

    [Fact]
    public void The_first_line_that_differs_is_shown_with_those_before_it()
    {
        string text = OutputDifference.Describe("left", Outcome("1\n2\n3\n4\n5\nsix\n"), "right", Outcome("1\n2\n3\n4\n5\nsechs\n"));

        Assert.Equal(
            ["output, from line 6: - left, + right", "  3", "  4", "  5", "- six", "- ", "+ sechs", "+ "],
            text.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Exit_codes_standard_error_and_ends_that_never_came_are_told()
    {
        GuestOutcome dead = Outcome("same\n") with { ExitCode = 139, Errors = Encoding.ASCII.GetBytes("core dumped\n") };
        GuestOutcome endless = Outcome("same\n") with { EndedInTime = false };

        string first = OutputDifference.Describe("left", Outcome("same\n"), "right", dead);
        string second = OutputDifference.Describe("left", Outcome("same\n"), "right", endless);

        Assert.Contains("exit code: 0 by left, 139 by right", first, StringComparison.Ordinal);
        Assert.Contains("standard error of right: core dumped", first, StringComparison.Ordinal);
        Assert.Contains("right did not come to an end in time", second, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_shown_as_numbers()
    {
        string text = OutputDifference.Describe("left", Outcome("a\0b"), "right", Outcome("a\x80z"));

        Assert.Contains(@"- a\x00b", text, StringComparison.Ordinal);
        Assert.Contains(@"+ a\x80z", text, StringComparison.Ordinal);
    }

    private static GuestOutcome Outcome(string output) => new(Encoding.Latin1.GetBytes(output), default, 0, EndedInTime: true);
}
