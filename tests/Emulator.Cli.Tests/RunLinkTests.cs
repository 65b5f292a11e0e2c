using Emulator.Cli.Files;
using Emulator.Cli.Options;
using Emulator.Cli.Serving;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>A link has everything that a run is made of, and nothing twice.</summary>
public class RunLinkTests
{
    private static readonly ExecOptions Options = new(() => ["s390"], () => ["s390"], () => ["2.6.32", "6.1"], () => ["dat"], () => ["4k"]);

    [Theory]
    [InlineData("program=s390%2Fshow", "compare s390/show")]
    [InlineData("kernel=6.1&program=s390/show", "compare --kernel 6.1 s390/show")]
    [InlineData("program=s390/show&kernel=&args=", "compare s390/show")]
    [InlineData("program=s390/show&args=a%0Ab+c", "compare s390/show a 'b c'")]
    [InlineData("program=s390/show&args=a%0D%0Ab%0D%0A", "compare s390/show a b")]
    [InlineData("program=s390/show&args=%0A", "compare s390/show ''")]
    [InlineData("program=s390/show&args=%0A%0A", "compare s390/show '' ''")]
    [InlineData("program=s390/show&args=--%0A-x", "compare s390/show -- -x")]
    [InlineData("program=s390/show&env=A=b%0AC=d", "compare --env A=b --env C=d s390/show")]
    [InlineData("program=s390/show&env=A=b&env=C=d", "compare --env A=b --env C=d s390/show")]
    [InlineData("way=fixed&way=staged&program=s390/show", "compare --way fixed,staged s390/show")]
    [InlineData("way=fixed,staged&program=s390/show", "compare --way fixed,staged s390/show")]
    [InlineData("arg-bytes=1&arg-bytes=2&program=s390/show", "compare --arg-bytes 2 s390/show")]
    [InlineData("argv0=-x&program=s390/show", "compare --argv0=-x s390/show")]
    [InlineData("argv0=it's+%22x%22&program=s390/show", "compare --argv0 'it'\"'\"'s \"x\"' s390/show")]
    [InlineData("program=s390/show&interleave=look:0@copied,unmap:1@piece-2&swap=1m&bystanders=2m,1m", "compare --swap 1m --bystanders 2m,1m --interleave look:0@copied,unmap:1@piece-2 s390/show")]
    [InlineData("file=-x", "compare -- -x")]
    [InlineData("program=%C3%A4", "compare 'ä'")]
    public void A_link_is_a_command_line(string query, string line)
    {
        RunLink link = Parse(query);

        Assert.Null(link.Problem);
        Assert.Equal(line, CommandWords.Join(link.ToWords()));
        Assert.Equal(link.ToWords(), CommandWords.Split(line));
        Assert.Equal(link.ToQuery(), Parse(link.ToQuery()).ToQuery());
        Assert.Equal(line, CommandWords.Join(Parse(link.ToQuery()).ToWords()));
    }

    [Fact]
    public void The_order_of_a_link_does_not_matter() =>
        Assert.Equal(Parse("kernel=6.1&program=s390/show&arch=s390").ToQuery(), Parse("arch=s390&kernel=6.1&program=s390/show").ToQuery());

    [Fact]
    public void A_run_may_be_kept_beside_another_but_no_third_one()
    {
        RunLink link = Parse("program=a&kept=program%3Db%26kernel%3D6.1%26kept%3Dprogram%253Dc");

        Assert.Equal("compare --kernel 6.1 b", CommandWords.Join(link.Kept!.ToWords()));
        Assert.Null(link.Kept.Kept);
        Assert.Equal("compare --kernel 6.1 b", CommandWords.Join(Parse(link.ToQuery()).Kept!.ToWords()));
        Assert.Equal("program=a", link.Alone.ToQuery());
        Assert.NotNull(Parse("program=a&kept=program%3Db%26kept%3Dprogram%253Dc").Kept!.Problem);
    }

    [Theory]
    [InlineData("program=a&kernle=6.1", "there is no option \"kernle\"; did you mean kernel?")]
    [InlineData("program=a&plugin=x.dll", "there is no option \"plugin\" for a link")]
    [InlineData("program=a&env-from-host=true", "there is no option \"env-from-host\" for a link")]
    [InlineData("program=a&json=/x", "there is no option \"json\" for a link")]
    [InlineData("program=a&file=b", "program and file both say what to run; give one of them")]
    public void What_makes_no_sense_is_said(string query, string message) => Assert.Equal(message, Parse(query).Problem?.Message);

    [Fact]
    public void A_usual_value_of_the_server_is_part_of_the_link()
    {
        RunLink link = RunLink.Parse("program=a&kept=program%3Db", RunLink.OptionsOf(Options), (Options.Memory, "64m"));

        Assert.Equal("compare --memory 64m a", CommandWords.Join(link.ToWords()));
        Assert.Equal("compare --memory 64m b", CommandWords.Join(link.Kept!.ToWords()));
        Assert.Equal("", RunLink.Parse("", RunLink.OptionsOf(Options), (Options.Memory, "64m")).ToQuery());
    }

    [Fact]
    public void Every_option_of_an_execve_can_be_in_a_link_but_the_hosts_environment()
    {
        Assert.Equal([Options.EnvironmentFromHost], Options.All.Concat(Options.Adversity).Except(RunLink.OptionsOf(Options)));
        Assert.Empty(Options.All.Concat(Options.Adversity).Select(option => option.Key).Intersect([RunLink.ProgramKey, RunLink.FileKey, RunLink.ArgumentsKey, RunLink.KeptKey]));
    }

    [Fact]
    public void Programs_that_come_along_are_found_by_their_abi() => Assert.Equal(["s390x/show", "s390x/show-pie", "s390x/tiny"], BundledPrograms.Of("s390x"));

    private static RunLink Parse(string query) => RunLink.Parse(query, RunLink.OptionsOf(Options));
}
