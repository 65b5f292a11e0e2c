using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Emulator.Cli.Options;
using Emulator.Cli.Sweeps;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary><c>compare --sweep</c>: each point is the run that compare makes, and pictures, tables and CSV show the same numbers.</summary>
public class SweepTests
{
    private static readonly ExecOptions Options = new(() => [], () => [], () => [], () => [], () => []);

    [Theory]
    [InlineData("arg-pages=1..8", "1 2 3 4 5 6 7 8")]
    [InlineData("arg-pages=7..7", "7")]
    [InlineData("arg-pages=1..100", "1 2 3 4 5 6 7 8 10 11 13 16 19 23 27 32 38 45 54 64 76 91 100")]
    [InlineData("arg-pages=0..70", "0 1 2 3 4 5 6 7 8 10 11 13 16 19 23 27 32 38 45 54 64 70")]
    [InlineData("arg-pages=1..4096:x4", "1 4 16 64 256 1024 4096")]
    [InlineData("arg-pages=1..100:x10", "1 10 100")]
    [InlineData("arg-pages=0..5:x2", "0 1 2 4 5")]
    [InlineData("arg-pages=10..35:+10", "10 20 30 35")]
    [InlineData("arg-bytes=1k..4k:+1k", "1024 2048 3072 4096")]
    [InlineData("arg-bytes=4096,0x10,2k,16", "16 2048 4096")]
    [InlineData("arg-bytes=0xfffffffffffffffe..0xffffffffffffffff", "18446744073709551614 18446744073709551615")]
    [InlineData("stack-limit=4611686018427387904..0xffffffffffffffff:x2", "4611686018427387904 9223372036854775808 18446744073709551615")]
    public void A_range_is_the_values_that_it_says(string text, string values) =>
        Assert.Equal(values, string.Join(' ', SweepRange.Parse(new FixedValues(), Options.Seed, text, Knob.Of(Options)).Values));

    [Theory]
    [InlineData("arg-pages", "should be KNOB=RANGE")]
    [InlineData("way=1..2", "should begin with a knob: arg-pages, arg-bytes, ")]
    [InlineData("arg-pages=", "should have a range like ")]
    [InlineData("arg-pages=a..b", "should have a range like ")]
    [InlineData("arg-pages=1..2..3", "should have a range like ")]
    [InlineData("arg-pages=1..2:+0", "should have a range like ")]
    [InlineData("arg-pages=1..2:x1", "should have a range like ")]
    [InlineData("arg-pages=1..2:-1", "should have a range like ")]
    [InlineData("arg-pages=1,,2", "should have a range like ")]
    [InlineData("arg-pages=2..1", "should begin below where it ends")]
    [InlineData("arg-bytes=0..1m:+1", "are more than 10000 values; give a step (:+N) or a factor (:xN)")]
    public void A_range_that_is_none_is_told_so(string text, string message)
    {
        CommandLine run = CommandLine.Run("compare", "--sweep", text, CommandLine.Bundled("s390/show"));

        Assert.Equal((2, ""), (run.Exit, run.Output));
        Assert.StartsWith($"emulator: --sweep: \"{text}\" {message}", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arg-pages=1..300:x7", "x86_64/show", "--kernel", "6.1", "--mmu", "la57", "--stack-limit", "unlimited")]
    [InlineData("arg-bytes=100,20000,131072,600000", "s390/show", "--stack-limit", "2m")]       // E2BIG in all ways at the end
    [InlineData("seed=1..3", "sparc64/show", "--arg-bytes", "90000")]
    [InlineData("stack-top-max=0x40000000..0x7fff0000:x2", "alpha/show-taso")]
    public void Each_point_is_the_run_that_compare_makes(string sweep, string program, params string[] options)
    {
        string file = CommandLine.Bundled(program), knob = $"--{sweep.Split('=')[0]}";

        JsonElement swept = CommandLine.Run(["compare", "--sweep", sweep, .. options, "--json", "-", file]).Json;

        Assert.Equal("emulator.sweep/1", swept.GetProperty("schema").GetString());
        JsonElement row = Assert.Single(swept.GetProperty("runs").EnumerateArray());
        ulong[] values = [.. swept.GetProperty("values").EnumerateArray().Select(value => value.GetUInt64())];
        for (int i = 0; i < values.Length; i++)
        {
            JsonElement report = CommandLine.Run(["compare", knob, $"{values[i]}", .. options, "--way", "all", "--json", "-", file]).Json;
            foreach ((JsonElement books, JsonElement way) in report.GetProperty("ways").EnumerateArray().Zip(row.GetProperty("ways").EnumerateArray()))
                HoldPoint(books, way.GetProperty("points")[i], values[i]);
        }
    }

    [Fact]
    public void Jobs_change_nothing_and_the_csv_lies_beside_the_picture()
    {
        using TemporaryDirectory directory = new();
        string[] Files(string name) => [File.ReadAllText(directory.PathOf($"{name}.svg")), File.ReadAllText(directory.PathOf($"{name}.csv"))];
        string[] args = ["compare", "--sweep", "arg-pages=1..64:x2", "--arch", "s390", "--svg"];

        CommandLine one = CommandLine.Run([.. args, directory.PathOf("a.svg"), "--jobs", "1"]), many = CommandLine.Run([.. args, directory.PathOf("b.svg"), "--jobs", "7"]);

        Assert.Equal((0, "", one.Output), (many.Exit, many.Error, many.Output));
        Assert.Equal(Files("a"), Files("b"));
        Assert.Equal(4, Directory.GetFiles(directory.Path).Length);
        CommandLine.Run([.. args, directory.PathOf("c.svg"), "--csv", directory.PathOf("numbers")]);
        Assert.False(File.Exists(directory.PathOf("c.csv")));
        Assert.Equal(Files("a")[1], File.ReadAllText(directory.PathOf("numbers")));
        Assert.Equal(Files("a")[1], CommandLine.Run([.. args[..^1], "--csv", "-"]).Output);
    }

    [Fact]
    public void The_csv_has_the_numbers_of_the_json()
    {
        string[] args = ["compare", "--sweep", "arg-pages=20..40:+10", "--arch", "ppc64", "--kernel", "6.1"];
        JsonElement swept = CommandLine.Run([.. args, "--json", "-"]).Json;

        string[] lines = CommandLine.Run([.. args, "--csv", "-"]).Output.TrimEnd('\n').Split('\n');

        string[] head = lines[0].Split(',');
        Queue<string> rest = new(lines.Skip(1));
        foreach (JsonElement row in swept.GetProperty("runs").EnumerateArray())
        {
            foreach (JsonElement way in row.GetProperty("ways").EnumerateArray())
            {
                foreach (JsonElement point in way.GetProperty("points").EnumerateArray())
                {
                    Dictionary<string, string> cells = head.Zip(rest.Dequeue().Split(',')).ToDictionary(cell => cell.First, cell => cell.Second);
                    Assert.Equal(row.GetProperty("abi").GetString(), cells["abi"]);
                    Assert.Equal(way.GetProperty("way").GetString(), cells["way"]);
                    Assert.Equal(point.GetProperty("value").GetRawText(), cells["arg_pages"]);
                    foreach (string name in head.Skip(Array.IndexOf(head, "result")))
                        Assert.Equal(point.TryGetProperty(name, out JsonElement number) ? number.ToString() : "", cells[name]);
                }
            }
        }
        Assert.Empty(rest);
        Assert.Contains(lines, line => line.Contains(",fixed,40,E2BIG,,,", StringComparison.Ordinal));     // 32 pages are all that the fixed array has
    }

    [Fact]
    public void Without_a_program_every_architecture_is_swept()
    {
        JsonElement all = CommandLine.Run("compare", "--sweep", "arg-pages=2", "--json", "-").Json;
        JsonElement wide = CommandLine.Run("compare", "--sweep", "arg-pages=2", "--arch", "all", "--mmu", "la57", "--kernel", "6.1", "--way", "staged", "--json", "-").Json;

        Assert.Equal(["x86_64", "i386", "s390x", "s390", "sparc64", "sparc32", "ppc64", "ppc32", "alpha"], all.GetProperty("runs").EnumerateArray().Select(row => row.GetProperty("abi").GetString()));
        Assert.Equal(5, all.GetProperty("runs").EnumerateArray().Select(row => row.GetProperty("arch").GetString()).Distinct().Count());
        Assert.Equal(["x86_64", "i386"], wide.GetProperty("runs").EnumerateArray().Select(row => row.GetProperty("abi").GetString()));
        Assert.All(wide.GetProperty("runs").EnumerateArray(), row => Assert.Equal("staged", Assert.Single(row.GetProperty("ways").EnumerateArray()).GetProperty("way").GetString()));
    }

    [Theory]
    [InlineData("arg-pages=1..600", "--stack-limit", "unlimited")]
    [InlineData("stack-limit=64k..4m:x2", "--arg-bytes", "300000")]
    public void Lines_of_the_picture_go_where_the_numbers_do(string sweep, params string[] options)
    {
        string program = CommandLine.Bundled("s390/show");
        string[] args = ["compare", "--sweep", sweep, .. options];
        JsonElement ways = CommandLine.Run([.. args, "--json", "-", program]).Json.GetProperty("runs")[0].GetProperty("ways");
        string[] metrics = ["peak_table_bytes", "entries_moved", "flushes"];

        CommandLine picture = CommandLine.Run([.. args, "--svg", "-", program]);

        Assert.Equal("", picture.Error);
        Assert.DoesNotContain("href", picture.Output, StringComparison.Ordinal);
        XElement[] panels = [.. XDocument.Parse(picture.Output).Root!.Elements().Where(element => element.Attribute("class")?.Value == "panel")];
        Assert.Equal(metrics.Length, panels.Length);
        foreach ((XElement panel, string metric) in panels.Zip(metrics))
        {
            XElement plot = panel.Elements().First(element => element.Attribute("class")?.Value == "plot");
            (double left, double top, double right, double bottom) = (Number(plot, "x"), Number(plot, "y"), Number(plot, "x") + Number(plot, "width"), Number(plot, "y") + Number(plot, "height"));
            foreach (JsonElement way in ways.EnumerateArray())
            {
                JsonElement[] points = [.. way.GetProperty("points").EnumerateArray().Where(point => point.GetProperty("result").GetString() == "ok")];
                XElement drawn = panel.Elements().Single(element => element.Attribute("class")?.Value == $"way {way.GetProperty("way").GetString()}");
                (double X, double Y)[] line = [.. Points(drawn.Elements().SingleOrDefault(element => element.Attribute("class")?.Value == "line")?.Attribute("d")?.Value ?? "")];
                Assert.Equal(points.Length, line.Length);
                Assert.Equal(points.Length < way.GetProperty("points").GetArrayLength(), drawn.Elements().Any(element => element.Attribute("class")?.Value == "fails"));
                Assert.All(line, point => Assert.True(point.X >= left - 0.1 && point.X <= right + 0.1 && point.Y >= top - 0.1 && point.Y <= bottom + 0.1));
                Assert.Equal(line.Select(point => point.X).Order(), line.Select(point => point.X));
                for (int i = 1; i < points.Length; i++)
                    Assert.Equal(Value(points[i], metric).CompareTo(Value(points[i - 1], metric)), -Math.Sign(line[i].Y - line[i - 1].Y));
            }
        }
    }

    [Fact]
    public void A_page_has_the_picture_and_the_numbers_of_the_json()
    {
        string program = CommandLine.Bundled("i386/show");
        string[] args = ["compare", "--sweep", "arg-pages=30..34"];
        JsonElement[] points = [.. CommandLine.Run([.. args, "--json", "-", program]).Json.GetProperty("runs")[0].GetProperty("ways").EnumerateArray().SelectMany(way => way.GetProperty("points").EnumerateArray())];

        CommandLine page = CommandLine.Run([.. args, "--html", "-", program]);

        Assert.Equal("", page.Error);
        Assert.DoesNotMatch("""(src|href)="(?!data:)|<script""", page.Output);
        string[] rows = [.. page.Output.Split('\n').Where(line => line.StartsWith("<tr><th scope=\"row\">", StringComparison.Ordinal))];
        Assert.Equal(points.Length, rows.Length);
        foreach ((JsonElement point, string row) in points.Zip(rows))
            Assert.Equal(point.EnumerateObject().Select(number => number.Value.ToString()), row.Split('<', '>').Where((_, i) => i % 2 == 0).Where(text => text.Length > 0));
    }

    [Fact]
    public void Ways_that_fail_each_in_its_own_manner_are_drawn_and_are_no_failure()
    {
        CommandLine run = CommandLine.Run("compare", "--sweep", "stack-top=1m,2m", "--arg-pages", "300", "--stack-limit", "unlimited", "--json", "-", CommandLine.Bundled("i386/show"));

        Assert.Equal((0, ""), (run.Exit, run.Error));
        JsonElement row = run.Json.GetProperty("runs")[0];
        Assert.Equal(["E2BIG", "BUG", "ENOMEM"], row.GetProperty("ways").EnumerateArray().Select(way => way.GetProperty("points")[0].GetProperty("result").GetString()));
        Assert.Equal(["E2BIG", "ok", "ok"], row.GetProperty("ways").EnumerateArray().Select(way => way.GetProperty("points")[1].GetProperty("result").GetString()));
        Assert.Empty(row.GetProperty("differences").EnumerateArray());
    }

    [Fact]
    public void A_value_that_makes_no_sense_names_itself_whatever_the_jobs()
    {
        foreach (string jobs in new[] { "1", "5" })
            CommandLine.Run("compare", "--sweep", "arg-string=0..3", "--arg-bytes", "9", "--jobs", jobs, CommandLine.Bundled("s390/show")).IsRefused(2, "--sweep arg-string=0: --arg-string: 0 bytes leave no room for the NUL; give at least 1");
    }

    [Theory]
    [InlineData("--trace shows one run, --sweep many; give one of them", "--sweep", "seed=1", "--trace", "x")]
    [InlineData("--step shows one run, --sweep many; give one of them", "--sweep", "seed=1", "--step")]
    [InlineData("--arg-pages and --sweep arg-pages say the same thing; give one of them", "--sweep", "arg-pages=1", "--arg-pages", "3")]
    [InlineData("--csv: there is one point alone without --sweep; --json FILE has its numbers", "--csv", "x")]
    [InlineData("--jobs: nobody would do the work; give at least 1", "--sweep", "seed=1", "--jobs", "0")]
    [InlineData("--csv and --svg cannot all have standard output; give files to all but one", "--sweep", "seed=1", "--csv", "-", "--svg", "-")]
    public void Options_that_do_not_go_together_are_told_so(string message, params string[] options)
    {
        CommandLine run = CommandLine.Run(["compare", .. options, CommandLine.Bundled("s390/show")]);

        Assert.Equal((2, ""), (run.Exit, run.Output));
        Assert.Equal(string.Join(' ', message.Split(' ').Order()), string.Join(' ', run.Error["emulator: ".Length..].TrimEnd('\n').Split(' ').Order()));
    }

    [Fact]
    public void Options_that_fit_no_program_say_why()
    {
        CommandLine.Run("compare", "--sweep", "seed=1", "--arch", "s390", "--mmu", "la57").IsRefused(2, "s390 has no MMU la57 under kernel 2.6.32; use dat or none");
        CommandLine.Run("compare", "--sweep", "seed=1", "--arch", "s39").IsRefused(2, "--arch: \"s39\" should be amd64, s390, sparc64, ppc64, alpha or all");
    }

    private static void HoldPoint(JsonElement books, JsonElement point, ulong value)
    {
        Assert.Equal(value, point.GetProperty("value").GetUInt64());
        Assert.Equal(books.GetProperty("result").GetString(), point.GetProperty("result").GetString());
        if (books.GetProperty("result").GetString() != "ok")
        {
            Assert.Equal(["value", "result"], point.EnumerateObject().Select(key => key.Name));
            return;
        }
        JsonElement start = books.GetProperty("stages").EnumerateArray().Last(), flushes = books.GetProperty("flushes"), moved = books.GetProperty("moved");
        ulong Of(string name) => point.GetProperty(name).GetUInt64();
        Assert.Equal(books.GetProperty("peak_table_bytes").GetUInt64(), Of("peak_table_bytes"));
        Assert.Equal(books.GetProperty("final_table_bytes").GetUInt64(), Of("final_table_bytes"));
        Assert.Equal(start.GetProperty("allocated").EnumerateObject().Aggregate(0ul, (sum, level) => sum + level.Value.GetUInt64()), Of("tables_built"));
        Assert.Equal(start.GetProperty("freed").EnumerateObject().Aggregate(0ul, (sum, level) => sum + level.Value.GetUInt64()), Of("tables_freed"));
        Assert.Equal(moved.GetProperty("pte").GetUInt64(), Of("entries_moved"));
        Assert.Equal(moved.GetProperty("pmd").GetUInt64() + moved.GetProperty("pud").GetUInt64(), Of("tables_rehung"));
        Assert.Equal(books.GetProperty("move_ptes_calls").GetUInt64(), Of("move_ptes_calls"));
        foreach (string kind in new[] { "page", "range", "full", "dcache_page" })
            Assert.Equal(flushes.GetProperty(kind).GetUInt64(), Of($"flushes_{kind}"));
        Assert.Equal(start.GetProperty("faults").GetUInt64(), Of("faults"));
        Assert.Equal(books.GetProperty("argument_pages").GetUInt64(), Of("argument_pages"));
        Assert.Equal(books.GetProperty("staging_pages").GetUInt64(), Of("staging_pages"));
    }

    private static ulong Value(JsonElement point, string metric) => metric == "flushes"
        ? point.EnumerateObject().Where(key => key.Name.StartsWith("flushes_", StringComparison.Ordinal)).Aggregate(0ul, (sum, key) => sum + key.Value.GetUInt64())
        : point.GetProperty(metric).GetUInt64();

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    private static IEnumerable<(double X, double Y)> Points(string path) => path.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries)
        .Select(point => point.Split(',')).Select(point => (double.Parse(point[0], CultureInfo.InvariantCulture), double.Parse(point[1], CultureInfo.InvariantCulture)));
}
