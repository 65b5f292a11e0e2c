using System.Text.Json;
using Emulator.Cli.Tests;
using Microsoft.Playwright;
using Xunit;

namespace Emulator.Browser.Tests;

/// <summary>A page of <c>compare</c> goes through the run as the trace tells it, forwards and backwards.</summary>
public class HistoryTests(Chromium chromium)
{
    private static readonly string[] ThirtyOneBit = ["compare", "--arg-bytes", "15000", CommandLine.Bundled("s390/show")];

    private static readonly string[] Rehung = ["compare", "--kernel", "6.1", "--mmu", "la57", "--stack-limit", "unlimited", "--arg-cap", "none", "--arg-bytes", "5m", CommandLine.Bundled("x86_64/show")];

    [Fact]
    public Task A_page_opens_at_the_end_of_the_run() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        Assert.Equal("execve of show on s390", await report.Page.TitleAsync());
        Assert.Equal(await report.LastAsync(), await report.MomentAsync());
        Assert.Equal($"{await report.LastAsync()} of {await report.LastAsync()}: the end", await report.Page.Locator("#where").InnerTextAsync());
        Assert.True(await report.Page.GetByRole(AriaRole.Group, new() { Name = "show (s390), Linux 2.6.32" }).IsVisibleAsync());
    });

    [Fact]
    public Task An_address_with_a_moment_opens_there() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        Assert.Equal(9, await report.MomentAsync());
        Assert.Equal("9 6", string.Join(' ', await report.PositionsAsync()));      // staged takes 6 steps to copy strings, and waits
    }, at: "#9");

    [Fact]
    public Task A_step_back_undoes_a_step() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        await report.Button("|◀ beginning").ClickAsync();
        List<string> forwards = [await report.LooksAsync()];
        for (int moment = 1; moment <= await report.LastAsync(); moment++)
        {
            await report.Page.Keyboard.PressAsync("ArrowRight");
            forwards.Add(await report.LooksAsync());
        }

        for (int moment = forwards.Count - 2; moment >= 0; moment--)
        {
            await report.Page.Keyboard.PressAsync("ArrowLeft");
            Assert.Equal(moment, await report.MomentAsync());
            Assert.Equal(forwards[moment], await report.LooksAsync());
        }
        foreach (int moment in new[] { 31, 4, 47, 0, 22, 23 })
        {
            await report.SlideAsync(moment);
            Assert.Equal(forwards[moment], await report.LooksAsync());
        }
        Assert.Equal(forwards.Count, forwards.Distinct().Count());      // every step shows
    });

    [Fact]
    public Task Buttons_lead_from_table_to_table_and_from_stage_to_stage() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        await report.SlideAsync(0);
        List<string> built = [];
        while (await report.MomentAsync() < await report.LastAsync())
        {
            await report.Button("table ▶▶").ClickAsync();
            built.Add($"{await report.LedgerAsync("built", 0)}{await report.LedgerAsync("freed", 0)} {await report.LedgerAsync("built", 1)}{await report.LedgerAsync("freed", 1)}");
        }
        Assert.Equal(["63 41", "63 41"], built[^2..]);                // the tree shrinks; then there is no further table, but the end
        Assert.Equal(built[..^2], built[..^2].Distinct());

        List<string> stages = [];
        await report.Button("|◀ beginning").ClickAsync();
        while (await report.MomentAsync() < await report.LastAsync())
        {
            await report.Button("stage |▶").ClickAsync();
            stages.Add(await report.SentenceAsync(0));
        }
        Assert.Collection(stages,
            text => Assert.StartsWith("All strings are copied.", text, StringComparison.Ordinal),
            text => Assert.StartsWith("The header is read", text, StringComparison.Ordinal),
            text => Assert.StartsWith("The stack is where it belongs", text, StringComparison.Ordinal),
            text => Assert.StartsWith("The program starts", text, StringComparison.Ordinal));
    });

    [Fact]
    public Task An_arrow_is_drawn_when_what_it_tells_of_has_begun() => chromium.LookAtReportAsync(Rehung, async report =>
    {
        List<(int Entries, int Whole)> seen = [];
        await report.SlideAsync(0);
        while (true)
        {
            (int Entries, int Whole) drawn = (await report.Page.Locator(".move:not(.whole, .later) path").CountAsync(), await report.Page.Locator(".move.whole:not(.later) path").CountAsync());
            Assert.Equal(await report.LedgerAsync("pte", 0) != "0", drawn.Entries > 0);
            Assert.Equal(await report.LedgerAsync("rehung", 0) != "0", drawn.Whole > 0);
            Assert.Equal(drawn.Entries + drawn.Whole, await report.Page.Locator(".move-words:visible").CountAsync());
            if (seen.Count == 0 || seen[^1] != drawn)
                seen.Add(drawn);
            if (await report.MomentAsync() == await report.LastAsync())
                break;
            await report.Button("table ▶▶").ClickAsync();
        }
        // The lowest page table is left in part and its entries move; the next ones are re-hung, and only then those of the highest move.
        Assert.Equal([(0, 0), (1, 1), (2, 1)], seen);
    });

    [Fact]
    public Task Playing_goes_on_by_itself_until_it_is_stopped() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        ILocator play = report.Page.Locator("[data-go=play]");
        await play.ClickAsync();
        Assert.Equal("true", await play.GetAttributeAsync("aria-pressed"));
        await report.Page.WaitForFunctionAsync("() => Number(document.getElementById('moment').value) >= 2");
        await play.ClickAsync();
        int stopped = await report.MomentAsync();

        Assert.Equal("false", await play.GetAttributeAsync("aria-pressed"));
        await report.Page.WaitForTimeoutAsync(900);     // longer than one step takes
        Assert.Equal(stopped, await report.MomentAsync());
    });

    [Fact]
    public async Task The_page_folds_the_same_steps_as_the_trace()
    {
        JsonElement[] events = [.. CommandLine.Run([ThirtyOneBit[0], "--trace", "-", .. ThirtyOneBit[1..]]).Output.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];

        await chromium.LookAtReportAsync(ThirtyOneBit, async report =>
        {
            int last = await report.LastAsync();
            IReadOnlyDictionary<(string Key, int Way), string> ledger = await report.LedgersAsync();
            for (int moment = 0; moment <= last; moment++)
            {
                await report.SlideAsync(moment);
                IReadOnlyList<int> positions = await report.PositionsAsync();
                ledger = await report.LedgersAsync();
                foreach ((string way, int column) in new[] { ("in-place", 0), ("staged", 1) })
                {
                    JsonElement[] past = [.. events.Where(line => line.GetProperty("type").GetString() == "event" && line.GetProperty("way").GetString() == way).Take(positions[column])];
                    JsonElement[] Of(string kind) => [.. past.Where(line => line.GetProperty("kind").GetString() == kind)];
                    long Bytes(string kind) => Of(kind).Sum(line => line.GetProperty("bytes").GetInt64());
                    Assert.Equal($"{Of("table_built").Length}", ledger[("built", column)]);
                    Assert.Equal($"{Of("table_freed").Length}", ledger[("freed", column)]);
                    Assert.Equal($"{Of("entry_moved").Length}", ledger[("pte", column)]);
                    Assert.Equal($"{Of("fault").Length}", ledger[("faults", column)]);
                    Assert.Equal($"{Of("page_staged").Length - Of("page_unstaged").Length}", ledger[("waiting", column)]);
                    Assert.Equal($"{Bytes("table_built") - Bytes("table_freed")}", ledger[("table_bytes", column)]);
                }
            }
            Assert.Equal(("2", "53248"), (ledger[("depth", 0)], ledger[("peak_table_bytes", 0)]));
        });
    }
}
