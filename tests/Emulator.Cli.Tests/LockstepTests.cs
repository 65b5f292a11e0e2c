using Emulator.Cli.Options;
using Emulator.Cli.Running;
using Emulator.Core.Execution;
using Emulator.Core.Machines;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary><c>run --lockstep</c>: two runs of a program, and the first difference between them.</summary>
public class LockstepTests
{
    [Theory]
    [InlineData("alpha/show", "translate", "1")]
    [InlineData("x86_64/show", "translate", "101")]
    [InlineData("i386/show", "tiered", "101")]
    public void Registers_and_memory_are_the_same_whichever_way_instructions_are_done(string program, string engine, string stride)
    {
        CommandLine run = CommandLine.Run("run", "--engine", engine, "--lockstep", stride, CommandLine.Bundled(program), "a", "b");

        Assert.Equal(("", 0), (run.Error, run.Exit));
        Assert.Matches("^[0-9]+ instructions, [0-9]+ at a time: registers and memory are the same, interpreted and (translated|tiered)\n$", run.Output);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(7)]
    public void The_first_difference_is_told_with_the_instruction_that_made_it(long stride)
    {
        ArchitectureRegistry registry = Plugins.Registry();
        Dispatcher dispatcher = new(registry, Settings.None);
        ExecOptions options = new(registry);
        ExecPlanner planner = new(options, registry);
        string program = CommandLine.Bundled("x86_64/show");
        using StringWriter output = new(), error = new() { NewLine = "\n" };
        Surroundings around = CommandLine.In() with { Output = output, Error = error };
        ProgramRun Make(EngineMode mode) => new(dispatcher.Prepare(dispatcher.Parse(["run", program]), around, NullLogger.Instance), options, planner, program,
            mode == EngineMode.Interpret ? ["one"] : ["two"], null, (_, system) => system with { Engine = mode });

        int exit = new Lockstep(Make, EngineMode.Translate, stride, tells: false).Run(around);

        Assert.Equal(1, exit);
        Assert.Equal("", output.ToString());
        Assert.Matches("^emulator: after instruction [0-9]+, 0x[0-9a-f]+ .+ of task 1000: .* interpreted, .* translated\n$", error.ToString());
    }

    [Fact]
    public void What_the_second_run_came_to_is_told()
    {
        CommandLine run = CommandLine.Run("run", "--engine", "translate", "--lockstep", "1009", "--stats", CommandLine.Bundled("i386/show"));

        Assert.Equal(0, run.Exit);
        Assert.Matches("(?m)^ *[0-9]+  instructions$", run.Error);
        Assert.Matches("(?m)^ *[1-9][0-9]*  regions translated$", run.Error);
    }

    [Theory]
    [InlineData("--lockstep: at least one instruction at a time", "--lockstep", "0")]
    [InlineData("--lockstep runs the program twice, interpreted and otherwise: it goes neither with --writable nor with --engine interpret nor with --trace or --perf-map", "--lockstep", "9", "--engine", "interpret")]
    public void What_cannot_be_run_twice_is_refused(string message, params string[] options) =>
        CommandLine.Run(["run", .. options, CommandLine.Bundled("x86_64/show")]).IsRefused(2, message);
}
