using System.Collections.Concurrent;
using Emulator.Cli.Tests;
using Emulator.Testing;
using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Emulator.Browser.Tests.Chromium))]

namespace Emulator.Browser.Tests;

/// <summary>
/// The browser of all tests here: the machine's own Chromium without a window, started once. Each page is opened in a context of
/// its own, so that no test sees what another one left.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> _started = new(StartAsync);
    private readonly ConcurrentDictionary<string, Lazy<string>> _pages = [];
    private readonly TemporaryDirectory _directory = new();
    private int _written;

    /// <summary>Where it is installed; null when it is not.</summary>
    public static string? Installed { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(directory => Path.Combine(directory, "chromium")).FirstOrDefault(File.Exists);

    /// <summary>Opens an address, looks at the page, and fails if the page complained of anything meanwhile.</summary>
    /// <param name="address">A file or http address.</param>
    /// <param name="look">What the test does with the page.</param>
    /// <param name="how">Window, colour scheme, scripts; 1280 x 900 in light colours when null.</param>
    public async Task LookAsync(Uri address, Func<IPage, Task> look, BrowserNewContextOptions? how = null)
    {
        Assert.SkipWhen(Installed is null, "chromium is not installed");
        IBrowser browser = (await _started.Value).Browser;
        await using IBrowserContext context = await browser.NewContextAsync(how ?? new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        context.SetDefaultTimeout(20_000);
        IPage page = await context.NewPageAsync();
        List<string> complaints = [];
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                complaints.Add($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => complaints.Add($"exception: {error}");
        page.RequestFailed += (_, request) =>
        {
            if (request.Failure != "net::ERR_ABORTED")      // the page itself may give up what it asked for
                complaints.Add($"request failed: {request.Url}: {request.Failure}");
        };
        await page.GotoAsync(address.AbsoluteUri);

        await look(page);

        Assert.Empty(complaints);
    }

    /// <summary>Runs a command line that writes a page, once for all tests, and looks at it.</summary>
    /// <param name="line">Verb, options and operands; <c>--html</c> is added.</param>
    /// <param name="look">What the test does with the page.</param>
    /// <param name="how">See <see cref="LookAsync"/>.</param>
    /// <param name="at">Behind the file's name: <c>#9</c> for moment 9.</param>
    public async Task LookAtReportAsync(IReadOnlyList<string> line, Func<ReportPage, Task> look, BrowserNewContextOptions? how = null, string at = "")
    {
        Assert.SkipWhen(Installed is null, "chromium is not installed");
        string file = _pages.GetOrAdd(string.Join('\0', line), _ => new Lazy<string>(() => Write(line))).Value;
        await LookAsync(new Uri($"file://{file}{at}"), async page =>
        {
            if (how?.JavaScriptEnabled != false && await page.Locator("script").CountAsync() > 0)
                await page.Locator("html[data-ready=yes]").WaitForAsync();
            await look(new ReportPage(page));
        }, how);
    }

    private string Write(IReadOnlyList<string> line)
    {
        string file = _directory.PathOf($"{Interlocked.Increment(ref _written)}.html");
        CommandLine written = CommandLine.Run([line[0], "--html", file, .. line.Skip(1)]);
        Assert.Equal("", written.Error);
        return file;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _directory.Dispose();
        if (!_started.IsValueCreated)
            return;
        (IPlaywright driver, IBrowser browser) = await _started.Value;
        await browser.DisposeAsync();
        driver.Dispose();
    }

    private static async Task<(IPlaywright Driver, IBrowser Browser)> StartAsync()
    {
        IPlaywright driver = await Playwright.CreateAsync();
        IBrowser browser = await driver.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Installed,
            Headless = true,
            Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [],     // Chromium's sandbox does not work for root
        });
        return (driver, browser);
    }
}
