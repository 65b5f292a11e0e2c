using Emulator.Cli.Tests;
using Xunit;

namespace Emulator.Browser.Tests;

/// <summary>A page of <c>compare</c> without a mouse.</summary>
public class KeyboardTests(Chromium chromium)
{
    private static readonly string[] ThirtyOneBit = ["compare", "--arg-bytes", "15000", CommandLine.Bundled("s390/show")];

    [Fact]
    public Task Tab_reaches_every_control_and_shows_where_it_is() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        List<string> reached = [];
        while (true)
        {
            await report.Page.Keyboard.PressAsync("Tab");
            string at = await report.Page.EvaluateAsync<string>("""
                () => {
                  const at = document.activeElement;
                  if (at === document.body || at.dataset.reached) return '';
                  at.dataset.reached = 'yes';
                  const style = getComputedStyle(at);
                  return `${at.dataset.go ?? at.id ?? at.tagName}|${style.outlineStyle}|${parseFloat(style.outlineWidth)}`;
                }
                """);
            if (at.Length == 0)
                break;
            reached.Add(at);
        }

        Assert.All(reached, at => Assert.Matches(@"\|solid\|[2-9]", at));
        Assert.Equal(0, await report.Page.Locator(":is(a[href], button, input, select, [tabindex='0']):visible:not([data-reached])").CountAsync());
        Assert.Contains(reached, at => at.StartsWith("moment|", StringComparison.Ordinal));
    });

    [Fact]
    public Task Keys_step_both_ways_wherever_the_focus_is() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        int last = await report.LastAsync();
        foreach (string focus in new[] { "body", "figure", "#moment", "[data-go=back]" })
        {
            await report.Page.Locator(focus).FocusAsync();
            foreach ((string key, Func<int, bool> lands) in new (string, Func<int, bool>)[]
                { ("Home", at => at == 0), ("ArrowRight", at => at == 1), ("ArrowRight", at => at == 2), ("ArrowLeft", at => at == 1), ("PageDown", at => at > 1), ("PageUp", at => at >= 1), ("]", at => at > 1), ("[", at => at == 0), ("End", at => at == last) })
            {
                await report.Page.Keyboard.PressAsync(key);
                int landed = await report.MomentAsync();
                Assert.True(lands(landed), $"{key} with the focus on {focus} led to moment {landed} of {last}");
            }
        }
    });

    [Fact]
    public Task Enter_and_space_press_the_button_that_has_the_focus() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        int last = await report.LastAsync();
        await report.Button("◀ step").FocusAsync();
        await report.Page.Keyboard.PressAsync("Enter");
        await report.Page.Keyboard.PressAsync("Space");

        Assert.Equal(last - 2, await report.MomentAsync());
    });

    [Fact]
    public Task Keys_of_the_browser_stay_the_browsers() => chromium.LookAtReportAsync(ThirtyOneBit, async report =>
    {
        int before = await report.MomentAsync();
        foreach (string chord in new[] { "Control+Home", "Alt+ArrowDown", "Meta+ArrowLeft" })
            await report.Page.Keyboard.PressAsync(chord);

        Assert.Equal(before, await report.MomentAsync());
    });
}
