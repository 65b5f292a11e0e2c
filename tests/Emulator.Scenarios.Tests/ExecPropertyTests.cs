using CsCheck;
using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>
/// Random execves. The program cannot tell which way its arguments came, nothing is lost, and a caller that is refused keeps
/// what it had. CsCheck prints the seed of a failure; the environment variable CsCheck_Seed repeats it.
/// </summary>
public class ExecPropertyTests
{
    [Fact]
    public void No_program_can_tell_the_ways_apart() => ExecCase.Any.Sample(test =>
    {
        Outcome inPlace = Run(test, "in-place"), staged = Run(test, "staged");
        Assert.True(inPlace.Error == staged.Error && inPlace.Killed == staged.Killed, $"in place {inPlace}, staged {staged}");
        AssertSameView(inPlace, staged);
        if (test.StringBytes <= test.FixedArrayBytes && test.Kind != "script" && inPlace.View is not null)
        {
            Outcome array = Run(test, "fixed");
            Assert.True(array.View is not null, $"in place it runs, fixed {array}");
            AssertSameView(inPlace, array);
        }
        else
        {
            Run(test, "fixed");
        }
    }, iter: 250, threads: 1, print: test => test.ToString());

    private static void AssertSameView(Outcome one, Outcome other)
    {
        if (one.View is null || other.View is null)
            return;
        IReadOnlyList<string> differences = UserViews.Differences(one.View, other.View);
        Assert.True(differences.Count == 0, string.Join("; ", differences));
    }

    /// <summary>One execve and everything that must hold for any.</summary>
    private static Outcome Run(ExecCase test, string way)
    {
        using Machine machine = test.CreateMachine();
        GuestFiles files = test.Files();
        FrameBooks atFirst = new(machine.Kernel.Frames);
        CallerSpace caller = new(machine);
        FrameBooks books = new(machine.Kernel.Frames);

        ExecResult result = machine.Execute(test.Request(files), way);

        caller.AssertUntouched();
        if (result.Started is { } started)
        {
            AssertReadsBack(test, machine, result, started);
            started.Space.Destroy();
        }
        else
        {
            Assert.True(result.Error.Failed() && result.Reason is not null && result.User is null, $"{way}: neither started nor refused");
            bool mayKill = result.Stages.Any(stage => stage.Name == ExecStageName.SetupIn);
            Assert.True(result.Killed == Signal.None || mayKill, $"{way}: killed before the point of no return");
        }
        machine.Kernel.PageCache.Drop();
        books.AssertBalanced(way);
        Assert.Equal(0, files.OpenCount);
        caller.Destroy();
        atFirst.AssertBalanced($"{way} and the caller's end");
        return new Outcome(result.Error, result.Killed, result.Reason, result.User);
    }

    private static void AssertReadsBack(ExecCase test, Machine machine, ExecResult result, StartState started)
    {
        StartStackReader stack = new(machine, started);
        Assert.True(stack.ArgumentCountAgrees && stack.Arguments.Count == result.ArgumentCount, $"argc is not the length of argv: {stack.Arguments.Count}");
        Assert.True(Same(test.ExpectedArguments(), stack.Arguments), "argv came out differently");
        Assert.True(Same(test.Environment, stack.Environment), "envp came out differently");
        Assert.Equal(started.Auxv, stack.Auxv);
        Assert.Equal(test.FileName, System.Text.Encoding.Latin1.GetString(stack.StringAt(stack.Auxv.Single(entry => entry.Type == 31).Value)));    // AT_EXECFN
        Assert.Equal(0ul, started.Bottom % 16);
        VirtualMemoryArea area = started.Space.Find(new VirtualAddress(started.Bottom))!;
        Assert.True(area.Contains(new VirtualAddress(started.Bottom)) && area.End.Value == started.Top, "sp is not in the stack");
        AssertNothingBelow(test, machine, started, area);
    }

    /// <summary>What the program gets of its stack below sp is zero, as far as it is there at all, and so are the 8 bytes on top.</summary>
    private static void AssertNothingBelow(ExecCase test, Machine machine, StartState started, VirtualMemoryArea stack)
    {
        VirtualAddress from = stack.Start;
        int page = (int)started.Space.PageBytes;
        while (started.Space.Tables!.TryNextLeaf(from, stack.End, out LeafView leaf))
        {
            Assert.True(started.Space.Find(leaf.Address)!.Contains(leaf.Address));
            int zeros = (int)Math.Min((ulong)page, started.Bottom > leaf.Address.Value ? started.Bottom - leaf.Address.Value : 0);
            if (test.Kind != "script")      // a script leaves parts of its first argument
                Assert.Equal(-1, machine.Kernel.Memory.Slice(leaf.Target, zeros).IndexOfAnyExcept((byte)0));
            from = leaf.Address + (ulong)page;
            if (from == stack.End)
                Assert.Equal(0ul, machine.Kernel.Memory.Read<ulong>(leaf.Target + (ulong)page - 8));
        }
    }

    private static bool Same(IReadOnlyList<byte[]> expected, IReadOnlyList<byte[]> found) =>
        expected.Count == found.Count && expected.Zip(found).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    private sealed record Outcome(Errno Error, Signal Killed, string? Reason, UserView? View)
    {
        public override string ToString() => $"{Error} {Killed} {Reason}";
    }
}
