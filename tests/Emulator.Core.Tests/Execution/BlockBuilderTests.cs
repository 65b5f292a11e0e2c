using Emulator.Core.Execution;
using Xunit;
using static Emulator.Core.Tests.Execution.Tale;

namespace Emulator.Core.Tests.Execution;

/// <summary>What lowerings may do, and what they may not.</summary>
public abstract class BlockBuilderTests(EngineMode mode)
{
    [Fact]
    public void Scratch_that_went_into_a_register_is_not_used_again()
    {
        using Tale tale = new(mode);
        tale.Tell(b =>
        {
            Operand sum = b.Add(R0, R1);
            b.Set(R2, sum);
            b.Set(R3, sum);
        });

        InvalidOperationException wrong = Assert.Throws<InvalidOperationException>(() => tale.Cpu.Run(1));

        Assert.Contains("uses scratch after it was set into a register", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_is_nowhere_is_an_error()
    {
        using Tale tale = new(mode);
        tale.Tell(b => b.Goto(b.NewLabel()));

        Assert.Contains("branches to a label that is nowhere", Assert.Throws<InvalidOperationException>(() => tale.Cpu.Run(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_belongs_to_an_object_is_refused()
    {
        using Tale tale = new(mode);
        ulong seen = 0;
        tale.Tell(b => b.Set(R0, b.Call((ref EngineState _, ulong x, ulong _, int _) => seen = x, R0, R1)));

        Assert.Contains("should be a static method", Assert.Throws<ArgumentException>(() => tale.Cpu.Run(1)).Message, StringComparison.Ordinal);
        Assert.Equal(0UL, seen);
    }

    [Fact]
    public void A_copy_keeps_its_value_when_the_register_is_set()
    {
        using Tale tale = new(mode);
        tale.Tell(b =>
        {
            Operand old = b.Copy(R0);
            b.Set(R0, R1);
            b.Set(R1, old);
        });
        (tale.Cpu[R0], tale.Cpu[R1]) = (1, 2);

        tale.Cpu.Run(1);

        Assert.Equal((2UL, 1UL), (tale.Cpu[R0], tale.Cpu[R1]));
    }

    [Fact]
    public void A_value_is_computed_into_its_register_unless_something_may_branch_there()
    {
        using Tale tale = new(mode);
        tale.Tell(b =>
        {
            Label over = b.NewLabel();
            Operand value = b.Scratch();
            b.Set(value.Slot, 5);
            b.Branch(Condition.Equal, R1, 0, over);
            b.Set(value.Slot, b.Add(R1, 1));
            b.Bind(over);
            b.Set(R0, value);
        });

        tale.Cpu.Run(1);
        Assert.Equal(5UL, tale.Cpu[R0]);

        (tale.Cpu[R1], tale.Cpu.Pc) = (8, CodeAt);
        tale.Cpu.Run(1);
        Assert.Equal(9UL, tale.Cpu[R0]);
    }

    [Fact]
    public void Condition_codes_keep_what_they_are_computed_from()
    {
        using Tale tale = new(mode);
        tale.Tell(b => b.SetFlags(Flags, 77, R0, 5));
        tale.Cpu[R0] = 3;

        tale.Cpu.Run(1);

        Assert.Equal([77UL, 3, 5], tale.Cpu.Registers.Slice(Flags.Number, 3).ToArray());
    }
}
