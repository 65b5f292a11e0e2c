using Emulator.Core.Kernel;
using Emulator.Core.Tests.Kernel;
using Xunit;

namespace Emulator.Core.Tests.Processes;

/// <summary>The thin end: a program writes and ends.</summary>
public class FirstProgramTests
{
    public static TheoryData<string, string> Worlds { get; } = new(from era in TestKernel.Eras from abi in new[] { "wide", "narrow" } select (era.Version, abi));

    [Theory]
    [MemberData(nameof(Worlds))]
    public void A_program_writes_and_ends_with_its_code(string era, string abi)
    {
        using ToyMachine machine = World.New(era);
        ToyProgram program = World.Program(abi).Print("hello\n").Exit(7);

        int code = machine.Run(program);

        Assert.Equal(7, code);
        Assert.Equal("hello\n", machine.Output.Written);
        Assert.Equal("""
            execve("/program", ["/program"], 0x0 /* 1 var */) = 0
            write(1, "hello\n", 6)                  = 6
            exit_group(7)                           = ?
            +++ exited with 7 +++

            """, machine.Strace);
    }

    [Fact]
    public void Instructions_are_counted_exactly_and_a_run_stops_where_it_is_told()
    {
        using ToyMachine machine = World.New("2.6.32");
        machine.Add("/program", World.Program("wide").Label("loop").AddNumber(1, 1, 1).Jump("loop"));
        machine.Start("/program");

        machine.System.Run(12345);
        Assert.Equal(12345, machine.System.Instructions);
        machine.System.Run(1);
        Assert.Equal(12346, machine.System.Instructions);
        Assert.Equal(6173ul, machine.System.Current!.Registers[ToyInstructionSet.Register(1)]);
    }
}
