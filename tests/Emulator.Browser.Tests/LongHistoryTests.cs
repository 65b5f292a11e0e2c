using System.Globalization;
using System.Text.Json;
using Emulator.Cli.Tests;
using Emulator.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Emulator.Browser.Tests;

/// <summary>The page of a run of a million steps: small enough, and right wherever the slider is. How fast it is, bench/pages.sh measures.</summary>
public class LongHistoryTests(Chromium chromium)
{
    // A 32-bit program on amd64, so that every page of arguments moves: five steps in place, four staged, for each of 112,001 pages.
    private static readonly string[] Million = ["compare", "--arg-cap", "none", "--stack-limit", "unlimited", "--arg-pages", "112000", CommandLine.Bundled("i386/show")];

    [Fact]
    public async Task A_million_steps_fit_and_every_moment_is_that_of_the_trace()
    {
        Assert.SkipWhen(Chromium.Installed is null, "chromium is not installed");
        using TemporaryDirectory directory = new();
        string file = directory.PathOf("long.html"), trace = directory.PathOf("long.jsonl");
        CommandLine run = CommandLine.Run(["compare", "--html", file, "--trace", trace, .. Million.Skip(1)]);
        Assert.Equal(("", 0), (run.Error, run.Exit));

        List<Sight> seen = [];
        await chromium.LookAsync(new Uri($"file://{file}"), async page =>
        {
            await page.Locator("html[data-ready=yes]").WaitForAsync();
            ReportPage report = new(page);
            int last = await report.LastAsync();
            seen.Add(await LookAsync(report));
            // Near and far, both ways, over checkpoints of the fold and over the ends of stages.
            foreach (int moment in new[] { last / 2, last / 2 + 1, 1, last - 9, 4096, 4095, last / 3, last * 2 / 3, last / 7, last * 6 / 7, last })
            {
                await report.SlideAsync(moment);
                seen.Add(await LookAsync(report));
            }
            foreach (string key in new[] { "Home", "]", "ArrowRight", "PageDown", "]", "ArrowLeft", "[", "PageUp", "End" })
            {
                await page.Keyboard.PressAsync(key);
                seen.Add(await LookAsync(report));
            }
            Assert.Equal(seen[0], seen[^1]);        // there and back again
        });

        int[] events = Compare(trace, seen);
        Assert.True(events.Sum() >= 1_000_000, $"{events.Sum()} events are no million");
        long bytes = new FileInfo(file).Length;
        Assert.True(bytes < 20_000_000, $"the page has {bytes} bytes");
        Assert.True(seen.SelectMany(sight => sight.Positions).Distinct().Count() > 20, "many moments were looked at");
    }

    private static async Task<Sight> LookAsync(ReportPage report)
    {
        IReadOnlyDictionary<(string Key, int Way), string> ledger = await report.LedgersAsync();
        int[] positions = [.. await report.PositionsAsync()];
        string[] sentences = [.. await Task.WhenAll(positions.Select((_, way) => report.SentenceAsync(way)))];
        return new Sight(positions, [.. positions.Select((_, way) => string.Join(' ', Books.Keys.Select(key => $"{key}={ledger[(key, way)]}")))], sentences);
    }

    /// <summary>Reads the trace once, and holds every sight of the page against the books at its positions.</summary>
    /// <returns>Events of each way.</returns>
    private static int[] Compare(string trace, List<Sight> seen)
    {
        List<int> counts = [];
        Books books = new();
        string? way = null;
        foreach (string line in File.ReadLines(trace))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement told = document.RootElement;
            if (told.GetProperty("type").GetString() == "run")
                continue;
            if (way != told.GetProperty("way").GetString())
            {
                way = told.GetProperty("way").GetString();
                counts.Add(0);
                books = new Books();
                Hold();
            }
            if (told.GetProperty("type").GetString() != "event")
                continue;
            counts[^1]++;
            books.Enter(told);
            Hold();
        }
        Assert.All(seen, sight => Assert.All(sight.Positions.Zip(counts), pair => Assert.InRange(pair.First, 0, pair.Second)));
        return [.. counts];

        void Hold()
        {
            int column = counts.Count - 1;
            foreach (Sight sight in seen.Where(sight => sight.Positions[column] == counts[column]))
            {
                Assert.Equal($"{way} after step {counts[column]}: {books}", $"{way} after step {sight.Positions[column]}: {sight.Ledgers[column]}");
                if (counts[column] == 0)
                    Assert.Equal("Nothing has happened yet.", sight.Sentences[column]);
                else if (books.Where is { } place)
                    Assert.Contains(place, sight.Sentences[column], StringComparison.Ordinal);
            }
        }
    }

    /// <summary>What the page showed at one moment.</summary>
    private sealed record Sight(int[] Positions, string[] Ledgers, string[] Sentences)
    {
        public bool Equals(Sight? other) => other is not null && Positions.SequenceEqual(other.Positions) && Ledgers.SequenceEqual(other.Ledgers) && Sentences.SequenceEqual(other.Sentences);

        public override int GetHashCode() => HashCode.Combine(Positions[0], Ledgers[0]);
    }

    /// <summary>The ledger, summed from the trace's lines as docs/trace.md says.</summary>
    private sealed class Books
    {
        private readonly long[] _rows = new long[Keys.Length];

        public static string[] Keys { get; } = ["built", "freed", "pte", "rehung", "move_ptes_calls", "flush_page", "flush_full", "faults", "waiting", "staging_pages", "table_bytes", "peak_table_bytes"];

        /// <summary>The address that a sentence about the last event names; null when it names none, or not always.</summary>
        public string? Where { get; private set; }

        public void Enter(JsonElement happened)
        {
            string kind = happened.GetProperty("kind").GetString()!;
            Where = kind switch { "table_built" => "at", "entry_moved" or "frame_filled" or "fault" => "address", _ => null } is { } key ? happened.GetProperty(key).GetString() : null;
            switch (kind)
            {
                case "table_built":
                    Add("built", 1);
                    Add("table_bytes", happened.GetProperty("bytes").GetInt64());
                    break;
                case "table_freed":
                    Add("freed", 1);
                    Add("table_bytes", -happened.GetProperty("bytes").GetInt64());
                    break;
                case "entry_moved":
                    Add("pte", 1);
                    break;
                case "table_moved":
                    Add("rehung", 1);
                    break;
                case "piece_moved":
                    Add("move_ptes_calls", 1);
                    break;
                case "flush" when !happened.GetProperty("for_protection").GetBoolean():
                    Add($"flush_{happened.GetProperty("flush").GetString()}", 1);
                    break;
                case "fault":
                    Add("faults", 1);
                    break;
                case "page_staged":
                    Add("waiting", 1);
                    Add("staging_pages", happened.GetProperty("staging_pages").GetInt64());
                    break;
                case "page_unstaged":
                    Add("waiting", -1);
                    break;
            }
            ref long peak = ref _rows[Array.IndexOf(Keys, "peak_table_bytes")];
            peak = Math.Max(peak, _rows[Array.IndexOf(Keys, "table_bytes")]);
        }

        public override string ToString() => string.Join(' ', Keys.Select((key, i) => string.Create(CultureInfo.InvariantCulture, $"{key}={_rows[i]}")));

        private void Add(string key, long number) => _rows[Array.IndexOf(Keys, key)] += number;
    }
}
