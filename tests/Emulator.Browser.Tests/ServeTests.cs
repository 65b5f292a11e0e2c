using System.Text.Json;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Emulator.Cli.Serving;
using Emulator.Cli.Tests;
using Emulator.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Emulator.Browser.Tests;

/// <summary>The page of <c>serve</c>: choose, run, step, put two runs side by side, send a link.</summary>
public class ServeTests(Chromium chromium)
{
    private const string ThirtyOneBit = "?program=s390/show&arg-bytes=15000";

    private const string Both = "?program=s390/show&arg-bytes=15000&kernel=6.1&kept=program%3Ds390%2Fshow%26arg-bytes%3D15000";

    [Fact]
    public Task A_run_is_chosen_made_and_stepped_through() => LookAsync("", async serve =>
    {
        await serve.Field("program").SelectOptionAsync("s390/show");
        await serve.Field("arguments").FillAsync("one\ntwo words");
        await serve.Field("arg-bytes").FillAsync("15000");
        await serve.PressRunAsync();

        Assert.Equal("?program=s390/show&args=one\ntwo+words&arg-bytes=15000", Uri.UnescapeDataString(new Uri(serve.Page.Url).Query).ReplaceLineEndings("\n"));
        Assert.Equal("emulator compare --arg-bytes 15000 s390/show one 'two words'", await serve.Page.Locator(".command code").InnerTextAsync());
        Assert.Equal("s390/show - emulator", await serve.Page.TitleAsync());
        Assert.True(await serve.Frame().GetByText("4 entries move", new() { Exact = true }).IsVisibleAsync());

        await serve.Slider().FillAsync("0");
        Assert.Equal(("0", "0"), (await serve.LedgerAsync("built", 0), await serve.LedgerAsync("built", 1)));
        await serve.Frame().GetByRole(AriaRole.Button, new() { Name = "step ▶", Exact = true }).ClickAsync();
        Assert.Equal((1, "1"), (await serve.MomentAsync(), await serve.LedgerAsync("built", 0)));
        await serve.Frame().GetByRole(AriaRole.Button, new() { Name = "◀ step", Exact = true }).ClickAsync();
        Assert.Equal((0, "0"), (await serve.MomentAsync(), await serve.LedgerAsync("built", 0)));
    });

    [Fact]
    public Task Numbers_on_the_page_are_those_of_the_json() => LookAsync(ThirtyOneBit, async serve =>
    {
        string link = (await serve.Page.GetByRole(AriaRole.Link, new() { Name = "JSON" }).GetAttributeAsync("href"))!;
        JsonElement report = JsonDocument.Parse(await (await serve.Page.APIRequest.GetAsync(new Uri(new Uri(serve.Page.Url), link).AbsoluteUri)).TextAsync()).RootElement;

        for (int way = 0; way < 2; way++)
        {
            JsonElement books = report.GetProperty("ways")[way], start = books.GetProperty("stages").EnumerateArray().Last();
            Assert.Equal(books.GetProperty("peak_table_bytes").ToString(), await serve.LedgerAsync("peak_table_bytes", way));
            Assert.Equal(books.GetProperty("final_table_bytes").ToString(), await serve.LedgerAsync("table_bytes", way));
            Assert.Equal(books.GetProperty("moved").GetProperty("pte").ToString(), await serve.LedgerAsync("pte", way));
            Assert.Equal(start.GetProperty("depth").ToString(), await serve.LedgerAsync("depth", way));
            Assert.Equal(start.GetProperty("pgtables_bytes").ToString(), await serve.LedgerAsync("pgtables_bytes", way));
            Assert.Equal(books.GetProperty("flushes").GetProperty("page").ToString(), await serve.LedgerAsync("flush_page", way));
        }
    });

    [Fact]
    public Task The_address_has_everything() => LookAsync(ThirtyOneBit, async serve =>
    {
        await serve.Slider().FillAsync("20");
        await serve.AddressEndsAsync("arg-bytes=15000#20");
        await serve.Page.ReloadAsync();
        await serve.ReadyAsync();
        Assert.Equal(20, await serve.MomentAsync());

        await serve.Field("kernel").SelectOptionAsync("6.1");
        await serve.PressRunAsync();
        Assert.Equal("3", await serve.LedgerAsync("depth", 0));
        await serve.Slider().FillAsync("7");
        await serve.AddressEndsAsync("#7");

        await serve.Page.GoBackAsync();
        await serve.ReadyAsync();
        Assert.Equal((20, ""), (await serve.MomentAsync(), await serve.Field("kernel").InputValueAsync()));
        await serve.Page.GoForwardAsync();
        await serve.ReadyAsync();
        Assert.Equal((7, "6.1"), (await serve.MomentAsync(), await serve.Field("kernel").InputValueAsync()));

        string copy = serve.Page.Url;
        IPage other = await serve.Page.Context.NewPageAsync();
        await other.GotoAsync(copy);
        ServePage sent = new(other);
        await sent.ReadyAsync();
        Assert.Equal(7, await sent.MomentAsync());
    });

    [Fact]
    public Task A_run_is_kept_while_another_is_chosen_beside_it() => LookAsync(ThirtyOneBit, async serve =>
    {
        await serve.Page.GetByRole(AriaRole.Link, new() { Name = "keep it and choose another beside it" }).ClickAsync();
        await serve.ReadyAsync();
        await serve.Field("kernel").SelectOptionAsync("6.1");
        await serve.PressRunAsync();

        Assert.Equal(("2", "3"), (await serve.LedgerAsync("depth", 0, "A"), await serve.LedgerAsync("depth", 0, "B")));
        IFrameLocator diff = serve.Page.FrameLocator("#diff iframe");
        Assert.Equal(["2", "3", "+1"], await diff.Locator("section").First.Locator("tr[data-key=depth] td.number").AllInnerTextsAsync());

        await serve.Slider("A").FillAsync("0");
        await serve.Slider("B").FillAsync("3");
        await serve.AddressEndsAsync("#0,3");
        await serve.Page.Locator("h1").ClickAsync();
        await serve.Page.Keyboard.PressAsync("ArrowRight");      // both step
        Assert.Equal((1, 4), (await serve.MomentAsync("A"), await serve.MomentAsync("B")));
        await serve.Page.Keyboard.PressAsync("ArrowLeft");
        await serve.Page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal((0, 2), (await serve.MomentAsync("A"), await serve.MomentAsync("B")));

        await serve.Page.GetByRole(AriaRole.Link, new() { Name = "change places" }).ClickAsync();
        await serve.ReadyAsync();
        Assert.Equal(("3", "2"), (await serve.LedgerAsync("depth", 0, "A"), await serve.LedgerAsync("depth", 0, "B")));
        await serve.Page.GetByRole(AriaRole.Link, new() { Name = "only A" }).ClickAsync();
        await serve.ReadyAsync();
        Assert.Equal(1, await serve.Page.Locator("article.run").CountAsync());
        Assert.Equal("3", await serve.LedgerAsync("depth", 0));
    });

    [Fact]
    public Task Wrong_input_is_said_at_its_field() => LookAsync("", async serve =>
    {
        await serve.Page.GetByText("More options").ClickAsync();
        await serve.Field("seed").FillAsync("many");
        await serve.PressRunAsync();

        Assert.Equal("seed", await serve.Page.EvaluateAsync<string>("() => document.activeElement.id"));
        Assert.Equal("--seed: \"many\" is no number; write decimal digits, or 0x and hexadecimal digits", await serve.Page.Locator("#seed-problem").InnerTextAsync());
        Assert.Equal("--seed: \"many\" is no number; write decimal digits, or 0x and hexadecimal digits turn randomisation on, reproducibly",
            await serve.Page.EvaluateAsync<string>("() => document.activeElement.getAttribute('aria-describedby').split(' ').map(id => document.getElementById(id).textContent).join(' ')"));
        Assert.Equal(("true", "many"), (await serve.Field("seed").GetAttributeAsync("aria-invalid"), await serve.Field("seed").InputValueAsync()));
        Assert.Equal(0, await serve.Page.Locator("iframe").CountAsync());

        await serve.Field("seed").FillAsync("3");
        await serve.PressRunAsync();
        Assert.Equal(0, await serve.Page.Locator(".problem:visible").CountAsync());
        Assert.True(await serve.LastAsync() > 0);
    });

    [Fact]
    public Task What_does_not_go_together_is_not_offered() => LookAsync("", async serve =>
    {
        Task<string[]> Offered(string name) => serve.Field(name).EvaluateAsync<string[]>("select => [...select.options].filter(option => !option.disabled && !option.parentElement.disabled).map(option => option.textContent)");
        await serve.Field("program").SelectOptionAsync("x86_64/show");
        Assert.Equal(["default: la48", "la48", "none"], await Offered("mmu"));
        await serve.Field("kernel").SelectOptionAsync("6.1");
        Assert.Equal(["default: la48", "la48", "la57", "none"], await Offered("mmu"));
        await serve.Field("mmu").SelectOptionAsync("la57");

        await serve.Field("arch").SelectOptionAsync("ppc64");
        Assert.Equal(("ppc64/show", ""), (await serve.Field("program").InputValueAsync(), await serve.Field("mmu").InputValueAsync()));
        Assert.Equal(["default: 4k", "4k", "64k"], await Offered("page-size"));
        Assert.DoesNotContain("s390/show", await Offered("program"));
        await serve.PressRunAsync();
        Assert.True(await serve.LastAsync() > 0);
    });

    [Fact]
    public Task Without_a_mouse() => LookAsync("", async serve =>
    {
        IKeyboard keys = serve.Page.Keyboard;
        List<string> reached = [];
        while (reached.Count < 60)
        {
            await keys.PressAsync("Tab");
            string at = await serve.Page.EvaluateAsync<string>("() => { const at = document.activeElement; const style = getComputedStyle(at); return at === document.body ? '' : `${at.id || at.value || at.textContent}|${style.outlineStyle}|${parseFloat(style.outlineWidth)}`; }");
            if (at.Length == 0)
                break;
            reached.Add(at);
        }
        Assert.All(reached, at => Assert.Matches(@"\|solid\|[2-9]", at));
        string[] order = [.. reached.Select(at => at.Split('|')[0])];
        Assert.Equal(["program", "args", "arch", "kernel", "page-size", "mmu", "fixed", "in-place", "staged", "both", "all", "arg-bytes", "More options", "Run"], order.Take(14));

        await serve.Field("program").FocusAsync();
        await keys.TypeAsync("s390/s");
        for (int i = 0; i < 3; i++)
            await keys.PressAsync("Tab");
        await keys.TypeAsync("6");
        for (int i = 0; i < 8; i++)
            await keys.PressAsync("Tab");
        await keys.TypeAsync("9000");
        await keys.PressAsync("Enter");
        await serve.ReadyAsync();
        Assert.Equal("?program=s390/show&kernel=6.1&arg-bytes=9000", Uri.UnescapeDataString(new Uri(serve.Page.Url).Query));

        await keys.PressAsync("ArrowLeft");       // from the page
        Assert.Equal(await serve.LastAsync() - 1, await serve.MomentAsync());
        await serve.Page.GetByRole(AriaRole.Link, new() { Name = "page alone" }).FocusAsync();
        await keys.PressAsync("Tab");
        await keys.PressAsync("Tab");             // into the frame
        await keys.PressAsync("Home");
        Assert.Equal(0, await serve.MomentAsync());
        await keys.PressAsync("]");
        Assert.True(await serve.MomentAsync() > 1);
    });

    [Fact]
    public Task Letters_typed_into_a_field_step_nothing() => LookAsync(ThirtyOneBit, async serve =>
    {
        await serve.Field("arg-bytes").FocusAsync();
        await serve.Page.Keyboard.PressAsync("ArrowLeft");
        await serve.Page.Keyboard.TypeAsync("[");

        Assert.Equal(await serve.LastAsync(), await serve.MomentAsync());
    });

    [Fact]
    public async Task A_long_run_tells_how_far_it_has_come_and_can_be_cancelled()
    {
        const string Long = "?program=x86_64/show&way=all&arg-cap=none&stack-limit=unlimited&arg-pages=180000";
        await LookAsync("", async serve =>
        {
            await serve.Page.GotoAsync(serve.Page.Url + Long);
            await serve.Page.GetByRole(AriaRole.Status).Filter(new() { HasTextRegex = new(@"^execve (in-place|staged) \([23] of 3\), \d+ steps$") }).WaitForAsync();
            await serve.Page.GetByRole(AriaRole.Button, new() { Name = "cancel" }).ClickAsync();
            await serve.ReadyAsync();

            Assert.Equal("cancelled; Run starts it again", await serve.Page.Locator("article .problem").InnerTextAsync());
            Assert.False(await serve.Page.GetByRole(AriaRole.Button, new() { Name = "cancel" }).IsVisibleAsync());
        });
        await LookAsync(Long, async serve => Assert.Equal("the run took longer than 0.5 seconds and was stopped; serve --run-seconds N gives more", await serve.Page.Locator("article .problem").InnerTextAsync()),
            settings: Served.Settings() with { RunTime = TimeSpan.FromSeconds(0.5) });
    }

    [Fact]
    public Task An_execve_that_fails_is_shown_too() => LookAsync("?program=s390/show&arg-bytes=20m", async serve =>
    {
        Assert.Equal(0, await serve.Page.Locator("article .problem:visible").CountAsync());
        Assert.Contains("No way starts the program", await serve.Frame().Locator("header p").InnerTextAsync(), StringComparison.Ordinal);
    });

    [Fact]
    public async Task A_file_under_the_root_is_found_by_typing_and_run()
    {
        using TemporaryDirectory root = new();
        root.Write("programs/of mine", await File.ReadAllBytesAsync(Repository.PathOf(CommandLine.Bundled("i386/tiny")), TestContext.Current.CancellationToken), TemporaryDirectory.Executable);
        await LookAsync("", async serve =>
        {
            await serve.Field("or a file").FillAsync("p");
            await serve.Page.Locator("#files option[value='programs/']").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            await serve.Field("or a file").FillAsync("programs/");
            await serve.Page.Locator("#files option[value='programs/of mine']").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            await serve.Field("or a file").FillAsync("programs/of mine");
            await serve.Field("or a file").PressAsync("Enter");
            await serve.ReadyAsync();
            Assert.Equal("emulator compare 'programs/of mine'", await serve.Page.Locator(".command code").InnerTextAsync());
            Assert.True(await serve.LastAsync() > 0);

            await serve.Field("or a file").FillAsync("../else");
            await serve.PressRunAsync();
            Assert.Equal($"../else: lies outside {root.Path}, where this server may open files", await serve.Page.Locator("#file-problem").InnerTextAsync());
        }, settings: Served.Settings(root.Path));
    }

    [Fact]
    public Task A_run_that_is_too_long_for_an_address_is_not_sent() => LookAsync("", async serve =>
    {
        await serve.Field("arguments").FillAsync(new string('x', 20_000));
        await serve.Run.ClickAsync();

        Assert.Matches("^this run would have an address of 20[0-9]{3} characters; at most 16128 are possible", await serve.Page.Locator("#form-problem").InnerTextAsync());
    });

    // ---- readers ----------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("", ColorScheme.Light)]
    [InlineData("", ColorScheme.Dark)]
    [InlineData(Both, ColorScheme.Light)]
    [InlineData(Both, ColorScheme.Dark)]
    [InlineData("?program=s390/show&seed=x", ColorScheme.Light)]
    [InlineData("?program=s390/show&seed=x", ColorScheme.Dark)]
    public Task It_can_be_read_by_everybody(string query, ColorScheme scheme) => LookAsync(query, async serve =>
    {
        AxeResult found = await serve.Page.RunAxe();
        // Two runs have the same landmarks, each in a frame with a title of its own.
        Assert.Empty(found.Violations.Where(rule => rule.Id != "landmark-unique" || query != Both).SelectMany(rule => rule.Nodes.Select(node => $"{rule.Help}: {node.Html}")));
        Assert.InRange(await Legibility.HoldsAsync(serve.Page), 20, 1000);
        string ground = await serve.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");
        Assert.Equal(scheme == ColorScheme.Dark ? "rgb(20, 24, 29)" : "rgb(255, 255, 255)", ground);
    }, new() { ColorScheme = scheme, ViewportSize = new() { Width = 1280, Height = 900 } });

    [Fact]
    public Task A_frame_is_as_high_as_its_page() => LookAsync(Both, async serve =>
    {
        foreach (string frame in new[] { "article[data-letter=A] iframe", "article[data-letter=B] iframe", "#diff iframe" })
        {
            bool fits = await serve.Page.Locator(frame).EvaluateAsync<bool>("async frame => { for (let i = 0; i < 50; i++) { const spare = frame.clientHeight - frame.contentDocument.body.getBoundingClientRect().height; if (spare >= 0 && spare < 12) return true; await new Promise(done => setTimeout(done, 100)); } return false; }");
            Assert.True(fits, frame);
        }
        Assert.True(await serve.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), "nothing to scroll sideways");
    });

    [Fact]
    public Task A_narrow_window_has_one_run_below_the_other() => LookAsync(Both, async serve =>
    {
        Assert.True(await serve.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), "nothing to scroll sideways");
        LocatorBoundingBoxResult a = (await serve.Page.Locator("article[data-letter=A]").BoundingBoxAsync())!, b = (await serve.Page.Locator("article[data-letter=B]").BoundingBoxAsync())!;
        Assert.True(b.Y >= a.Y + a.Height);
    }, new() { ViewportSize = new() { Width = 420, Height = 800 } });

    [Fact]
    public Task On_paper_there_are_runs_and_no_form() => LookAsync(ThirtyOneBit, async serve =>
    {
        await serve.Page.EmulateMediaAsync(new() { Media = Media.Print });

        Assert.Equal(0, await serve.Page.Locator("button:visible, input:visible, select:visible, textarea:visible").CountAsync());
        Assert.True(await serve.Page.GetByText("emulator compare --arg-bytes 15000 s390/show").IsVisibleAsync());
        Assert.True(await serve.Frame().GetByText("4 entries move", new() { Exact = true }).IsVisibleAsync());
    });

    [Fact]
    public Task Without_scripts_a_run_is_chosen_and_shown() => LookAsync("", async serve =>
    {
        await serve.Field("program").SelectOptionAsync("s390/show");
        await serve.Field("arg-bytes").FillAsync("15000");
        await serve.Run.ClickAsync();

        await serve.Page.FrameLocator("noscript iframe").GetByText("4 entries move", new() { Exact = true }).WaitForAsync();
    }, new() { JavaScriptEnabled = false });

    private async Task LookAsync(string query, Func<ServePage, Task> look, BrowserNewContextOptions? how = null, ServeSettings? settings = null)
    {
        Assert.SkipWhen(Chromium.Installed is null, "chromium is not installed");
        await using Served served = await Served.StartAsync(settings);
        await chromium.LookAsync(new Uri(served.Address, query), async page =>
        {
            ServePage serve = new(page);
            if (how?.JavaScriptEnabled != false)
                await serve.ReadyAsync();
            await look(serve);
        }, how);
    }
}
