using Emulator.Judges;
using Emulator.Testing;
using Xunit;

namespace Emulator.Guests.Tests;

/// <summary><c>run --root</c>: the program's tree is a directory of the host, and nothing else of the host is there.</summary>
public class RunRootTests
{
    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Programs_read_what_is_under_the_root_and_know_where_they_are_themselves()
    {
        using TemporaryDirectory root = NewRoot();

        Assert.Equal((0, "inside\n/bin/busybox\n/bin/busybox\n/\netc\n", ""), Sh(root, [],
            "cat /etc/file; readlink /proc/self/exe; grep -o '/bin/busybox$' /proc/self/maps | uniq; cd /etc/..; pwd; cd /etc; pwd | tr -d /"));
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Without_being_asked_nothing_is_changed()
    {
        using TemporaryDirectory root = NewRoot();

        (int exit, string output, string errors) = Sh(root, [],
            "echo new > /etc/file; echo new > /etc/other; rm /etc/file; mkdir /d; mv /etc/file /etc/moved; ln /etc/file /etc/hard; ln -s x /etc/soft; chmod 600 /etc/file; touch -d @0 /etc/file; cat /etc/file");

        Assert.Equal((0, "inside\n"), (exit, output));
        Assert.Equal(9, errors.Split("ead-only file system").Length - 1);
        Assert.Equal(["bin", "bin/busybox", "etc", "etc/file", "etc/out", "etc/up"], Names(root));
        Assert.Equal("inside\n", File.ReadAllText(root.PathOf("tree/etc/file")));
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Programs_change_a_writable_root()
    {
        using TemporaryDirectory root = NewRoot();

        (int exit, string output, string errors) = Sh(root, ["--writable"],
            """
            echo more >> /etc/file; mkdir -p /d/e; mv /etc/file /d/moved; ln -s ../d/moved /etc/soft; cat /etc/soft; chmod 640 /d/moved; stat -c %a /d/moved
            ln /d/moved /d/e/hard; stat -c %h /d/moved; echo third >> /d/e/hard; tail -n 1 /d/moved; rm /d/moved; cat /d/e/hard; stat -c %h /d/e/hard
            ln /d/e/hard /dev/shm/elsewhere; rmdir /d; exec 3< /d/e/hard; rm /d/e/hard; cat <&3 | wc -l
            """);

        Assert.Equal((0, "inside\nmore\n640\n2\nthird\ninside\nmore\nthird\n1\n3\n"), (exit, output));
        Assert.Equal("ln: /dev/shm/elsewhere: Invalid cross-device link\nrmdir: '/d': Directory not empty\n", errors);
        Assert.Equal(["bin", "bin/busybox", "d", "d/e", "etc", "etc/out", "etc/soft", "etc/up"], Names(root));
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("/../../outside")]
    [InlineData("../../../../../../../../outside")]
    [InlineData("/etc/../../outside")]
    [InlineData("/etc/out")]                // a link to the file's absolute path on the host
    [InlineData("/etc/up/outside")]         // a link to ../../..
    [InlineData("/proc/self/root/../outside")]
    [InlineData("/proc/self/cwd/../../outside")]
    public void No_path_leads_out_of_the_root(string path)
    {
        using TemporaryDirectory around = new();
        using TemporaryDirectory root = NewRoot(around);

        (int exit, string output, string errors) = Sh(root, ["--writable"], $"cat {path}; echo written > {path}; rm -f {path}");

        Assert.NotEqual("outside\n", output);
        Assert.Contains("No such file or directory", errors, StringComparison.Ordinal);
        Assert.Equal("outside\n", File.ReadAllText(around.PathOf("outside")));
        Assert.Equal(0, exit);
    }

    [Fact]
    public void What_cannot_be_executed_gives_the_shell_s_code()
    {
        using TemporaryDirectory directory = new();
        string text = directory.Write("text", "no program\n"u8, TemporaryDirectory.Executable);

        Assert.Equal((127, "emulator: no/such/program: no such file\n"), Try("no/such/program"));
        (int exit, string error) = Try(text);
        Assert.Equal(126, exit);
        Assert.StartsWith($"emulator: {text}: neither ELF nor script", error, StringComparison.Ordinal);

        static (int, string) Try(string program)
        {
            GuestOutcome outcome = new EmulatorRunner().Run(new GuestRun { Program = program, Environment = [] });
            return (outcome.ExitCode, outcome.ErrorText);
        }
    }

    private static (int Exit, string Output, string Errors) Sh(TemporaryDirectory root, IReadOnlyList<string> options, string script)
    {
        GuestOutcome outcome = new EmulatorRunner(["--root", Tree(root), .. options]).Run(new GuestRun { Program = "/bin/busybox", Arguments = ["sh", "-c", script], Environment = [] });
        return (outcome.ExitCode, outcome.OutputText, outcome.ErrorText);
    }

    private static TemporaryDirectory NewRoot(TemporaryDirectory? around = null)
    {
        TemporaryDirectory root = new();
        string busybox = GuestBuilder.Busybox(Userland.Amd64), outside = around?.Write("outside", "outside\n"u8, TemporaryDirectory.Plain) ?? "/nowhere";
        root.Write("tree/bin/busybox", File.ReadAllBytes(busybox), TemporaryDirectory.Executable);
        root.Write("tree/etc/file", "inside\n"u8, TemporaryDirectory.Plain);
        File.CreateSymbolicLink(root.PathOf("tree/etc/out"), outside);
        File.CreateSymbolicLink(root.PathOf("tree/etc/up"), "../../../.." + (around?.Path ?? ""));
        return root;
    }

    private static string Tree(TemporaryDirectory root) => root.PathOf("tree");

    /// <summary>All names in it, without following links.</summary>
    private static IEnumerable<string> Names(TemporaryDirectory root) => Names(new DirectoryInfo(Tree(root))).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Names(DirectoryInfo directory, string before = "") => directory.EnumerateFileSystemInfos().SelectMany(info =>
        info is DirectoryInfo { LinkTarget: null } inner ? [before + info.Name, .. Names(inner, $"{before}{info.Name}/")] : (IEnumerable<string>)[before + info.Name]);
}
