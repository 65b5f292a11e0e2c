using Emulator.Core.Execution;
using Iced.Intel;
using static Emulator.Arch.Amd64.Amd64Registers;
using Label = Emulator.Core.Execution.Label;

namespace Emulator.Arch.Amd64;

/// <summary>
/// One instruction on its way to micro-operations: the decoded instruction, its operands as values, and what the block so far knows of
/// condition codes. Instructions are static methods elsewhere that take one of these.
/// </summary>
internal sealed class Amd64Lowering(int bits)
{
    /// <summary>Condition codes of a kind that is only known when the block runs.</summary>
    private const int Unknown = -1;

    private int _step, _rotation;       // what the block knows of amendments to condition codes: their kinds and widths, 0 for none

    private Instruction _instruction;

    /// <summary>The instruction.</summary>
    public ref Instruction Instruction => ref _instruction;

    /// <summary>Where operations go.</summary>
    public BlockBuilder B { get; private set; } = null!;

    /// <summary>Bits of the userland's pointers: 32 or 64.</summary>
    public int Bits { get; } = bits;

    /// <summary>Bytes of a pointer.</summary>
    public int WordBytes => Bits / 8;

    /// <summary>Every way through the instruction leaves the block.</summary>
    public bool Ends { get; set; }

    /// <summary>Address of the next instruction.</summary>
    public ulong NextPc => _instruction.NextIP;

    /// <summary>How condition codes are to be computed here, when the block has just set them: see <see cref="Amd64Flags"/>; -1 otherwise.</summary>
    public int KnownFlags { get; private set; } = Unknown;

    /// <summary>What condition codes are computed from.</summary>
    public static Operand FlagsX => Flags.Next();

    /// <inheritdoc cref="FlagsX"/>
    public static Operand FlagsY => Flags.Next(2);

    public void BeginBlock() => ForgetFlags();

    public void BeginInstruction(BlockBuilder builder)
    {
        B = builder;
        Ends = false;
    }

    // ---- operands -------------------------------------------------------------------------------------------------------

    /// <summary>Bits of an operand.</summary>
    public int BitsOf(int operand) => _instruction.GetOpKind(operand) switch
    {
        OpKind.Register => _instruction.GetOpRegister(operand).GetSize() * 8,
        OpKind.Immediate8 => 8,
        OpKind.Immediate16 or OpKind.Immediate8to16 => 16,
        OpKind.Immediate32 or OpKind.Immediate8to32 => 32,
        OpKind.Immediate64 or OpKind.Immediate8to64 or OpKind.Immediate32to64 => 64,
        _ => _instruction.MemorySize.GetSize() * 8,
    };

    public bool IsMemory(int operand) => _instruction.GetOpKind(operand) == OpKind.Memory;

    public bool IsRegister(int operand) => _instruction.GetOpKind(operand) == OpKind.Register;

    /// <summary>The slot of a general-purpose register of any width, and the bits below it in the slot: 8 for AH, CH, DH and BH.</summary>
    public static Slot SlotOf(Register register, out int shift)
    {
        shift = 0;
        switch (register)
        {
            case >= Register.AL and <= Register.BL:
                return General(register - Register.AL);
            case >= Register.AH and <= Register.BH:
                shift = 8;
                return General(register - Register.AH);
            case >= Register.SPL and <= Register.R15L:
                return General(register - Register.SPL + 4);
            case >= Register.AX and <= Register.R15W:
                return General(register - Register.AX);
            case >= Register.EAX and <= Register.R15D:
                return General(register - Register.EAX);
            case >= Register.RAX and <= Register.R15:
                return General(register - Register.RAX);
            default:
                throw new InvalidOperationException($"{register} is no general-purpose register");
        }
    }

    /// <summary>The slot of a register operand of 32 or 64 bits.</summary>
    public Slot SlotOf(int operand) => SlotOf(_instruction.GetOpRegister(operand), out _);

    /// <summary>An operand whose upper bits, beyond its own, are anything; numbers are sign-extended.</summary>
    public Operand Read(int operand) => _instruction.GetOpKind(operand) switch
    {
        OpKind.Register => ReadRegister(_instruction.GetOpRegister(operand)),
        OpKind.Memory => B.Load(Address(), BitsOf(operand) / 8),
        _ => ImmediateOf(operand),
    };

    /// <summary>An operand of 8 or 16 bits sign-extended; wider ones as <see cref="Read"/> gives them.</summary>
    public Operand ReadSigned(int operand)
    {
        int width = BitsOf(operand);
        if (width >= 32)
            return Read(operand);
        return _instruction.GetOpKind(operand) switch
        {
            OpKind.Register => B.SignExtend(Read(operand), width),
            OpKind.Memory => B.Load(Address(), width / 8, signed: true),
            _ => ImmediateOf(operand),
        };
    }

    /// <summary>An operand, zero-extended.</summary>
    public Operand ReadZeroExtended(int operand)
    {
        int width = BitsOf(operand);
        return _instruction.GetOpKind(operand) switch
        {
            OpKind.Register => width == 8 && IsHigh(_instruction.GetOpRegister(operand)) ? Read(operand) : ZeroExtend(Read(operand), width),
            OpKind.Memory => Read(operand),
            _ => ImmediateOf(operand).Constant & ulong.MaxValue >> (64 - width),
        };
    }

    /// <summary>Zero-extends; registers of i386 programs have nothing above 32 bits.</summary>
    public Operand ZeroExtend(Operand x, int width) => width == Bits && !x.IsConstant && !x.Slot.IsScratch ? x : B.ZeroExtend(x, width);

    /// <summary>Writes a register operand: 64 bits of a value, or its lower bits; one of 32 bits has to be zero-extended.</summary>
    public void WriteRegister(int operand, Operand x) => WriteRegister(_instruction.GetOpRegister(operand), x);

    /// <inheritdoc cref="WriteRegister(int, Operand)"/>
    public void WriteRegister(Register register, Operand x)
    {
        Slot slot = SlotOf(register, out int shift);
        switch (register.GetSize())
        {
            case 1:
                B.Deposit(slot, x, shift, 0xffUL << shift);
                break;
            case 2:
                B.Deposit(slot, x, 0, 0xffff);
                break;
            default:
                B.Set(slot, x);
                break;
        }
    }

    /// <summary>Writes a register or memory operand.</summary>
    public void Write(int operand, Operand x)
    {
        if (IsRegister(operand))
            WriteRegister(operand, x);
        else
            B.Store(Address(), BitsOf(operand) / 8, x);
    }

    /// <summary>A register's value, upper bits beyond its own included.</summary>
    public Operand ReadRegister(Register register)
    {
        Slot slot = SlotOf(register, out int shift);
        return shift == 0 ? slot : B.Extract(slot, shift, 0xff);
    }

    private static bool IsHigh(Register register) => register is >= Register.AH and <= Register.BH;

    /// <summary>A number in the instruction: sign-extended to 64 bits from the width of its operand.</summary>
    public Operand ImmediateOf(int operand) => (ulong)(_instruction.GetOpKind(operand) switch
    {
        OpKind.Immediate8 => (sbyte)_instruction.Immediate8,
        OpKind.Immediate16 => (short)_instruction.Immediate16,
        OpKind.Immediate32 => (int)_instruction.Immediate32,
        OpKind.Immediate8_2nd => (sbyte)_instruction.Immediate8_2nd,
        OpKind.Immediate8to16 => _instruction.Immediate8to16,
        OpKind.Immediate8to32 => _instruction.Immediate8to32,
        _ => (long)_instruction.GetImmediate(operand),
    });

    // ---- addresses ------------------------------------------------------------------------------------------------------

    /// <summary>Where the memory operand lies.</summary>
    /// <param name="moved">Bytes added, for what is pushed or popped before the operand is used.</param>
    public DataAddress Address(ulong moved = 0)
    {
        Operand? segment = SegmentBase(_instruction.MemorySegment);
        if (_instruction.IsIPRelativeMemoryOperand)
            return new DataAddress(segment ?? Zero, _instruction.IPRelativeMemoryAddress + moved);
        Register from = _instruction.MemoryBase, by = _instruction.MemoryIndex;
        Register sized = from != Register.None ? from : by;
        int width = sized != Register.None ? sized.GetSize() * 8 : _instruction.MemoryDisplSize == 2 ? 16 : Bits;
        ulong displacement = _instruction.MemoryDisplacement64 + moved;
        if (width == 32)
            displacement = (ulong)(int)displacement;
        Slot? first = from == Register.None ? null : SlotOf(from, out _);
        Slot? second = by == Register.None ? null : SlotOf(by, out _);
        int scale = System.Numerics.BitOperations.Log2((uint)_instruction.MemoryIndexScale);
        DataAddress plain = new(first ?? Zero, displacement) { Index = second, Scale = scale };
        if (width != Bits)
        {
            // A narrower sum than pointers are.
            if (sized == Register.None)
                return new DataAddress(segment ?? Zero, displacement & ulong.MaxValue >> (64 - width));
            Operand sum = B.ZeroExtend(B.AddressOf(plain), width);
            return segment is { } there ? new DataAddress(there, 0) { Index = sum.Slot } : new DataAddress(sum, 0);
        }
        if (segment is not { } at)
            return plain;
        if (first is null)
            return plain with { Base = at };
        if (second is null)
            return plain with { Base = at, Index = first, Scale = 0 };
        return plain with { Base = B.Add(at, first.Value) };
    }

    /// <summary>The memory operand's place for an access that reads and writes: computed once.</summary>
    public DataAddress AddressOnce()
    {
        DataAddress address = Address();
        return address.Index is null ? address : new DataAddress(B.AddressOf(address), 0);
    }

    /// <summary>The base that is added for a segment; null for 0.</summary>
    public static Operand? SegmentBase(Register segment) => segment switch
    {
        Register.FS => FsBase,
        Register.GS => GsBase,
        _ => null,
    };

    // ---- condition codes ------------------------------------------------------------------------------------------------

    /// <summary>Notes condition codes.</summary>
    public void SetFlags(int kind, int width, Operand x, Operand y)
    {
        FlagsAre(Amd64Flags.How(kind, width));
        B.SetFlags(Flags, (ulong)KnownFlags, x, y);
    }

    /// <summary>An operation on a register of 32 or 64 bits that notes condition codes besides.</summary>
    /// <param name="code">The operation of 64 bits.</param>
    /// <param name="kind">What condition codes come from.</param>
    /// <param name="width">32 or 64.</param>
    /// <param name="d">The register.</param>
    /// <param name="x">The first operand.</param>
    /// <param name="y">The second operand.</param>
    public void SetWithFlags(MicroCode code, int kind, int width, Slot d, Operand x, Operand y)
    {
        FlagsAre(Amd64Flags.How(kind, width));
        bool shift = code >= MicroCode.ShlFlagsI;
        ushort narrower = (ushort)(shift ? MicroCode.ShlFlags32I - MicroCode.ShlFlagsI : MicroCode.AddFlags32 - MicroCode.AddFlags);
        B.SetWithFlags(width == 32 ? code + narrower : code, d, x, y, Flags, KnownFlags);
    }

    /// <summary>A function sets some condition codes, or all, as they are.</summary>
    public void UpdateFlags(StateFunction function, Operand x, Operand y, int number = 0)
    {
        B.UpdateFlags(Flags, function, x, y, number);
        FlagsAre(Amd64Flags.Explicit);
    }

    /// <summary>INC or DEC: all condition codes but carry come from the result.</summary>
    /// <param name="kind"><see cref="Amd64Flags.Increment"/> or <see cref="Amd64Flags.Decrement"/>.</param>
    /// <param name="width">Its bits.</param>
    /// <param name="result">The result; sign-extended when narrower than 32 bits.</param>
    public void NoteStep(int kind, int width, Operand result)
    {
        _step = Amd64Flags.How(kind, width);
        B.AmendFlags(Flags, Amd64Flags.StepKeeps, (uint)_step << Amd64Flags.StepShift, StepResult, result);
    }

    /// <summary>A rotation by a number that is not 0: CF and OF come from the result.</summary>
    /// <param name="kind"><see cref="Amd64Flags.RotateLeft"/> or <see cref="Amd64Flags.RotateRight"/>.</param>
    /// <param name="width">Its bits.</param>
    /// <param name="result">The result.</param>
    public void NoteRotation(int kind, int width, Operand result)
    {
        _rotation = Amd64Flags.How(kind, width);
        B.AmendFlags(Flags, Amd64Flags.RotationKeeps, (uint)_rotation << Amd64Flags.RotationShift | Amd64Flags.RotationOverflow, RotationResult, result);
    }

    /// <summary>Condition codes are what only the state can tell.</summary>
    public void ForgetFlags() => FlagsAre(Unknown);

    /// <summary>The same with a kind that is known afterwards.</summary>
    public void FlagsAre(int kind, int width) => FlagsAre(Amd64Flags.How(kind, width));

    /// <summary>CF: 0 or 1.</summary>
    public Operand Carry()
    {
        int kind = KnownFlags & 15, width = 8 << (KnownFlags >> 4 & 3), compared = width == 32 ? 32 : 64;
        if (_rotation != 0)
            return RotatedCarry();
        if (KnownFlags != Unknown)
        {
            switch (kind)
            {
                case Amd64Flags.Explicit:
                    return B.And(FlagsX, Amd64Flags.Carry);
                case Amd64Flags.Subtract:
                    return B.Compare(Condition.Below, FlagsX, FlagsY, compared);
                case Amd64Flags.Add when width >= 32:
                    return B.Compare(Condition.Below, B.Binary(width == 32 ? MicroCode.Add32 : MicroCode.Add, FlagsX, FlagsY), FlagsX, compared);
                case Amd64Flags.Logic:
                    return 0;
            }
        }
        return B.Call(Amd64Functions.EvaluateCondition, 0, 0, 2);
    }

    /// <summary>What condition codes come from is set as a whole: nothing amends it.</summary>
    private void FlagsAre(int how) => (KnownFlags, _step, _rotation) = (how, 0, 0);

    /// <summary>CF after a rotation: the bit that went around.</summary>
    private Operand RotatedCarry() =>
        (_rotation & 15) == Amd64Flags.RotateLeft ? B.And(RotationResult, 1) : B.Extract(RotationResult, (8 << (_rotation >> 4)) - 1, 1);

    /// <summary>1 when a condition holds, else 0.</summary>
    /// <param name="code">The condition.</param>
    public Operand Test(ConditionCode code)
    {
        (Condition condition, Operand x, Operand y, int width) = Comparison(code);
        return x.IsConstant ? Fixed(condition) : B.Compare(condition, x, y, width);
    }

    /// <summary>Goes to a label when a condition does not hold.</summary>
    public void BranchUnless(ConditionCode code, Label label)
    {
        (Condition condition, Operand x, Operand y, int width) = Comparison(code);
        if (!x.IsConstant)
            B.Branch(Opposite(condition), x, y, label, width);
        else if (Fixed(condition) == 0)
            B.Goto(label);
    }

    private static ulong Fixed(Condition condition) => condition == Condition.Equal ? 1UL : 0;

    /// <summary>The comparison that holds when the other one does not.</summary>
    public static Condition Opposite(Condition condition) => condition switch
    {
        Condition.Equal => Condition.NotEqual,
        Condition.NotEqual => Condition.Equal,
        Condition.Less => Condition.GreaterOrEqual,
        Condition.LessOrEqual => Condition.Greater,
        Condition.Greater => Condition.LessOrEqual,
        Condition.GreaterOrEqual => Condition.Less,
        Condition.Below => Condition.AboveOrEqual,
        Condition.BelowOrEqual => Condition.Above,
        Condition.Above => Condition.BelowOrEqual,
        _ => Condition.Below,
    };

    /// <summary>A condition as a comparison; of two numbers, Equal or NotEqual, when it always or never holds.</summary>
    private (Condition Condition, Operand X, Operand Y, int Bits) Comparison(ConditionCode code)
    {
        bool carry = code is ConditionCode.b or ConditionCode.ae, zeroOrSign = OfZeroAndSign(code) is not null;
        if (carry && _rotation != 0)
            return (code == ConditionCode.b ? Condition.NotEqual : Condition.Equal, RotatedCarry(), 0, 64);
        if (!carry && _step != 0)
        {
            int width = 8 << (_step >> 4), compared = width == 32 ? 32 : 64;
            if (OfZeroAndSign(code) is { } stepped)
                return (stepped, StepResult, 0, compared);
            // Signed conditions tell of the number before: that it was less than 1, or than -1.
            if (_rotation == 0 && width >= 32 && code is ConditionCode.l or ConditionCode.ge or ConditionCode.le or ConditionCode.g)
            {
                ulong step = (_step & 15) == Amd64Flags.Increment ? 1 : ulong.MaxValue;
                return (OfSubtraction(code)!.Value, B.Binary(width == 32 ? MicroCode.Add32 : MicroCode.Add, StepResult, 0 - step), 0 - step, compared);
            }
        }
        else if (KnownFlags != Unknown && (carry || zeroOrSign || _rotation == 0))
        {
            int kind = KnownFlags & 15, width = 8 << (KnownFlags >> 4 & 3), compared = width == 32 ? 32 : 64;
            switch (kind)
            {
                case Amd64Flags.Subtract:
                    if (OfSubtraction(code) is { } condition)
                        return (condition, FlagsX, FlagsY, compared);
                    if (code is ConditionCode.s or ConditionCode.ns)
                        return (code == ConditionCode.s ? Condition.Less : Condition.GreaterOrEqual, Result(MicroCode.Sub, width), 0, compared);
                    break;
                case Amd64Flags.Logic:
                    if (OfResult(code) is { } about)
                        return (about, FlagsX, 0, compared);
                    if (code is ConditionCode.b or ConditionCode.o)
                        return (Condition.NotEqual, 0, 0, 64);
                    if (code is ConditionCode.ae or ConditionCode.no)
                        return (Condition.Equal, 0, 0, 64);
                    break;
                case Amd64Flags.Add:
                    if (OfZeroAndSign(code) is { } added)
                        return (added, Result(MicroCode.Add, width), 0, compared);
                    if (carry && width >= 32)
                        return (code == ConditionCode.b ? Condition.Below : Condition.AboveOrEqual, Result(MicroCode.Add, width), FlagsX, compared);
                    break;
                case Amd64Flags.ShiftRight when width >= 32:
                    if (OfZeroAndSign(code) is { } shifted)
                        return (shifted, Result(MicroCode.Shr, width), 0, compared);
                    break;
                case Amd64Flags.Explicit:
                    ulong mask = code switch
                    {
                        ConditionCode.o or ConditionCode.no => Amd64Flags.Overflow,
                        ConditionCode.b or ConditionCode.ae => Amd64Flags.Carry,
                        ConditionCode.e or ConditionCode.ne => Amd64Flags.Zero,
                        ConditionCode.be or ConditionCode.a => Amd64Flags.Carry | Amd64Flags.Zero,
                        ConditionCode.s or ConditionCode.ns => Amd64Flags.Sign,
                        ConditionCode.p or ConditionCode.np => Amd64Flags.Parity,
                        _ => 0,
                    };
                    if (mask != 0)
                    {
                        bool whenSet = code is ConditionCode.o or ConditionCode.b or ConditionCode.e or ConditionCode.be or ConditionCode.s or ConditionCode.p;
                        return (whenSet ? Condition.NotEqual : Condition.Equal, B.And(FlagsX, mask), 0, 64);
                    }
                    break;
            }
        }
        return (Condition.NotEqual, B.Call(Amd64Functions.EvaluateCondition, 0, 0, code - ConditionCode.o), 0, 64);
    }

    private Operand Result(MicroCode code, int width) => width switch
    {
        64 => B.Binary(code, FlagsX, FlagsY),
        32 => B.Binary(code switch { MicroCode.Add => MicroCode.Add32, MicroCode.Sub => MicroCode.Sub32, _ => MicroCode.Shr32 }, FlagsX, FlagsY),
        _ => B.SignExtend(B.Binary(code, FlagsX, FlagsY), width),
    };

    private static Condition? OfSubtraction(ConditionCode code) => code switch
    {
        ConditionCode.b => Condition.Below,
        ConditionCode.ae => Condition.AboveOrEqual,
        ConditionCode.e => Condition.Equal,
        ConditionCode.ne => Condition.NotEqual,
        ConditionCode.be => Condition.BelowOrEqual,
        ConditionCode.a => Condition.Above,
        ConditionCode.l => Condition.Less,
        ConditionCode.ge => Condition.GreaterOrEqual,
        ConditionCode.le => Condition.LessOrEqual,
        ConditionCode.g => Condition.Greater,
        _ => null,
    };

    /// <summary>Conditions on a result, compared with 0, when there is neither carry nor overflow.</summary>
    private static Condition? OfResult(ConditionCode code) => code switch
    {
        ConditionCode.l => Condition.Less,
        ConditionCode.ge => Condition.GreaterOrEqual,
        ConditionCode.le => Condition.LessOrEqual,
        ConditionCode.g => Condition.Greater,
        ConditionCode.be => Condition.Equal,
        ConditionCode.a => Condition.NotEqual,
        _ => OfZeroAndSign(code),
    };

    private static Condition? OfZeroAndSign(ConditionCode code) => code switch
    {
        ConditionCode.e => Condition.Equal,
        ConditionCode.ne => Condition.NotEqual,
        ConditionCode.s => Condition.Less,
        ConditionCode.ns => Condition.GreaterOrEqual,
        _ => null,
    };
}
