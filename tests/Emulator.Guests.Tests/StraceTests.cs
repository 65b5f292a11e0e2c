using System.Text.RegularExpressions;
using Emulator.Judges;
using Emulator.Testing;
using Xunit;

namespace Emulator.Guests.Tests;

/// <summary>
/// <c>run --strace</c> against strace 6.1 itself on this machine: the lines of the first process, one for one. Addresses, numbers of processes and
/// paths of the run are made the same before, and SIGCHLD, which comes when it comes, is left out with the calls that begin anew because of it.
/// </summary>
public partial class StraceTests
{
    // Lines that may differ, on this machine or another: what the line begins with, and the reason.
    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["arguments"] =
        [
            "write(1, \"argument 1:",        // it tells the length of the directory's name
        ],
        ["files"] =
        [
            "lstat(\"d\"",          // the size of a directory is its file system's
            "getcwd(",              // as long as the directory's name
            "read(3, \"",           // random numbers
        ],
        ["locks"] = [],
        ["memory"] =
        [
            "rt_sigreturn(",        // the register that a handler leaves has an address in it
        ],
        ["pipes"] =
        [
            "writev(4",             // vectors behind the end of what can be written are not shown as strace shows them
            "read(",                // how much of what children write is there by then, and whether the end of one comes in between, is chance
        ],
        ["processes"] =
        [
            "getsid(0)",            // the session of the test
        ],
        ["signals"] =
        [
            "read(3, ADDRESS",      // whether a signal comes before the byte
            "nanosleep(",           // the rest of a time
            "rt_sigqueueinfo(",     // siginfo_t of the caller is an address here
            "wait4(",               // a signal comes before or in it
            "--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER",
            "rt_sigreturn({mask=[]}) = ",
        ],
        ["stack"] = [],
        ["system"] =
        [
            "getrandom(\"",
            "prlimit64(0, RLIMIT_NOFILE",       // the limits of the test's process
            "uname(",
        ],
    };

    public static TheoryData<string> Programs() => [.. Known.Keys];

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Programs))]
    public void Lines_are_those_of_strace(string program)
    {
        Assert.SkipUnless(GuestJudge.MachineIsAmd64, "strace is asked about x86_64 programs that run on this machine");
        string guest = GuestBuilder.Test(Userland.Amd64, program);

        List<string> expected = [.. Lines(Strace(guest), GuestRun.Directory, isEmulator: false)];
        GuestOutcome outcome = new EmulatorRunner("--strace", "--timeout", "200").Run(new GuestRun { Program = guest, Arguments = [GuestRun.Directory] });
        List<string> seen = [.. Lines(outcome.ErrorText, "/dev/shm", isEmulator: true)];

        List<string> differences = Differences(expected, seen);
        string[] known = [.. Known[program], "wait4("];      // which child has ended by then is chance
        List<string> unknown = [.. differences.Where(line => !known.Any(start => line[2..].StartsWith(start, StringComparison.Ordinal)))];
        Assert.True(unknown.Count == 0, string.Join('\n', unknown.Take(30)));
    }

    private static string Strace(string guest)
    {
        using TemporaryDirectory directory = new();
        string log = directory.PathOf("log"), work = Directory.CreateDirectory(directory.PathOf("work")).FullName;
        GuestOutcome outcome = new ProgramRunner("strace", _ => [HostTool.Find("strace"), "-o", log]).Run(new GuestRun { Program = guest, Arguments = [work] });
        string text = File.Exists(log) ? File.ReadAllText(log, System.Text.Encoding.Latin1) : "";
        if (!text.StartsWith("execve(", StringComparison.Ordinal))
            throw new MissingToolException($"strace cannot trace here: {outcome.ErrorText.Trim()}");
        return text.Replace(work, GuestRun.Directory, StringComparison.Ordinal);
    }

    /// <summary>The lines of the first process, unfinished ones put together, without what no two runs have in common.</summary>
    private static IEnumerable<string> Lines(string text, string directory, bool isEmulator)
    {
        const string Unfinished = " <unfinished ...>";
        string begun = "";
        foreach (string whole in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string line = whole;
            if (isEmulator && OfProcess().Match(line) is { Success: true } match)
            {
                if (match.Groups[1].Value != "1000")
                    continue;
                line = line[match.Length..];
            }
            if (line.StartsWith("strace: Process ", StringComparison.Ordinal) || line.StartsWith(EmulatorRunner.OwnLine, StringComparison.Ordinal) || line.Contains("SIGCHLD {", StringComparison.Ordinal)
                || line.Contains("ERESTARTNOINTR", StringComparison.Ordinal))
                continue;
            if (line.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                begun = line[..^Unfinished.Length];
                continue;
            }
            line = Resumed().Replace(line, _ => begun);
            line = line.Replace(directory, GuestRun.Directory, StringComparison.Ordinal);
            line = FirstExec().Replace(line, "/* vars */");
            line = Addresses().Replace(line, "ADDRESS");
            line = ProcessNumbers().Replace(Result().Replace(line, " = "), "N");
            yield return Numbers().Replace(line, "N");
        }
    }

    /// <summary>Lines of which each is only on one side: the longest common sequence is taken out, as diff does.</summary>
    private static List<string> Differences(List<string> expected, List<string> seen)
    {
        List<string> differences = [];
        int i = 0, j = 0;
        while (i < expected.Count || j < seen.Count)
        {
            if (i < expected.Count && j < seen.Count && expected[i] == seen[j])
            {
                i++;
                j++;
                continue;
            }
            // The nearest place where both go on together.
            (int Left, int Right) next = (expected.Count - i, seen.Count - j);
            for (int sum = 1; sum < 200 && next == (expected.Count - i, seen.Count - j); sum++)
            {
                for (int left = 0; left <= sum; left++)
                {
                    if (i + left < expected.Count && j + sum - left < seen.Count && expected[i + left] == seen[j + sum - left])
                    {
                        next = (left, sum - left);
                        break;
                    }
                }
            }
            differences.AddRange(expected.GetRange(i, next.Left).Select(line => "- " + line));
            differences.AddRange(seen.GetRange(j, next.Right).Select(line => "+ " + line));
            (i, j) = (i + next.Left, j + next.Right);
        }
        return differences;
    }

    [GeneratedRegex(@"^\[pid +(\d+)\] ")]
    private static partial Regex OfProcess();

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>")]
    private static partial Regex Resumed();

    // Nobody called the first execve here, so there is no address to tell.
    [GeneratedRegex(@"0x[0-9a-f]+ /\* \d+ vars? \*/")]
    private static partial Regex FirstExec();

    [GeneratedRegex("0x[0-9a-f]{6,16}")]
    private static partial Regex Addresses();

    [GeneratedRegex(" += ")]
    private static partial Regex Result();

    // Numbers of processes where they stand by their meaning: in a PID namespace of its own they may be short.
    [GeneratedRegex(@"(?<=^v?fork\(\) = |^clone3?\(.*\) = |^[gs]et(?:pid|tid|ppid|pgrp|pgid|sid|_tid_address)\(\w*\) = |^t?g?kill\((?:\d+, )?|si_pid=|l_pid=)\d+\b(?!\))")]
    private static partial Regex ProcessNumbers();

    // Numbers of processes, and what is as long as they may be.
    [GeneratedRegex(@"\b\d{4,7}\b")]
    private static partial Regex Numbers();
}
