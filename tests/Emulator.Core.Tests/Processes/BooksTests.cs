using Emulator.Core.Execution;
using Emulator.Core.Paging;
using Emulator.Core.Processes;
using Xunit;

namespace Emulator.Core.Tests.Processes;

/// <summary>What a system notes about its programs, and the moments at which it stops for somebody to look.</summary>
public class BooksTests
{
    [Fact]
    public void Faults_are_counted_by_kind_and_by_what_became_of_them()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program()
            .Set(1, 5).Set(2, (int)ToyProgram.DataAt + 0x4000).Store(1, 2)      // code and zeroed data come in by faults
            .Set(2, 0x10).Load(3, 2);                   // nothing there

        Assert.Equal(128 + 11, machine.Run(program));   // SIGSEGV

        FaultCount[] faults = [.. machine.System.Books.Faults];
        Assert.Equal(machine.System.PageFaults, faults.Sum(row => row.Count));
        Assert.Equal(1, Assert.Single(faults, row => row.Outcome == FaultOutcome.Segv).Count);
        Assert.Contains(faults, row => row is { Kind: FaultKind.Absent, Access: AccessKind.Fetch, Outcome: FaultOutcome.Handled, Count: > 0 });
        Assert.Contains(faults, row => row is { Access: AccessKind.Write, Outcome: FaultOutcome.Handled, Count: > 0 });
    }

    [Fact]
    public void Flushes_are_counted_by_what_the_kernel_did()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program()
            .Call("mmap", 0, 8192, 3, 0x22, -1, 0).Set(9, new ToyProgram.Register(0))
            .Set(1, 1).Store(1, 9, 0)
            .Call("munmap", new ToyProgram.Register(9), 8192).Exit(0);

        Assert.Equal(0, machine.Run(program));

        FlushCause unmapped = Assert.Single(machine.System.Books.Flushes, cause => cause.Cause == "munmap");
        Assert.NotEqual(default, unmapped.Flushes);
        Assert.DoesNotContain(machine.System.Books.Flushes, cause => cause.Cause == "write");
    }

    [Fact]
    public void Every_execve_is_noted_with_who_called_it_and_when()
    {
        using ToyMachine machine = World.New();
        machine.Add("/bin/second", World.Program().Exit(3));
        ToyProgram program = World.Program().Data("path", "/bin/second").Call("execve", "path", 0, 0);

        Assert.Equal(3, machine.Run(program));

        ProgramExec[] execs = [.. machine.System.Execs];
        Assert.Equal(["/program", "/bin/second"], execs.Select(exec => exec.Path));
        Assert.Equal(0, execs[0].Instructions);
        Assert.InRange(execs[1].Instructions, 1, machine.System.Instructions);
        Assert.All(execs, exec => Assert.Equal(machine.System.First!.Id, exec.Process));
        Assert.All(execs, exec => Assert.Null(exec.Result.Started));
    }

    [Fact]
    public void Page_tables_are_looked_at_after_equal_numbers_of_instructions_however_long_the_run()
    {
        using ToyMachine machine = World.New("2.6.32", with: options => options with { SamplesTables = true });
        ToyProgram program = World.Program().Set(2, 600_000).Label("again").AddNumber(2, 2, -1).IfUnequal(2, 0, "again").Exit(0);

        Assert.Equal(0, machine.Run(program));

        IReadOnlyList<TableSample> samples = machine.System.TableSamples;
        Assert.InRange(samples.Count, 100, 256);
        Assert.All(samples.Index(), pair => Assert.Equal(pair.Index * machine.System.TableSampleInterval, pair.Item.Instructions));
        Assert.All(samples, sample => Assert.Equal((1, true, true), (sample.AddressSpaces, sample.TableBytes > 0, sample.Tables.Sum() > 0)));
    }

    [Fact]
    public void Sampling_changes_nothing_for_the_program()
    {
        (long, long, string) Told(bool samples)
        {
            using ToyMachine machine = World.New("2.6.32", with: options => options with { SamplesTables = samples, MeasuresTime = samples });
            ToyProgram program = World.Program().Data("word", "word")
                .Call("fork").Set(9, new ToyProgram.Register(0))
                .Set(2, 150_000).Label("again").AddNumber(2, 2, -1).IfUnequal(2, 0, "again")
                .Call("write", 1, "word", 4).Exit(0);
            machine.Run(program);
            return (machine.System.Instructions, machine.System.Switches, machine.Output.Written);
        }

        Assert.Equal(Told(samples: false), Told(samples: true));
    }

    [Theory]
    [InlineData(EngineMode.Interpret)]
    [InlineData(EngineMode.Tiered)]
    [InlineData(EngineMode.Translate)]
    public void A_run_stops_before_an_instruction_with_its_program_as_it_is(EngineMode mode)
    {
        using ToyMachine machine = World.New("2.6.32", with: options => options with { Engine = mode });
        ToyProgram program = World.Program().Data("word", "word").Call("write", 1, "word", 4).Label("here").Exit(7);
        machine.Add("/program", program);
        machine.Start("/program");
        machine.System.StopBeforeInstruction = program.AddressOf("here");

        RunStop stop = machine.System.Run(1_000_000);

        Assert.Equal((RunStop.AtInstruction, "word"), (stop, machine.Output.Written));
        Assert.Equal(program.AddressOf("here"), machine.System.Current!.Registers.Pc);
        Assert.Equal(RunStop.AtInstruction, machine.System.Run(1_000_000));     // it is still next
        machine.System.StopBeforeInstruction = null;
        Assert.Equal(RunStop.Ended, machine.System.Run(1_000_000));
        Assert.Equal(7, machine.System.First!.ExitCode);
    }

    [Theory]
    [InlineData("exit_group")]
    [InlineData("exit")]
    [InlineData("signal")]
    public void A_run_stops_before_the_first_process_ends_with_its_memory_still_there(string how)
    {
        using ToyMachine machine = World.New();
        machine.System.StopsBeforeEnd = true;
        ToyProgram program = World.Program();
        if (how == "signal")
            program.Set(2, 0x10).Load(3, 2);
        else
            program.Call(how, 4);
        machine.Add("/program", program);
        machine.Start("/program");

        RunStop stop = machine.System.Run(1_000_000);

        Assert.Equal(RunStop.AtEnd, stop);
        Assert.False(machine.System.Current!.Memory.IsGone);
        Assert.NotEmpty(machine.System.Current.Memory.Space.Areas);
        machine.System.StopsBeforeEnd = false;
        Assert.Equal(RunStop.Ended, machine.System.Run(1_000_000));
        Assert.Equal(how == "signal" ? 128 + 11 : 4, machine.System.First!.ExitCode);
    }

    [Fact]
    public void Time_is_told_by_part_when_it_is_measured()
    {
        using ToyMachine machine = World.New("2.6.32", with: options => options with { MeasuresTime = true });
        ToyProgram program = World.Program().Call("getpid").Exit(0);

        machine.Run(program);

        RunTimes times = machine.System.Times!.Value;
        Assert.True(times.Interpreting > TimeSpan.Zero);
        Assert.True(times.Walking > TimeSpan.Zero);
        Assert.True(times.Kernel > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, times.Waiting);     // it never had to
        using ToyMachine other = World.New();
        Assert.Null(other.System.Times);
    }
}
