using System.Globalization;
using Microsoft.Playwright;

namespace Emulator.Browser.Tests;

/// <summary>A page of <c>compare --html</c> as a reader finds it: by names and roles, not by how it is built.</summary>
/// <param name="page">The page.</param>
public sealed class ReportPage(IPage page)
{
    /// <summary>The page.</summary>
    public IPage Page => page;

    /// <summary>The slider over the history.</summary>
    public ILocator Slider => page.GetByRole(AriaRole.Slider, new() { Name = "Moment of the run" });

    /// <summary>A button.</summary>
    public ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>The last moment.</summary>
    public async Task<int> LastAsync() => int.Parse((await Slider.GetAttributeAsync("max"))!, CultureInfo.InvariantCulture);

    /// <summary>The moment that is shown.</summary>
    public async Task<int> MomentAsync() => int.Parse(await Slider.InputValueAsync(), CultureInfo.InvariantCulture);

    /// <summary>Drags the slider to a moment.</summary>
    public Task SlideAsync(int moment) => Slider.FillAsync(moment.ToString(CultureInfo.InvariantCulture));

    /// <summary>Steps of each way's history that are done.</summary>
    public async Task<IReadOnlyList<int>> PositionsAsync() =>
        (await page.Locator("html").GetAttributeAsync("data-positions"))!.Split(' ').Select(int.Parse).ToList();

    /// <summary>The number in a way's cell of the ledger.</summary>
    public async Task<string> LedgerAsync(string key, int way) => await page.Locator($"tr[data-key={key}] td").Nth(way).InnerTextAsync();

    /// <summary>All numbers of the ledger.</summary>
    public async Task<IReadOnlyDictionary<(string Key, int Way), string>> LedgersAsync()
    {
        string cells = await page.EvaluateAsync<string>("() => [...document.querySelectorAll('tr[data-key]')].map(row => [row.dataset.key, ...[...row.querySelectorAll('td')].map(cell => cell.textContent)].join(' ')).join('|')");
        return cells.Split('|').Select(row => row.Split(' ')).SelectMany(row => row.Skip(1).Select((text, way) => (Key: (row[0], way), text))).ToDictionary(cell => cell.Key, cell => cell.text);
    }

    /// <summary>The sentence of a way.</summary>
    public async Task<string> SentenceAsync(int way) => await page.Locator($"article[data-way='{way}'] .sentence").InnerTextAsync();

    /// <summary>The boxes of a way's tables, top first.</summary>
    public ILocator Tables(int way) => page.Locator($".picture .way[data-way='{way}'] .table[data-block]");

    /// <summary>Every box of a way: what it is called, where its first table lies, what became of it, and the words in it.</summary>
    public async Task<IReadOnlyList<(int Tables, string Name, string At, string Fate, string Words)>> BoxesAsync(int way)
    {
        string boxes = await Tables(way).EvaluateAllAsync<string>("boxes => boxes.map(box => [box.dataset.name, box.dataset.at, box.classList[1], box.querySelector('.words').textContent].join('|')).join('\\n')");
        return [.. boxes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|')).Select(box =>
        {
            string[] name = box[0].Split(" x ");
            return (name.Length > 1 ? int.Parse(name[0], CultureInfo.InvariantCulture) : 1, name[^1], box[1], box[2], box[3]);
        })];
    }

    /// <summary>The view of one entry.</summary>
    public ILocator Entry => page.GetByRole(AriaRole.Dialog);

    /// <summary>The rows of the entry's bits: bits, field, before, value, what it says.</summary>
    public async Task<IReadOnlyList<string[]>> BitsAsync()
    {
        string rows = await Entry.Locator("tbody").EvaluateAsync<string>("body => [...body.rows].map(row => [...row.cells].map(cell => cell.textContent).join('|')).join('\\n')");
        return [.. rows.Split('\n').Select(row => row.Split('|'))];
    }

    /// <summary>Everything that a reader sees: it is equal at two moments only if they look the same.</summary>
    public async Task<string> LooksAsync() => await page.EvaluateAsync<string>("""
        () => [...document.querySelectorAll('.picture, .says, .books td, #where')]
          .map(part => { const copy = part.cloneNode(true); copy.querySelectorAll('.changed, .done').forEach(each => each.classList.remove('changed', 'done')); return copy.classList.contains('picture') ? copy.innerHTML : copy.textContent; }).join('\n')
        """);
}
