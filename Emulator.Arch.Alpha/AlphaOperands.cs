using Emulator.Core.Execution;

namespace Emulator.Arch.Alpha;

/// <summary>Registers as instructions name them: number 31 reads as 0, and what is written there is gone.</summary>
internal static class AlphaOperands
{
    public static Operand Integer(int number) => number == 31 ? 0UL : AlphaRegisters.Integer(number);

    public static Operand Float(int number) => number == 31 ? 0UL : AlphaRegisters.Float(number);

    public static Operand SecondInteger(AlphaWord word) => word.HasLiteral ? word.Literal : Integer(word.Rb);

    public static void SetInteger(BlockBuilder builder, int number, Operand x)
    {
        if (number != 31)
            builder.Set(AlphaRegisters.Integer(number), x);
    }

    public static void SetFloat(BlockBuilder builder, int number, Operand x)
    {
        if (number != 31)
            builder.Set(AlphaRegisters.Float(number), x);
    }

    public static DataAddress Address(AlphaWord word) => new(Integer(word.Rb), word.Displacement);
}
