using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>What a run on <c>serve</c> may take, and how many there may be.</summary>
public class ServeLimitTests
{
    /// <summary>700 MiB of arguments in all ways: takes seconds on any machine, and 180,000 faults.</summary>
    private const string Long = "program=x86_64/show&way=all&arg-cap=none&stack-limit=unlimited&arg-pages=180000";

    [Fact]
    public async Task A_run_that_takes_too_long_is_stopped()
    {
        await using Served served = await Served.StartAsync(Served.Settings() with { RunTime = TimeSpan.FromMilliseconds(300), Runs = 1 });

        (HttpStatusCode status, string text) = await served.GetAsync($"report?{Long}");
        JsonElement[] told = await served.RunAsync(Long);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("""{"exit":1,"error":"the run took longer than 0.3 seconds and was stopped; serve --run-seconds N gives more"}""" + "\n", text);
        Assert.Equal("the run took longer than 0.3 seconds and was stopped; serve --run-seconds N gives more", told[^1].GetProperty("error").GetString());
        Assert.Equal(0, (await served.RunAsync("program=s390/tiny"))[^1].GetProperty("exit").GetInt32());     // its place is free again
    }

    [Fact]
    public async Task A_run_of_too_many_steps_is_stopped()
    {
        await using Served served = await Served.StartAsync(Served.Settings() with { MostSteps = 5000 });

        Assert.Equal("the run takes more than 5000 steps in one way, more than this server shows; the command line has no such limit", (await served.RunAsync("program=x86_64/show&arg-cap=none&stack-limit=unlimited&arg-pages=4000"))[^1].GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_page_that_grows_too_large_is_given_up()
    {
        await using Served served = await Served.StartAsync(Served.Settings() with { MostBytes = 20_000 });

        Assert.Equal("the page would have more than 20000 bytes; the command line has no such limit", (await served.RunAsync("program=s390/show"))[^1].GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("memory=65m", "memory", "--memory: 68157440 bytes are more than this server gives a run: 67108864; serve --run-memory N gives more")]
    [InlineData("arg-bytes=1g&arg-string=1g", "arg-bytes", "--arg-bytes: 1073741834 bytes of strings are more than this server gives a run: 67108864; serve --run-memory N gives more")]
    [InlineData("arg-pages=100000", "arg-pages", "--arg-pages: 409600010 bytes of strings are more than this server gives a run: 67108864; serve --run-memory N gives more")]
    [InlineData("swap=65m", "swap", "--swap: 68157440 bytes are more than this server gives a run: 67108864; serve --run-memory N gives more")]
    public async Task Memory_is_bounded(string option, string field, string message)
    {
        await using Served served = await Served.StartAsync(Served.Settings() with { RunMemoryBytes = 64 << 20 });

        JsonElement told = (await served.RunAsync($"program=s390/show&{option}")).Single();

        Assert.Equal((field, message), (told.GetProperty("field").GetString(), told.GetProperty("error").GetString()));
        Assert.Contains("--memory 67108864 s390/show", await served.ReadAsync("?program=s390/show"), StringComparison.Ordinal);      // and the command line says it
    }

    [Fact]
    public async Task Runs_wait_for_each_other_but_not_without_end()
    {
        await using Served served = await Served.StartAsync(Served.Settings() with { Runs = 1, MostWaiting = 1 });
        using CancellationTokenSource gone = new();
        using HttpResponseMessage first = await served.Client.GetAsync($"run?{Long}", HttpCompletionOption.ResponseHeadersRead, gone.Token);      // it has told something
        using HttpResponseMessage second = await served.SendAsync(HttpMethod.Get, "run?program=s390/tiny");
        using StreamReader waiting = new(await second.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        Assert.Equal("""{"progress":"waiting for other runs to end"}""", await waiting.ReadLineAsync(TestContext.Current.CancellationToken));
        (HttpStatusCode status, string text) = await served.GetAsync("report?program=i386/tiny");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("1 runs are going on and 1 wait for them to end; try again in a moment", text, StringComparison.Ordinal);

        Stopwatch watch = Stopwatch.StartNew();
        await gone.CancelAsync();
        first.Dispose();        // whoever asked for the long one goes, and it is stopped
        string rest = await waiting.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.EndsWith("{\"exit\":0}\n", rest, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await served.GetAsync("report?program=i386/tiny")).Status);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Many_who_ask_for_the_same_and_for_others_all_get_theirs()
    {
        await using Served served = await Served.StartAsync(Served.Settings() with { MostWaiting = 100 });
        string[] queries = ["program=s390/show&arg-bytes=15000", "program=x86_64/show&way=all", "program=ppc32/show", "program=alpha/show&seed=3"];
        string[] alone = new string[queries.Length];
        for (int i = 0; i < queries.Length; i++)
        {
            await using Served other = await Served.StartAsync();
            alone[i] = await other.ReadAsync($"report?{queries[i]}");
        }

        string[] together = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => served.ReadAsync($"report?{queries[i % queries.Length]}")));

        for (int i = 0; i < together.Length; i++)
            Assert.Equal(alone[i % queries.Length], together[i]);
    }

    [Fact]
    public async Task What_is_kept_is_bounded()
    {
        await using Served served = await Served.StartAsync(Served.Settings() with { KeptBytes = 200_000 });
        string first = await served.ReadAsync("report?program=s390/show&seed=0");
        for (int seed = 1; seed < 12; seed++)
            await served.ReadAsync($"report?program=s390/show&seed={seed}");

        Assert.Equal(first, await served.ReadAsync("report?program=s390/show&seed=0"));     // forgotten, and made again
    }

    [Fact]
    public async Task The_end_of_the_server_ends_its_runs()
    {
        Served served = await Served.StartAsync();
        using HttpResponseMessage running = await served.SendAsync(HttpMethod.Get, $"run?{Long}");
        Stopwatch watch = Stopwatch.StartNew();

        await served.DisposeAsync();

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
