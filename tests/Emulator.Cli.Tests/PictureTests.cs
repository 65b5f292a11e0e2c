using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary><c>compare --svg</c> and <c>--html</c>: well formed, alone, and with the report's numbers at every moment.</summary>
public partial class PictureTests
{
    public static TheoryData<string, string[]> Runs => new()
    {
        { "s390/show", ["--kernel", "2.6.32", "--arg-bytes", "15000"] },
        { "s390/show", ["--kernel", "6.1", "--new-mm", "shallow", "--arg-bytes", "15000"] },
        { "x86_64/show", ["--kernel", "6.1", "--mmu", "la57", "--stack-limit", "unlimited", "--arg-cap", "none", "--arg-bytes", "5m"] },
        { "ppc64/show", ["--kernel", "6.1", "--page-size", "64k", "--argv0", "<a> & \"b\" \u0001 ü"] },
        { "sparc32/show", [] },
        { "alpha/show", ["--way", "all"] },
        { "x86_64/show", ["--stack-limit", "1m", "--arg-bytes", "2m"] },       // E2BIG on the way
        { "i386/show", ["--mmu", "none", "--way", "staged"] },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_picture_is_well_formed_and_shows_every_table(string program, string[] options)
    {
        CommandLine picture = CommandLine.Run(["compare", .. options, "--svg", "-", CommandLine.Bundled(program)]);
        JsonElement report = CommandLine.Run(["compare", .. options, "--json", "-", CommandLine.Bundled(program)]).Json;

        Assert.Equal("", picture.Error);
        XElement root = XDocument.Parse(picture.Output).Root!;
        Assert.Equal(report.GetProperty("verdict").GetString(), root.Elements().Single(element => element.Name.LocalName == "desc").Value);
        Assert.DoesNotContain("href", picture.Output, StringComparison.Ordinal);
        XElement[] ways = [.. root.Elements().Where(element => element.Attribute("class")?.Value == "way")];
        Assert.Equal(report.GetProperty("ways").GetArrayLength(), ways.Length);
        foreach ((XElement way, JsonElement books) in ways.Zip(report.GetProperty("ways").EnumerateArray()))
        {
            if (books.GetProperty("result").GetString() != "ok" || options.Contains("none"))
                continue;
            JsonElement start = books.GetProperty("stages").EnumerateArray().Last();
            long built = start.GetProperty("allocated").EnumerateObject().Sum(level => level.Value.GetInt64()), rehung = 0;
            foreach (string level in new[] { "pmd", "pud" })
                rehung += books.GetProperty("moved").GetProperty(level).GetInt64();
            IEnumerable<string> labels = way.Descendants().Where(element => element.Attribute("data-block") is not null && element.Attribute("class")!.Value.StartsWith("table", StringComparison.Ordinal))
                .Select(element => element.Elements().First().Value);
            long drawn = labels.Sum(label => Several().Match(label) is { Success: true } several ? long.Parse(several.Groups[1].Value) : 1);
            Assert.True(drawn == built + rehung, $"{drawn} tables drawn, {built} built and {rehung} re-hung");      // a re-hung one is at both places
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_page_needs_nothing_else_and_has_the_reports_numbers(string program, string[] options)
    {
        CommandLine page = CommandLine.Run(["compare", .. options, "--html", "-", CommandLine.Bundled(program)]);
        JsonElement report = CommandLine.Run(["compare", .. options, "--json", "-", CommandLine.Bundled(program)]).Json;

        Assert.Equal("", page.Error);
        Assert.DoesNotMatch("""(src|href)="(?!data:)""", page.Output);
        Assert.Equal(["http://www.w3.org/2000/svg"], Address().Matches(page.Output).Select(match => match.Value).Distinct());
        foreach ((JsonElement way, int column) in report.GetProperty("ways").EnumerateArray().Select((way, column) => (way, column)))
        {
            Assert.Equal(way.GetProperty("moved").GetProperty("pte").GetRawText(), Cell(page.Output, "pte", column));
            foreach (string key in new[] { "move_ptes_calls", "protected_entries", "peak_table_bytes", "staging_pages" })
                Assert.Equal(way.GetProperty(key).GetRawText(), Cell(page.Output, key, column));
            foreach (string kind in new[] { "page", "range", "full", "dcache_page" })
                Assert.Equal(way.GetProperty("flushes").GetProperty(kind).GetRawText(), Cell(page.Output, $"flush_{kind}", column));
            Assert.Equal(way.GetProperty("final_table_bytes").GetRawText(), Cell(page.Output, "table_bytes", column));
        }
    }

    [Theory]
    [InlineData("tables", "s390/show")]
    [InlineData("tables", "ppc64/show", "--kernel", "6.1")]
    [InlineData("tables", "i386/show", "--mmu", "none", "--way", "staged")]
    [InlineData("tables", "x86_64/show", "--stack-limit", "64k", "--arg-bytes", "1m")]
    [InlineData("walk", "s390/show", "0x7fffeff8", "0x80000000")]
    [InlineData("walk", "sparc64/show", "0x7feffffdff8", "0")]
    [InlineData("walk", "i386/show", "0x1000", "--mmu", "none", "--way", "staged")]
    [InlineData("walk", "x86_64/show", "0x1000", "--stack-limit", "64k", "--arg-bytes", "1m")]
    public void Pictures_and_pages_of_one_way_are_well_formed_and_alone(string verb, string program, params string[] rest)
    {
        string[] line = [verb, CommandLine.Bundled(program), .. rest];
        CommandLine picture = CommandLine.Run([.. line, "--svg", "-"]), page = CommandLine.Run([.. line, "--html", "-"]);

        Assert.Equal(("", ""), (picture.Error, page.Error));
        Assert.Equal("svg", XDocument.Parse(picture.Output).Root!.Name.LocalName);
        Assert.DoesNotContain("href", picture.Output, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", page.Output, StringComparison.Ordinal);
        Assert.DoesNotMatch("""(src|href)="(?!data:)""", page.Output);
        if (verb == "tables")
        {
            Assert.Equal(picture.Output, CommandLine.Run([.. line, "--format", "svg"]).Output);
            Assert.Equal(page.Output, CommandLine.Run([.. line, "--format", "html"]).Output);
        }
    }

    [Fact]
    public void A_range_leaves_out_what_covers_none_of_it()
    {
        string[] line = ["tables", CommandLine.Bundled("s390/show"), "--format", "svg"];

        string[] Covers(params string[] range) => [.. XDocument.Parse(CommandLine.Run([.. line, .. range]).Output).Descendants().Where(element => element.Attribute("data-block") is not null && element.Attribute("class")!.Value.StartsWith("table", StringComparison.Ordinal)).Select(element => element.Elements().First().Value.Split(':')[0])];
        string[] all = Covers(), some = Covers("--range", "0x400000-0x500000");

        Assert.Equal(6, all.Length);
        Assert.Equal(["region-third table [pgd] from 0x0000000000000000", "segment table [pmd] from 0x0000000000000000", "page table [pte] from 0x0000000000400000"], some);
    }

    /// <summary>A number of the page's ledger.</summary>
    private static string Cell(string page, string key, int column)
    {
        int row = page.IndexOf($"<tr data-key=\"{key}\">", StringComparison.Ordinal);
        return Cells().Matches(page[row..page.IndexOf("</tr>", row, StringComparison.Ordinal)])[column].Groups[1].Value;
    }

    [GeneratedRegex("""<td[^>]*>(\d+)</td>""")]
    private static partial Regex Cells();

    [GeneratedRegex("""https?://[^\s"'<>)]*""")]
    private static partial Regex Address();

    [GeneratedRegex(@"^(\d+) x ")]
    private static partial Regex Several();
}
