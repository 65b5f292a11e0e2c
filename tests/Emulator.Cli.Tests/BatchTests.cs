using System.Text.Json;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>Many requests in one process.</summary>
public class BatchTests
{
    [Fact]
    public void Bad_lines_get_errors_and_the_rest_goes_on_in_order()
    {
        string program = CommandLine.Bundled("s390/show");
        string[] lines =
        [
            Request(1, "compare", program), "no json", "[1]", """{"id": 4}""", """{"id": 5, "args": [1]}""", """{"id": {"a": [6]}, "args": ["maps", "no/such/file"]}""",
            Request(7, "compare", "--kernel", "9", program), Request(8, "batch", "-"), Request(9, "compare", "--help"), Request(10, "compare", "--memory", "8k", program), "", Request(11, "arch"),
        ];

        CommandLine run = CommandLine.Run(CommandLine.In(input: string.Join('\n', lines)), "batch", "--jobs", "3", "-");

        Assert.Equal((0, ""), (run.Exit, run.Error));
        JsonElement[] answers = Answers(run);
        Assert.Equal(["1", "", "", "4", "5", """{"a":[6]}""", "7", "8", "9", "10", "11"], answers.Select(answer => answer.GetProperty("id").ToString()));
        Assert.Equal([0, 2, 2, 2, 2, 3, 2, 2, 2, 1, 0], answers.Select(answer => answer.GetProperty("exit").GetInt32()));
        foreach (JsonElement answer in answers)
            Assert.Equal(answer.GetProperty("exit").GetInt32() <= 1, answer.TryGetProperty("report", out _) && !answer.TryGetProperty("error", out _));
        Assert.StartsWith("line 2: not JSON: ", answers[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("line 3: a request should be an object, found Array", answers[2].GetProperty("error").GetString());
        Assert.Equal("line 4: a request should have \"args\", an array of strings", answers[3].GetProperty("error").GetString());
        Assert.Equal("line 5: \"args\" should hold strings only, found Number", answers[4].GetProperty("error").GetString());
        Assert.Equal("no/such/file: no such file", answers[5].GetProperty("error").GetString());
        Assert.Equal("s390 has no kernel 9; use 2.6.32 or 6.1", answers[6].GetProperty("error").GetString());
    }

    [Fact]
    public void An_answer_is_the_report_of_the_same_command_line()
    {
        string[] args = ["compare", "--kernel", "6.1", "--json", "-", CommandLine.Bundled("i386/show"), "x"];

        JsonElement answer = Answers(CommandLine.Run(CommandLine.In(input: Request(1, args)), "batch", "-")).Single();

        Assert.Equal(Compact(CommandLine.Run(args).Json), Compact(answer.GetProperty("report")));
    }

    [Fact]
    public void Jobs_do_not_change_a_byte()
    {
        string input = string.Join('\n', Enumerable.Range(0, 60).Select(i => Request(i, "compare", "--seed", $"{i}", "--arg-bytes", $"{i * 1000}", CommandLine.Bundled(i % 2 == 0 ? "x86_64/show" : "s390/show"))));

        Assert.Equal(CommandLine.Run(CommandLine.In(input: input), "batch", "--jobs", "1", "-").Output, CommandLine.Run(CommandLine.In(input: input), "batch", "--jobs", "8", "-").Output);
    }

    [Fact]
    public void Requests_come_from_a_file_too()
    {
        using Testing.TemporaryDirectory directory = new();
        string file = directory.Write("requests", System.Text.Encoding.UTF8.GetBytes(Request(3, "arch") + "\n"), Testing.TemporaryDirectory.Plain);

        Assert.Equal(3, Answers(CommandLine.Run("batch", file)).Single().GetProperty("id").GetInt32());
    }

    private static string Request(int id, params string[] args) => JsonSerializer.Serialize(new { id, args });

    private static JsonElement[] Answers(CommandLine run) =>
        [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
}
