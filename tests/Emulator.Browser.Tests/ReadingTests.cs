using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Emulator.Cli.Tests;
using Microsoft.Playwright;
using Xunit;

namespace Emulator.Browser.Tests;

/// <summary>Who reads a page of <c>compare</c>: with a screen reader, in the dark, on paper, without scripts.</summary>
public class ReadingTests(Chromium chromium)
{
    private static readonly string[] ThirtyOneBit = ["compare", "--arg-bytes", "15000", CommandLine.Bundled("s390/show")];

    private static readonly string[] Rehung = ["compare", "--kernel", "6.1", "--mmu", "la57", "--stack-limit", "unlimited", "--arg-cap", "none", "--arg-bytes", "5m", CommandLine.Bundled("x86_64/show")];

    public static TheoryData<string[], ColorScheme> Pages => new()
    {
        { ThirtyOneBit, ColorScheme.Light },
        { ThirtyOneBit, ColorScheme.Dark },
        { Rehung, ColorScheme.Light },
        { Rehung, ColorScheme.Dark },
    };

    private static readonly string[] Tables = ["tables", "--kernel", "6.1", CommandLine.Bundled("ppc64/show"), "one"];

    private static readonly string[] Walks = ["walk", CommandLine.Bundled("s390x/show"), "0x3ffffffeff8", "0x1000000", "0xffffffffffffffff"];

    private static readonly string[] Refused = ["walk", "--stack-limit", "64k", "--arg-bytes", "1m", CommandLine.Bundled("x86_64/show"), "0x400000"];

    public static TheoryData<string[], ColorScheme> OtherPages => new()
    {
        { Tables, ColorScheme.Light },
        { Tables, ColorScheme.Dark },
        { Walks, ColorScheme.Light },
        { Walks, ColorScheme.Dark },
        { Refused, ColorScheme.Light },
    };

    [Theory]
    [MemberData(nameof(OtherPages))]
    public Task Other_pages_can_be_read_by_everybody_too(string[] line, ColorScheme scheme) => chromium.LookAtReportAsync(line, async report =>
    {
        foreach (ILocator folded in await report.Page.Locator("details").AllAsync())
            await folded.Locator("summary").ClickAsync();
        Assert.Empty((await report.Page.RunAxe()).Violations.SelectMany(rule => rule.Nodes.Select(node => $"{rule.Help}: {node.Html}")));
        await Legibility.HoldsAsync(report.Page);
        await report.Page.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = scheme });
        await Legibility.HoldsAsync(report.Page);
    }, new() { ColorScheme = scheme });

    [Theory]
    [MemberData(nameof(Pages))]
    public Task An_accessibility_checker_finds_nothing(string[] line, ColorScheme scheme) => chromium.LookAtReportAsync(line, async report =>
    {
        foreach (int moment in new[] { await report.LastAsync(), await report.LastAsync() / 2 })
        {
            await report.SlideAsync(moment);
            await report.Tables(0).Last.FocusAsync();
            await report.Page.Keyboard.PressAsync("Enter");
            AxeResult found = await report.Page.RunAxe();
            Assert.Empty(found.Violations.SelectMany(rule => rule.Nodes.Select(node => $"{rule.Help}: {node.Html}")));
        }
    }, new() { ColorScheme = scheme });

    [Theory]
    [MemberData(nameof(Pages))]
    public Task Words_stand_out_at_every_stage(string[] line, ColorScheme scheme) => chromium.LookAtReportAsync(line, async report =>
    {
        await report.SlideAsync(0);
        while (true)
        {
            await report.Tables(1).First.FocusAsync();
            await report.Page.Keyboard.PressAsync("Enter");
            Assert.InRange(await Legibility.HoldsAsync(report.Page), 60, 1000);
            await report.Page.Keyboard.PressAsync("Escape");
            if (await report.MomentAsync() == await report.LastAsync())
                break;
            await report.Button("stage |▶").ClickAsync();
        }
    }, new() { ColorScheme = scheme });

    [Fact]
    public Task A_screen_reader_has_names_for_everything() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        string spoken = await report.Page.Locator("body").AriaSnapshotAsync();

        foreach (string part in new[] { "heading \"execve of show on s390\" [level=1]", "heading \"in-place\" [level=2]", "table \"Ledger at this moment\"", "columnheader \"staged\"", "rowheader \"tables built\"", "slider \"Moment of the run\"" })
            Assert.Contains(part, spoken, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?m)^ *- '?(button|slider|spinbutton|table|dialog)\b(?! "")", spoken);        // nothing without a name
        await report.SlideAsync(20);
        Assert.Matches("^20 of 47: ", await report.Slider.GetAttributeAsync("aria-valuetext"));
        Assert.Equal("polite", await report.Page.Locator(".sentence").First.GetAttributeAsync("aria-live"));
    });

    [Fact]
    public async Task Dark_pages_are_dark()
    {
        const string Colours = "() => ['body', '.says article', '.picture .box', '.picture text'].map(name => { const style = getComputedStyle(document.querySelector(name)); return style.backgroundColor + style.fill + style.color; }).join('|')";
        string light = "", dark = "";
        await chromium.LookAtReportAsync(ThirtyOneBit, async report => light = await report.Page.EvaluateAsync<string>(Colours), new() { ColorScheme = ColorScheme.Light });
        await chromium.LookAtReportAsync(ThirtyOneBit, async report => dark = await report.Page.EvaluateAsync<string>(Colours), new() { ColorScheme = ColorScheme.Dark });

        foreach ((string first, string second) in light.Split('|').Zip(dark.Split('|')))
            Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public Task On_paper_it_is_dark_on_white_and_has_no_buttons(ColorScheme scheme) => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        await report.SlideAsync(20);
        await report.Page.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = scheme });

        Assert.Equal("rgb(255, 255, 255)", await report.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor"));
        Assert.Equal(0, await report.Page.Locator("button:visible, input:visible").CountAsync());
        Assert.True(await report.Page.GetByText("20 of 47").IsVisibleAsync(), "paper says which moment it shows");
        await Legibility.HoldsAsync(report.Page);
        byte[] paper = await report.Page.PdfAsync(new() { Format = "A4", Landscape = true, PrintBackground = true });
        Assert.InRange(System.Text.Encoding.Latin1.GetString(paper).Split("/Type /Page\n").Length - 1, 1, 2);
    }, new() { ColorScheme = scheme });

    [Fact]
    public Task Without_scripts_it_shows_the_end_and_says_so() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        Assert.True(await report.Page.GetByText("Without scripts this page shows the end of the run alone.").IsVisibleAsync());
        Assert.Equal(0, await report.Page.Locator("button:visible, input:visible").CountAsync());
        Assert.Equal(("6", "3", "2"), (await report.LedgerAsync("built", 0), await report.LedgerAsync("freed", 0), await report.LedgerAsync("depth", 0)));
        Assert.True(await report.Page.GetByText("4 entries move", new() { Exact = true }).IsVisibleAsync());
    }, new() { JavaScriptEnabled = false });
}
