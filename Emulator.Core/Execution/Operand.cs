namespace Emulator.Core.Execution;

/// <summary>A value that an instruction works with: what a slot holds, or a number known when the block is made.</summary>
public readonly record struct Operand
{
    private Operand(Slot slot, ulong constant, bool isConstant)
    {
        Slot = slot;
        Constant = constant;
        IsConstant = isConstant;
    }

    /// <summary>Whether it is a number.</summary>
    public bool IsConstant { get; }

    /// <summary>The number.</summary>
    public ulong Constant { get; }

    /// <summary>The slot, when it is no number.</summary>
    public Slot Slot { get; }

    /// <summary>What a slot holds at the time of use.</summary>
    public static implicit operator Operand(Slot slot) => new(slot, 0, false);

    /// <summary>A number.</summary>
    public static implicit operator Operand(ulong constant) => new(default, constant, true);

    /// <summary>As the conversion from a slot.</summary>
    public static Operand FromSlot(Slot slot) => slot;

    /// <summary>As the conversion from a number.</summary>
    public static Operand FromUInt64(ulong constant) => constant;
}
