using System.Net;
using System.Text.Json;
using Emulator.Cli.Files;
using Emulator.Cli.Options;
using Emulator.Cli.Serving;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>What <c>serve</c> answers: the same as the command line.</summary>
public class ServeTests
{
    public static TheoryData<string> Runs =>
    [
        "program=s390/show&arg-bytes=15000",
        "program=x86_64/show&kernel=6.1&mmu=la57&stack-limit=unlimited&arg-cap=none&arg-pages=2048",
        "program=ppc64/tiny&page-size=64k&way=fixed&way=staged&seed=7",
        "program=sparc32/show&args=one%0Atwo+words&env=A=b%0AC=%C3%A4&argv0=-x&personality=addr-no-randomize&personality=read-implies-exec",
        "program=alpha/show&mmu=none",
        "program=i386/show&args=a%0Ab&way=in-place&interleave=look%3A0%40extended",
        "program=i386/show&kernel=6.1&arg-bytes=9m&arg-cap=none&stack-limit=64m&memory=12m&swap=16m&bystanders=4m%2C2m",
        "program=i386/show&arg-bytes=20m&stack-limit=64m",      // E2BIG: a report too
    ];

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task A_run_is_that_of_the_command_line_byte_for_byte(string query)
    {
        await using Served served = await Served.StartAsync();

        string report = await served.ReadAsync($"report?{query}"), page = await served.ReadAsync($"page?{query}");

        Assert.Equal(OnCommandLine(query, "--json"), report);
        Assert.Equal(OnCommandLine(query, "--html"), page);
        Assert.Equal(report, await served.ReadAsync($"report?{query}"));
    }

    [Fact]
    public async Task Settings_of_the_host_do_not_count()
    {
        using TemporaryDirectory directory = new();
        directory.Write("emulator.json", """{ "kernel": "6.1" }"""u8, TemporaryDirectory.Plain);
        CommandLine run = null!;
        await WhileServingAsync(CommandLine.In(directory.Path, new() { ["EMULATOR_SEED"] = "3" }), ["--port", "0"], async address =>
        {
            using HttpClient client = new();
            string report = await client.GetStringAsync(new Uri(address, "report?program=s390/show"), TestContext.Current.CancellationToken);
            Assert.Equal(OnCommandLine("program=s390/show", "--json"), report);
        }, done => run = done);

        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Matches(@"\Ahttp://127\.0\.0\.1:\d+/ \(Ctrl-C ends it\)\n\z", run.Output);
    }

    [Theory]
    [InlineData("program=s390/show&kernel=9", "kernel", "s390 has no kernel 9; use 2.6.32 or 6.1")]
    [InlineData("program=s390/show&arch=amd64", "arch", "--arch amd64 disagrees with s390/show which is for s390 (s390)")]
    [InlineData("program=s390/show&arg-bytes=many", "arg-bytes", "--arg-bytes: \"many\" is no size; write bytes, with k, m or g for powers of 1024, decimal or with 0x")]
    [InlineData("program=s390/show&arg-bytes=1&arg-pages=1", "arg-pages", "--arg-bytes and --arg-pages say the same thing; give one of them")]
    [InlineData("program=s390/show&personality=root", "personality", "--personality: \"root\" should be addr-no-randomize, addr-limit-32bit, addr-limit-3gb, addr-compat-layout or read-implies-exec, or a comma list of them")]
    [InlineData("program=s390/show&env=A", "env", "--env: \"A\" should be NAME=VALUE")]
    [InlineData("program=s390/show&way=fixed&mmu=none", "way", "--way fixed needs an MMU; with --mmu none there is only staged")]
    [InlineData("program=s390/show&memory=5000", "memory", "--memory: 5000 bytes should be a multiple of 4096")]
    [InlineData("program=s390/show&interleave=look", "interleave", "--interleave: \"look\" should be ACTION:NUMBER@POINT")]
    [InlineData("program=s390/show&swap=5000", "swap", "5000 bytes of swap should be a multiple of 4096")]
    [InlineData("program=s390/show&bystanders=64k%2C2g", "bystanders", "2147483648 bytes of a task should be a multiple of 4096, at most 1073741824")]
    [InlineData("program=s390/show&bystanders=1g", "bystanders", "tasks with 262144 pages leave none of 1073741824 bytes of memory for an execve")]
    [InlineData("program=s390/show&mmu=none&swap=1m", "swap", "without an MMU there is neither swap nor migration of pages")]
    [InlineData("program=s390/none", "program", "s390/none: no such file")]
    [InlineData("program=../emulator.dll", "program", null)]
    [InlineData("program=s390/show&kernle=6.1", null, "there is no option \"kernle\"; did you mean kernel?")]
    [InlineData("kernel=6.1", null, "a program is missing")]
    [InlineData("file=x", "file", "x: this server opens no files; start it with serve --root DIR")]
    public async Task Wrong_input_gets_the_command_lines_own_line_at_its_field(string query, string? field, string? message)
    {
        await using Served served = await Served.StartAsync();
        message ??= $"../emulator.dll: lies outside {BundledPrograms.Directory}, where this server may open files";

        JsonElement told = (await served.RunAsync(query)).Single();
        (HttpStatusCode status, string refused) = await served.GetAsync($"report?{query}");
        string page = await served.ReadAsync($"?{query}");
        (HttpStatusCode framed, string frame) = await served.GetAsync($"page?{query}");

        Assert.Equal(message, told.GetProperty("error").GetString());
        Assert.Equal(field, told.TryGetProperty("field", out JsonElement named) ? named.GetString() : null);
        Assert.InRange(told.GetProperty("exit").GetInt32(), 2, 3);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(JsonSerializer.Serialize(told), JsonSerializer.Serialize(JsonDocument.Parse(refused).RootElement));
        Assert.Equal((HttpStatusCode.BadRequest, true), (framed, frame.Contains(WebUtility.HtmlEncode(message), StringComparison.Ordinal)));
        if (query != "kernel=6.1")      // that one is a form half filled in
            Assert.Contains(field is null or "file" ? $"id=\"form-problem\">{WebUtility.HtmlEncode(message)}</p>" : $"id=\"{field}-problem\" role=\"alert\">{WebUtility.HtmlEncode(message)}</p>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<iframe", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_form_has_every_option_with_the_command_lines_own_help()
    {
        await using Served served = await Served.StartAsync();
        ExecOptions options = new(() => ["amd64", "s390", "sparc64", "ppc64", "alpha"], () => [], () => [], () => [], () => []);

        string page = await served.ReadAsync("");

        foreach (CliOption option in RunLink.OptionsOf(options))
        {
            Assert.Contains($" name=\"{option.Key}\"", page, StringComparison.Ordinal);
            if (option != options.Kernel)       // its choices are those of the plugins
                Assert.Contains($"id=\"{option.Key}-help\">{WebUtility.HtmlEncode(option.Description)}</p>", page, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("env-from-host", page, StringComparison.Ordinal);
        Assert.Contains("<option value=\"la57\">", page, StringComparison.Ordinal);
        Assert.Contains("<option value=\"s390/show\">", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_form_keeps_what_was_asked_for()
    {
        await using Served served = await Served.StartAsync();

        string page = await served.ReadAsync("?program=s390/show&kernel=6.1&args=a%0A%3Cb%3E&way=staged&arg-bytes=5k&seed=%22x%22&kept=program%3Ds390%2Ftiny");

        foreach (string part in new[]
        {
            "<option value=\"s390/show\" selected>", "<option value=\"6.1\" selected>", ">\na\n&lt;b&gt;</textarea>", "name=\"way\" value=\"staged\" checked>", "value=\"5k\"",
            "value=\"&quot;x&quot;\"", "<details open>", "name=\"kept\" value=\"program=s390%2Ftiny\">", "<h2>A: s390/tiny</h2>",
        })
            Assert.Contains(part, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_runs_to_begin_with_run()
    {
        await using Served served = await Served.StartAsync();
        string[] links = [.. (await served.ReadAsync("")).Split("<li><a href=\"?").Skip(1).Select(part => WebUtility.HtmlDecode(part.Split('"')[0]))];

        Assert.InRange(links.Length, 4, 20);
        foreach (string link in links)
            Assert.Equal(0, (await served.RunAsync(link))[^1].GetProperty("exit").GetInt32());
    }

    [Fact]
    public async Task Two_runs_differ_as_diff_says()
    {
        await using Served served = await Served.StartAsync();

        string page = await served.ReadAsync("diff?program=s390/show&kernel=6.1&kept=program%3Ds390%2Fshow");

        CommandLine diff = CommandLine.Run(CommandLine.In(BundledPrograms.Directory), "diff", "--html", "-", "compare s390/show", "compare --kernel 6.1 s390/show");
        Assert.Equal(diff.Output, page);
        (HttpStatusCode status, string alone) = await served.GetAsync("diff?program=s390/show");
        Assert.Equal((HttpStatusCode.BadRequest, true), (status, alone.Contains("kept is missing: there is nothing to compare with", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_run_tells_how_far_it_has_come()
    {
        await using Served served = await Served.StartAsync(Served.Settings() with { MostSteps = int.MaxValue });

        JsonElement[] told = await served.RunAsync("program=x86_64/show&way=all&arg-cap=none&stack-limit=unlimited&arg-pages=100000");

        Assert.Equal(0, told[^1].GetProperty("exit").GetInt32());
        Assert.NotEmpty(told[..^1]);
        Assert.All(told[..^1], line => Assert.Matches(@"^execve (fixed|in-place|staged) \([123] of 3\)(, \d+ steps)?$|^writing the page$", line.GetProperty("progress").GetString()));
    }

    [Fact]
    public async Task Nothing_comes_from_elsewhere()
    {
        await using Served served = await Served.StartAsync();

        foreach (string path in new[] { "", "?program=s390/show", "page?program=s390/show", "serve.js", "serve.css" })
            Assert.DoesNotMatch(@"https?://(?!www\.w3\.org/2000/svg)", await served.ReadAsync(path));
    }

    [Fact]
    public async Task A_port_in_use_is_said_in_one_line()
    {
        await using Served served = await Served.StartAsync();

        CommandLine.Run("serve", "--port", $"{served.Address.Port}").IsRefused(2, $"--port: 127.0.0.1:{served.Address.Port} is in use; give another, or 0 for any that is free");
    }

    [Theory]
    [InlineData(2, "--port: \"70000\" should be at most 65535", "--port", "70000")]
    [InlineData(2, "--host: \"example.org\" should be an address of this machine in numbers, 0.0.0.0 for all of them", "--host", "example.org")]
    [InlineData(2, "--host: 192.0.2.1 is no address of this machine", "--host", "192.0.2.1", "--port", "0")]
    [InlineData(2, "--runs: \"0\" leaves no run anything; give at least 1", "--runs", "0")]
    [InlineData(2, "--run-seconds: \"x\" is no number; write decimal digits, or 0x and hexadecimal digits", "--run-seconds", "x")]
    [InlineData(3, "--root: no/such: no such directory", "--root", "no/such")]
    public void A_wrong_line(int exit, string message, params string[] options) => CommandLine.Run(["serve", .. options]).IsRefused(exit, message);

    /// <summary>What the command line writes for a link.</summary>
    private static string OnCommandLine(string query, string format)
    {
        ExecOptions options = new(() => [], () => [], () => [], () => [], () => []);
        string[] words = [.. RunLink.Parse(query, RunLink.OptionsOf(options)).ToWords()];
        CommandLine run = CommandLine.Run(CommandLine.In(BundledPrograms.Directory), [words[0], format, "-", .. words[1..]]);
        Assert.Equal("", run.Error);
        return run.Output;
    }

    /// <summary>Serves by the command line until <paramref name="look"/> has looked.</summary>
    private static async Task WhileServingAsync(Surroundings around, string[] options, Func<Uri, Task> look, Action<CommandLine> done)
    {
        using StringWriter error = new() { NewLine = "\n" };
        using AddressWriter output = new() { NewLine = "\n" };
        Action interrupt = () => throw new InvalidOperationException("nobody listens");
        Surroundings here = around with { Output = output, Error = error, OnInterrupt = action => { interrupt = action; return new StringReader(""); } };
        Task<int> serving = Task.Run(() => Program.Run(["serve", .. options], here));
        await look(await output.Address.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        interrupt();
        done(new CommandLine(await serving.WaitAsync(TimeSpan.FromSeconds(60)), output.ToString(), error.ToString()));
    }

    private sealed class AddressWriter : StringWriter
    {
        public TaskCompletionSource<Uri> Address { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task WriteLineAsync(string? value)
        {
            await base.WriteLineAsync(value);
            Address.TrySetResult(new Uri(value!.Split(' ')[0]));
        }
    }
}
