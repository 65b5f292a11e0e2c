using System.Globalization;
using Microsoft.Playwright;
using Xunit;

namespace Emulator.Browser.Tests;

/// <summary>A page of <c>serve</c> as a reader finds it.</summary>
/// <param name="page">The page.</param>
public sealed class ServePage(IPage page)
{
    /// <summary>The page.</summary>
    public IPage Page => page;

    /// <summary>The button that runs what the form says.</summary>
    public ILocator Run => page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Run") });

    /// <summary>Waits until every run has been shown, or has failed.</summary>
    public Task ReadyAsync() => page.Locator("html[data-ready=yes]").WaitForAsync();

    /// <summary>Presses Run and waits.</summary>
    public async Task PressRunAsync()
    {
        await Run.ClickAsync();
        await ReadyAsync();
    }

    /// <summary>A field of the form.</summary>
    public ILocator Field(string name) => page.GetByLabel(name, new() { Exact = true });

    /// <summary>A run's own page.</summary>
    /// <param name="letter">A or B; empty when there is one run.</param>
    public IFrameLocator Frame(string letter = "") => page.FrameLocator($"article[data-letter='{letter}'] iframe");

    /// <summary>The slider of a run.</summary>
    public ILocator Slider(string letter = "") => Frame(letter).GetByRole(AriaRole.Slider, new() { Name = "Moment of the run" });

    /// <summary>The moment that a run shows.</summary>
    public async Task<int> MomentAsync(string letter = "") => int.Parse(await Slider(letter).InputValueAsync(), CultureInfo.InvariantCulture);

    /// <summary>The last moment of a run.</summary>
    public async Task<int> LastAsync(string letter = "") => int.Parse((await Slider(letter).GetAttributeAsync("max"))!, CultureInfo.InvariantCulture);

    /// <summary>The number in a cell of a run's ledger.</summary>
    public Task<string> LedgerAsync(string key, int way, string letter = "") => Frame(letter).Locator($"tr[data-key={key}] td").Nth(way).InnerTextAsync();

    /// <summary>Waits until the address ends in something: it follows the slider with a little delay.</summary>
    public async Task AddressEndsAsync(string end)
    {
        await page.WaitForFunctionAsync("end => decodeURIComponent(location.search + location.hash).endsWith(end)", end);
        Assert.EndsWith(end, Uri.UnescapeDataString(page.Url), StringComparison.Ordinal);
    }
}
