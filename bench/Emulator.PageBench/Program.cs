using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

// Opens a page of "compare --html" in a browser without a window, slides through its history, and writes a table of frame times.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [string browserPath, string file, string framesText] || !int.TryParse(framesText, out int frames) || !File.Exists(file))
{
    Console.Error.WriteLine("usage: Emulator.PageBench CHROMIUM PAGE.html FRAMES");
    return 2;
}

const int Openings = 3;
using IPlaywright driver = await Playwright.CreateAsync();
await using IBrowser browser = await driver.Chromium.LaunchAsync(new()
{
    ExecutablePath = browserPath,
    Headless = true,
    Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [],     // Chromium's sandbox does not work for root
});
Console.WriteLine($"| browser | Chromium {browser.Version}, no window, 1280 x 900 |");

List<double> openings = [];
IPage page = null!;
for (int i = 0; i < Openings; i++)
{
    if (page is not null)
        await page.Context.CloseAsync();
    page = await (await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } })).NewPageAsync();
    page.SetDefaultTimeout(120_000);
    Stopwatch watch = Stopwatch.StartNew();
    await page.GotoAsync(new Uri(Path.GetFullPath(file)).AbsoluteUri);
    await page.Locator("html[data-ready=yes]").WaitForAsync();
    openings.Add(watch.Elapsed.TotalSeconds);
}
// CPU time of the page's main thread: what of a frame is the page's own, however busy the machine is.
ICDPSession session = await page.Context.NewCDPSessionAsync(page);
await session.SendAsync("Performance.enable", new() { ["timeDomain"] = "threadTicks" });
int last = int.Parse((await page.Locator("#moment").GetAttributeAsync("max"))!, CultureInfo.InvariantCulture);
string steps = await page.EvaluateAsync<string>("() => document.documentElement.dataset.positions");
Console.WriteLine($"| steps | {string.Join(" and ", steps.Split(' ').Select(n => $"{int.Parse(n, CultureInfo.InvariantCulture):N0}"))}, shown side by side in {last:N0} moments |");
Console.WriteLine($"| file | {new FileInfo(file).Length:N0} bytes |");
Console.WriteLine($"| from the address to the picture | {string.Join(", ", openings.Select(s => $"{s:0.00} s"))} |");
double heap = await page.EvaluateAsync<double>("() => performance.memory.usedJSHeapSize");
Console.WriteLine($"| heap of scripts | {heap / (1 << 20):0} MiB |");

Console.WriteLine();
Console.WriteLine("| what | frames | median, ms | 95th, ms | worst, ms | over 50 ms | scripts in a frame: median, ms | 95th, ms | worst, ms | CPU of all in a frame: mean, ms |");
Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
string script = new StreamReader(typeof(Program).Assembly.GetManifestResourceStream("slide.js")!).ReadToEnd();
foreach ((string how, string name) in new[]
    {
        ("rest", "nothing moves"),
        ("there", "from the beginning to the end"),
        ("back", "from the end to the beginning"),
        ("shake", "to and fro over two fifths"),
        ("jump", "anywhere, at random"),
        ("step", "a step each frame"),
        ("table", "a table each frame"),
        ("drag", "the thumb dragged to and fro by the mouse"),
        ("open", "to and fro over two fifths, an entry's bits shown"),
    })
{
    if (how == "open")
    {
        await page.Locator(".table.kept").Last.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
    }
    double before = await BusyAsync(session);
    Task<JsonElement?> measuring = page.EvaluateAsync(script, new { how = how switch { "drag" => "rest", "open" => "shake", _ => how }, frames });
    if (how == "drag")
        await Drag(page, measuring);
    JsonElement measured = (await measuring)!.Value;
    double busy = 1000 * (await BusyAsync(session) - before) / frames;
    double[] deltas = Sorted("deltas"), work = Sorted("work");
    Console.WriteLine($"| {name} | {deltas.Length} | {At(deltas, 0.5)} | {At(deltas, 0.95)} | {deltas[^1]:0.0} | {deltas.Count(delta => delta > 50)} | {(how == "drag" ? "- | - | -" : $"{At(work, 0.5)} | {At(work, 0.95)} | {work[^1]:0.0}")} | {busy:0.0} |");

    double[] Sorted(string key) => [.. measured.GetProperty(key).EnumerateArray().Select(each => each.GetDouble()).Order()];
}
return 0;

static async Task Drag(IPage page, Task until)
{
    await page.EvaluateAsync("() => document.getElementById('moment').scrollIntoView({ block: 'center' })");
    LocatorBoundingBoxResult slider = (await page.Locator("#moment").BoundingBoxAsync())!;
    await page.Mouse.MoveAsync(slider.X + slider.Width / 2, slider.Y + slider.Height / 2);
    await page.Mouse.DownAsync();
    for (int i = 0; !until.IsCompleted; i++)
        await page.Mouse.MoveAsync((float)(slider.X + slider.Width * (0.5 + 0.45 * Math.Sin(i / 20.0))), slider.Y + slider.Height / 2);
    await page.Mouse.UpAsync();
}

static async Task<double> BusyAsync(ICDPSession session) => (await session.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
    .Single(metric => metric.GetProperty("name").GetString() == "TaskDuration").GetProperty("value").GetDouble();

static string At(double[] sorted, double share) => $"{sorted[(int)(share * (sorted.Length - 1))]:0.0}";
