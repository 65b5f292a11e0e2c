using System.Text.Json;
using Emulator.Cli.Tests;
using Microsoft.Playwright;
using Xunit;

namespace Emulator.Browser.Tests;

/// <summary>A page of <c>walk</c> shows what the report says.</summary>
public class WalkTests(Chromium chromium)
{
    [Theory]
    [InlineData("x86_64/show", "0x7fffffffeff8", "0x401000", "0x800000000000")]
    [InlineData("s390/show", "0x7fffeff8", "0x80000000")]
    [InlineData("ppc64/show", "0xfffffffeff8", "0x10000000")]
    [InlineData("sparc64/show", "0x7feffffdff8")]
    [InlineData("alpha/show", "0x11ffffff8")]
    public async Task It_draws_the_address_the_entries_and_where_they_lead(string program, params string[] addresses)
    {
        string[] line = ["walk", CommandLine.Bundled(program), .. addresses];
        JsonElement[] walks = [.. CommandLine.Run([.. line, "--json", "-"]).Json.GetProperty("walks").EnumerateArray()];

        await chromium.LookAtReportAsync(line, async report =>
        {
            Assert.Equal(walks.Length, await report.Page.Locator("section.walk").CountAsync());
            for (int i = 0; i < walks.Length; i++)
            {
                ILocator section = report.Page.Locator("section.walk").Nth(i);
                JsonElement[] steps = [.. walks[i].GetProperty("steps").EnumerateArray()];
                string digits = string.Concat(await section.Locator(".digit").AllTextContentsAsync());
                IReadOnlyList<string> indices = await section.Locator(".piece.index .value").AllTextContentsAsync(), arithmetic = await section.Locator(".step .arithmetic").AllTextContentsAsync();

                Assert.Equal(64, digits.Length);
                Assert.Equal(steps.Select(step => step.GetProperty("index").GetRawText()), indices);
                for (int step = 0; step < steps.Length; step++)
                {
                    string at = steps[step].GetProperty("at").GetString()!, entry = steps[step].GetProperty("entry").GetString()!;
                    Assert.EndsWith($" = {at}", arithmetic[2 * step], StringComparison.Ordinal);
                    string[] sum = arithmetic[2 * step].Split([" + ", " × ", " = "], StringSplitOptions.None);
                    Assert.Equal(Convert.ToUInt64(at, 16), Convert.ToUInt64(sum[0], 16) + ulong.Parse(sum[1]) * ulong.Parse(sum[2]));
                    Assert.Equal($"{at} holds {entry}", arithmetic[2 * step + 1]);
                    if (step > 0)       // a table lies where the entry above says
                        Assert.StartsWith(sum[0] + " ", steps[step - 1].GetProperty("meaning").GetString()!, StringComparison.Ordinal);
                    Assert.Equal(Fields(steps[step], "name"), await section.Locator($".step[data-step='{step}'] .field .name").AllTextContentsAsync());
                    Assert.Equal(Fields(steps[step], "meaning"), await section.Locator("details").Nth(step).Locator("tbody td:last-child").AllTextContentsAsync());
                }
                if (walks[i].TryGetProperty("physical", out JsonElement physical))
                    Assert.Contains($" = {physical.GetString()}:", await section.Locator(".end .arithmetic").TextContentAsync(), StringComparison.Ordinal);
                else
                    Assert.Contains(walks[i].GetProperty("fault").GetProperty("name").GetString()!, await section.Locator(".end .fault").TextContentAsync(), StringComparison.Ordinal);
                Assert.Equal(steps.Length - (walks[i].TryGetProperty("physical", out _) ? 0 : Math.Min(1, steps.Length)), await section.Locator(".leads").CountAsync());
            }
        });

        static IEnumerable<string> Fields(JsonElement step, string key) => step.GetProperty("fields").EnumerateArray().Select(field => field.GetProperty(key).GetString()!);
    }

    [Fact]
    public Task An_entry_unfolds_by_keys() => chromium.LookAtReportAsync(["walk", CommandLine.Bundled("alpha/show"), "0x11ffffff8"], async report =>
    {
        await report.Page.Locator("summary").First.FocusAsync();
        Assert.False(await report.Page.Locator("table.bits").First.IsVisibleAsync());
        await report.Page.Keyboard.PressAsync("Enter");

        Assert.True(await report.Page.Locator("table.bits").First.IsVisibleAsync());
    });
}
