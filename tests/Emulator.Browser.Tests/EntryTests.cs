using System.Text.Json;
using Emulator.Cli.Tests;
using Microsoft.Playwright;
using Xunit;

namespace Emulator.Browser.Tests;

/// <summary>An entry of a table, bit by bit, at the moment that the page shows.</summary>
public class EntryTests(Chromium chromium)
{
    private static readonly string[] ThirtyOneBit = ["compare", "--arg-bytes", "15000", CommandLine.Bundled("s390/show")];

    [Theory]
    [InlineData("s390/show")]
    [InlineData("s390x/show", "--kernel", "6.1")]
    [InlineData("x86_64/show")]
    [InlineData("x86_64/show", "--kernel", "6.1", "--mmu", "la57")]
    [InlineData("sparc64/show")]
    [InlineData("sparc64/show", "--kernel", "6.1", "--mmu", "sun4v")]
    [InlineData("ppc64/show", "--page-size", "64k")]
    [InlineData("ppc64/show", "--kernel", "6.1")]
    [InlineData("alpha/show")]
    [InlineData("x86_64/show", "--interleave", "unmap:0@start")]
    [InlineData("s390/show", "--interleave", "unmap:0@start")]
    [InlineData("ppc64/show", "--kernel", "6.1", "--interleave", "unmap:0@start")]
    public async Task Its_bits_are_those_that_walk_tells(string program, params string[] options)
    {
        JsonElement report = CommandLine.Run(["compare", .. options, "--json", "-", CommandLine.Bundled(program)]).Json;
        string sp = report.GetProperty("ways")[0].GetProperty("user").GetProperty("sp").GetString()!;
        JsonElement[] steps = [.. CommandLine.Run(["walk", .. options, "--json", "-", CommandLine.Bundled(program), sp]).Json.GetProperty("walks")[0].GetProperty("steps").EnumerateArray()];

        await chromium.LookAtReportAsync(["compare", .. options, CommandLine.Bundled(program)], async report =>
        {
            foreach (JsonElement step in steps)
            {
                ILocator box = report.Tables(0).And(report.Page.Locator("[data-at='" + TableOf(step) + "']")).Last;
                await box.FocusAsync();
                await report.Page.Keyboard.PressAsync("Enter");
                await report.Entry.GetByLabel("entry", new() { Exact = true }).FillAsync(step.GetProperty("index").GetRawText());

                IEnumerable<string> told = step.GetProperty("fields").EnumerateArray().Select(field => string.Join('|', new[] { "bits", "name", "value", "meaning" }.Select(key => field.GetProperty(key).GetString())));
                Assert.Equal(told, (await report.BitsAsync()).Select(row => $"{row[0]}|{row[1]}|{row[3]}|{row[4]}"));
                string words = await report.Entry.Locator("#entry-words").InnerTextAsync();
                Assert.Contains($"It lies at {step.GetProperty("at").GetString()} ", words, StringComparison.Ordinal);
                Assert.Contains($"{step.GetProperty("entry").GetString()}.", words, StringComparison.Ordinal);
                await report.Page.Keyboard.PressAsync("Escape");
            }
        });

        string TableOf(JsonElement step) => report.GetProperty("ways")[0].GetProperty("tables").EnumerateArray()
            .Where(table => table.GetProperty("level").GetInt32() == step.GetProperty("level").GetInt32() && Number(table, "start") <= Number(sp)).MaxBy(table => Number(table, "start")).GetProperty("at").GetString()!;
    }

    private static ulong Number(JsonElement of, string name) => Number(of.GetProperty(name).GetString()!);

    private static ulong Number(string hexadecimal) => Convert.ToUInt64(hexadecimal, 16);

    [Fact]
    public Task A_click_on_the_strip_opens_the_entry_there() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        ILocator segment = report.Tables(0).Filter(new() { HasText = "top at the end" });
        foreach ((int index, string state) in new[] { (4, "Written by step"), (2047, "Written by step"), (1000, "Nothing has been written to it.") })
        {
            await segment.ScrollIntoViewIfNeededAsync();
            LocatorBoundingBoxResult strip = (await segment.Locator(".strip").BoundingBoxAsync())!;
            await report.Page.Mouse.ClickAsync((float)(strip.X + (index + 0.5) * strip.Width / 2048), strip.Y + strip.Height / 2);

            string name = await report.Entry.GetByRole(AriaRole.Heading).InnerTextAsync();
            Assert.StartsWith("in-place: entry ", name, StringComparison.Ordinal);
            int opened = int.Parse(name.Split(' ')[2]);
            Assert.InRange(opened, index - 40, index + 40);     // a pixel is some 15 entries wide; what is in use attracts
            if (index != 1000)
                Assert.Equal(index, opened);
            Assert.Contains(state, await report.Entry.Locator("#entry-words").InnerTextAsync(), StringComparison.Ordinal);
        }
    });

    [Fact]
    public Task It_follows_the_slider_and_shows_what_a_step_changes() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        await report.SlideAsync(0);
        List<string> states = [];
        ILocator moved = report.Tables(0).Filter(new() { HasText = "0x7ff00000" });
        await moved.FocusAsync();
        await report.Page.Keyboard.PressAsync("Enter");
        await report.Entry.GetByLabel("entry", new() { Exact = true }).FillAsync("255");
        int last = await report.LastAsync();
        for (int moment = 0; moment <= last; moment++)
        {
            await report.SlideAsync(moment);
            string words = await report.Entry.Locator("#entry-words").InnerTextAsync();
            states.Add(words.Split(". ")[1]);
            if (!words.Contains("This step changes it", StringComparison.Ordinal))
            {
                Assert.All(await report.BitsAsync(), row => Assert.Equal(row[2], row[3]));
                continue;
            }
            // The moved page appears: I goes from 1 to 0, and the frame's number from 0 to something.
            IReadOnlyList<string[]> rows = await report.BitsAsync();
            Assert.Contains("0x400 becomes 0x", words, StringComparison.Ordinal);
            Assert.Equal(("1", "0"), (rows.Single(row => row[1] == "I")[2], rows.Single(row => row[1] == "I")[3]));
            Assert.Equal(["frame", "I"], await report.Entry.Locator("tr.changed th").AllInnerTextsAsync());
            Assert.True(await report.Entry.GetByText("before", new() { Exact = true }).IsVisibleAsync());
        }
        string[] stages = [.. states.Where((state, i) => i == 0 || states[i - 1] != state)];
        Assert.Equal(["The table is not there yet", "Nothing has been written to it", "This step changes it", "Moved here or rewritten since by step"], stages.Select(state => state.Split(" step ")[0] is var head && head.StartsWith("Moved", StringComparison.Ordinal) ? $"{head} step" : state));

        for (int moment = last; moment >= 0; moment--)
        {
            await report.Page.Keyboard.PressAsync("ArrowLeft");
            if (moment > 0)
                Assert.Equal(states[moment - 1], (await report.Entry.Locator("#entry-words").InnerTextAsync()).Split(". ")[1]);
        }
    });

    [Fact]
    public Task It_opens_and_closes_by_keys_and_gives_the_focus_back() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        Assert.False(await report.Entry.IsVisibleAsync());
        ILocator box = report.Tables(1).Last;
        await box.FocusAsync();
        await report.Page.Keyboard.PressAsync("Enter");

        Assert.True(await report.Entry.IsVisibleAsync());
        Assert.Equal("staged: entry 252 of the page table [pte] for 0x7ff00000", await report.Page.EvaluateAsync<string>("() => document.activeElement.textContent"));
        await report.Page.Keyboard.PressAsync("Tab");
        await report.Page.Keyboard.PressAsync("Tab");
        await report.Page.Keyboard.PressAsync("Tab");
        int moment = await report.MomentAsync();
        await report.Page.Keyboard.PressAsync("ArrowUp");       // in the field of the number
        Assert.Equal((moment, "253"), (await report.MomentAsync(), await report.Entry.GetByLabel("entry", new() { Exact = true }).InputValueAsync()));
        await report.Entry.GetByRole(AriaRole.Button, new() { Name = "used ▶" }).ClickAsync();
        Assert.Contains("entry 254 ", await report.Entry.GetByRole(AriaRole.Heading).InnerTextAsync(), StringComparison.Ordinal);

        await report.Page.Keyboard.PressAsync("Escape");
        Assert.False(await report.Entry.IsVisibleAsync());
        Assert.True(await box.EvaluateAsync<bool>("box => box === document.activeElement"));
        Assert.Equal(0, await report.Page.Locator(".picked").CountAsync());
    });

    [Fact]
    public Task Of_many_tables_drawn_as_one_each_can_be_looked_at() => chromium.LookAtReportAsync(["compare", "--arg-pages", "3000", "--arg-cap", "none", "--stack-limit", "unlimited", CommandLine.Bundled("i386/show")], async report =>
    {
        ILocator many = report.Tables(0).Filter(new() { HasText = "×6" }).First;
        await many.FocusAsync();
        await report.Page.Keyboard.PressAsync("Enter");
        List<string> names = [];
        for (int table = 1; table <= 6; table++)
        {
            await report.Entry.GetByLabel("of table").FillAsync($"{table}");
            names.Add((await report.Entry.GetByRole(AriaRole.Heading).InnerTextAsync()).Split(" for ")[1]);
        }

        Assert.Equal(names, names.Distinct());
        ulong[] starts = [.. names.Select(name => Convert.ToUInt64(name, 16))];
        Assert.All(starts.Zip(starts.Skip(1)), pair => Assert.Equal(pair.First + (2ul << 20), pair.Second));
    });
}
