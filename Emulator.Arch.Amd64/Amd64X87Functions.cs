using Emulator.Core.Execution;
using Emulator.Core.Execution.FloatingPoint;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>x87 as functions of the state. All are called checked: an exception that waits traps before anything is done.</summary>
/// <remarks>
/// Intel SDM volume 1, chapter 8. What an unmasked exception of an operand keeps from being written is not written; the trap comes with the
/// next instruction. A store that is not to be made says so in a slot of its own.
/// </remarks>
internal static class Amd64X87Functions
{
    /// <summary>Bits of the status word.</summary>
    private const ulong StackFault = 0x40, ErrorSummary = 0x80, Busy = 0x8000, C0 = 0x100, C1 = 0x200, C2 = 0x400, C3 = 0x4000, TopMask = 7 << 11, Exceptions = 0x3f;

    private const FloatFlags OfOperands = FloatFlags.Invalid | FloatFlags.Denormal | FloatFlags.DivideByZero;

    /// <summary>What arithmetic does.</summary>
    public const int Add = 0, Multiply = 1, Subtract = 2, SubtractReversed = 3, Divide = 4, DivideReversed = 5;

    /// <summary>Where an operand is from: a register, whose number is 8 bits higher, or memory.</summary>
    public const int FromRegister = 0, FromSingle = 1, FromDouble = 2, FromExtended = 3, FromInt16 = 4, FromInt32 = 5, FromInt64 = 6, FromDecimal = 7, FromConstant = 8;

    /// <summary>What a function does besides.</summary>
    public const int Pops = 0x1000, PopsTwice = 0x2000, Quiet = 0x4000, ToFlags = 0x8000, Truncates = 0x1_0000, ToOperand = 0x2_0000;

    /// <summary>Slot that is not 0 when a store is not to be made.</summary>
    public static Slot Suppressed => new(87);

    private static readonly Extended80Bits Indefinite = new(0xc000_0000_0000_0000, 0xffff);

    // ---- the stack ------------------------------------------------------------------------------------------------------

    private static int Physical(ref EngineState state, int number) => ((int)(state[StatusWord.Number] >> 11) + number) & 7;

    private static bool IsEmpty(ref EngineState state, int number) => (state[Tags.Number] >> Physical(ref state, number) & 1) == 0;

    private static Extended80Bits Get(ref EngineState state, int number)
    {
        int slot = X87(Physical(ref state, number)).Number;
        return new Extended80Bits(state[slot], (ushort)state[slot + 1]);
    }

    private static void Put(ref EngineState state, int number, Extended80Bits value)
    {
        int physical = Physical(ref state, number), slot = X87(physical).Number;
        (state[slot], state[slot + 1]) = (value.Significand, value.SignExponent);
        state[Tags.Number] |= 1UL << physical;
    }

    private static void MoveTop(ref EngineState state, int by)
    {
        ulong status = state[StatusWord.Number];
        state[StatusWord.Number] = (status & ~TopMask) | ((status >> 11) + (ulong)by & 7) << 11;
    }

    private static void Pop(ref EngineState state)
    {
        state[Tags.Number] &= ~(1UL << Physical(ref state, 0));
        MoveTop(ref state, 1);
    }

    private static void PopAsAsked(ref EngineState state, int number)
    {
        if ((number & (Pops | PopsTwice)) != 0)
            Pop(ref state);
        if ((number & PopsTwice) != 0)
            Pop(ref state);
    }

    /// <summary>An exception of before traps now.</summary>
    private static bool Traps(ref EngineState state)
    {
        if ((state[StatusWord.Number] & ErrorSummary) == 0)
            return false;
        Amd64Functions.Raise(ref state, Amd64Traps.FloatingPoint);
        return true;
    }

    private static FloatStatus Begin(ref EngineState state)
    {
        ulong control = state[ControlWord.Number];
        return new FloatStatus
        {
            Traps = (FloatFlags)(~control & Exceptions),
            Rounding = (FloatRounding)(4 - (control >> 10 & 3) & 3),
            Precision = (control >> 8 & 3) switch { 0 => FloatPrecision.Single, 2 => FloatPrecision.Double, _ => FloatPrecision.Extended },
            Modes = FloatModes.TininessAfterRounding | FloatModes.DefaultNanNegative,
            Nans = NanRule.GreaterSignificand,
            Integers = IntegerRule.Indefinite,
        };
    }

    /// <summary>Notes what was found; false when it keeps the result from being written.</summary>
    private static bool End(ref EngineState state, in FloatStatus status)
    {
        FloatFlags found = status.Flags & FloatFlags.X86;
        bool writes = (found & status.Traps & OfOperands) == 0;
        if (!writes)
            found &= OfOperands;
        Note(ref state, (ulong)found | (writes && (status.Flags & FloatFlags.RoundedUp) != 0 ? C1 : 0));
        return writes;
    }

    /// <summary>Sets C1 and exceptions, and whether one of them waits.</summary>
    private static void Note(ref EngineState state, ulong found)
    {
        ulong status = (state[StatusWord.Number] & ~C1) | found;
        state[StatusWord.Number] = status;
        Summarize(ref state);
    }

    private static void Summarize(ref EngineState state)
    {
        ulong status = state[StatusWord.Number] & ~(ErrorSummary | Busy);
        if ((status & ~state[ControlWord.Number] & Exceptions) != 0)
            status |= ErrorSummary | Busy;
        state[StatusWord.Number] = status;
    }

    /// <summary>A register that should have been full was empty, or the other way round; whether the indefinite is to be written.</summary>
    private static bool FaultStack(ref EngineState state, bool overflow)
    {
        Note(ref state, (ulong)FloatFlags.Invalid | StackFault | (overflow ? C1 : 0));
        return (state[ControlWord.Number] & (ulong)FloatFlags.Invalid) != 0;
    }

    private static void Push(ref EngineState state, Extended80Bits value)
    {
        MoveTop(ref state, -1);
        Put(ref state, 0, value);
    }

    // ---- operands -------------------------------------------------------------------------------------------------------

    /// <summary>An operand as an extended number; a signaling NaN stays one, for the operation to see.</summary>
    private static Extended80Bits Operand(ref EngineState state, ulong x, ulong y, int number, ref FloatStatus status)
    {
        switch (number & 0xf)
        {
            case FromSingle:
                uint single = (uint)x;
                if ((single & 0x7fff_ffff) > 0x7f80_0000)
                    return new Extended80Bits(1UL << 63 | (ulong)single << 40, (ushort)(single >> 16 & 0x8000 | 0x7fff));
                return Binary32.ToExtended80(single, ref status);
            case FromDouble:
                if ((x & long.MaxValue) > 0x7ff0_0000_0000_0000)
                    return new Extended80Bits(1UL << 63 | x << 11, (ushort)(x >> 48 & 0x8000 | 0x7fff));
                return Binary64.ToExtended80(x, ref status);
            case FromExtended:
                return new Extended80Bits(x, (ushort)y);
            case FromInt16:
                return Extended80.FromInt64((short)x);
            case FromInt32:
                return Extended80.FromInt64((int)x);
            case FromInt64:
                return Extended80.FromInt64((long)x);
            case FromDecimal:
                return Extended80.FromPackedDecimal(new Extended80Bits(x, (ushort)y));
            case FromConstant:
                return X87Functions.Constant((X87Constant)(number >> 8 & 7), status.Rounding);
            default:
                return Get(ref state, number >> 8 & 7);
        }
    }

    private static bool IsNan(Extended80Bits value) => Extended80.Classify(value) is FloatClass.QuietNan or FloatClass.SignalingNan or FloatClass.Unsupported;

    // ---- instructions ---------------------------------------------------------------------------------------------------

    /// <summary>What every MMX instruction does first: TOP is 0, no register is empty.</summary>
    public static ulong EnterMmx(ref EngineState state, ulong x, ulong y, int number)
    {
        if (Traps(ref state))
            return 0;
        state[StatusWord.Number] &= ~TopMask;
        state[Tags.Number] = 0xff;
        return 0;
    }

    /// <summary>WAIT.</summary>
    [X87Slots]
    public static ulong Wait(ref EngineState state, ulong x, ulong y, int number)
    {
        Traps(ref state);
        return 0;
    }

    /// <summary>FLD, FILD, FBLD and constants.</summary>
    [X87Slots]
    public static ulong Load(ref EngineState state, ulong x, ulong y, int number)
    {
        if (Traps(ref state))
            return 0;
        bool missing = (number & 0xf) == FromRegister && IsEmpty(ref state, number >> 8 & 7);
        bool full = !IsEmpty(ref state, 7);
        if (missing || full)
        {
            if (FaultStack(ref state, overflow: full && !missing))
                Push(ref state, Indefinite);
            return 0;
        }
        FloatStatus status = Begin(ref state);
        Extended80Bits value = Operand(ref state, x, y, number, ref status);
        status.Flags &= ~FloatFlags.RoundedUp;
        if ((number & 0xf) is FromSingle or FromDouble && Extended80.Classify(value) == FloatClass.SignalingNan)
        {
            status.Flags |= FloatFlags.Invalid;
            value = value with { Significand = value.Significand | 1UL << 62 };
        }
        if ((number & 0xf) is not (FromSingle or FromDouble))
            status.Flags = FloatFlags.None;
        if (End(ref state, in status))
            Push(ref state, value);
        return 0;
    }

    /// <summary>FST, FIST, FISTTP of a format: what is to be stored.</summary>
    [X87Slots]
    public static ulong Store(ref EngineState state, ulong x, ulong y, int number)
    {
        state[Suppressed.Number] = 0;
        if (Traps(ref state))
            return 0;
        int format = number & 0xf;
        FloatStatus status = Begin(ref state);
        ulong result;
        bool writes;
        if (IsEmpty(ref state, 0))
        {
            writes = FaultStack(ref state, overflow: false);
            result = format switch
            {
                FromSingle => 0xffc0_0000,
                FromDouble => 0xfff8_0000_0000_0000,
                FromInt16 => 0x8000,
                FromInt32 => 0x8000_0000,
                _ => 1UL << 63,
            };
        }
        else
        {
            Extended80Bits value = Get(ref state, 0);
            FloatRounding rounding = (number & Truncates) != 0 ? FloatRounding.TowardZero : status.Rounding;
            result = format switch
            {
                FromSingle => Extended80.ToBinary32(value, ref status),
                FromDouble => Extended80.ToBinary64(value, ref status),
                FromInt16 => (ushort)Extended80.ToInt16(value, rounding, ref status),
                FromInt32 => (uint)Extended80.ToInt32(value, rounding, ref status),
                _ => (ulong)Extended80.ToInt64(value, rounding, ref status),
            };
            writes = End(ref state, in status) && !(format <= FromDouble && (status.Flags & status.Traps & (FloatFlags.Overflow | FloatFlags.Underflow)) != 0);
        }
        state[Suppressed.Number] = writes ? 0UL : 1;
        if (writes)
            PopAsAsked(ref state, number);
        return result;
    }

    /// <summary>The significand that FSTP of ten bytes or FBSTP stores.</summary>
    [X87Slots]
    public static ulong StoreLow(ref EngineState state, ulong x, ulong y, int number)
    {
        state[Suppressed.Number] = 0;
        return Traps(ref state) ? 0 : StoreTen(ref state, number).Significand;
    }

    /// <summary>The other two bytes of it; pops.</summary>
    [X87Slots]
    public static ulong StoreHigh(ref EngineState state, ulong x, ulong y, int number)
    {
        Extended80Bits value = StoreTen(ref state, number);
        if (state[Suppressed.Number] == 0)
            Pop(ref state);
        return value.SignExponent;
    }

    private static Extended80Bits StoreTen(ref EngineState state, int number)
    {
        if (IsEmpty(ref state, 0))
        {
            state[Suppressed.Number] = FaultStack(ref state, overflow: false) ? 0UL : 1;
            return Indefinite;
        }
        Extended80Bits value = Get(ref state, 0);
        FloatStatus status = Begin(ref state);
        if ((number & 0xf) == FromDecimal)
            value = Extended80.ToPackedDecimal(value, ref status);
        state[Suppressed.Number] = End(ref state, in status) ? 0UL : 1;
        return value;
    }

    /// <summary>FST and FSTP to a register.</summary>
    [X87Slots]
    public static ulong StoreRegister(ref EngineState state, ulong x, ulong y, int number)
    {
        if (Traps(ref state))
            return 0;
        if (IsEmpty(ref state, 0))
        {
            if (!FaultStack(ref state, overflow: false))
                return 0;
            Put(ref state, number >> 8 & 7, Indefinite);
        }
        else
        {
            Note(ref state, 0);
            Put(ref state, number >> 8 & 7, Get(ref state, 0));
        }
        PopAsAsked(ref state, number);
        return 0;
    }

    /// <summary>FXCH.</summary>
    [X87Slots]
    public static ulong Exchange(ref EngineState state, ulong x, ulong y, int number)
    {
        if (Traps(ref state))
            return 0;
        int other = number >> 8 & 7;
        bool noFirst = IsEmpty(ref state, 0), noOther = IsEmpty(ref state, other);
        if (noFirst || noOther)
        {
            if (!FaultStack(ref state, overflow: false))
                return 0;
        }
        else
        {
            Note(ref state, 0);
        }
        Extended80Bits first = noFirst ? Indefinite : Get(ref state, 0), second = noOther ? Indefinite : Get(ref state, other);
        Put(ref state, 0, second);
        Put(ref state, other, first);
        return 0;
    }

    /// <summary>FCMOVcc: the number's lower bits are the condition's.</summary>
    [X87Slots]
    public static ulong MoveIf(ref EngineState state, ulong x, ulong y, int number)
    {
        if (Traps(ref state))
            return 0;
        int other = number >> 8 & 7;
        if (IsEmpty(ref state, 0) || IsEmpty(ref state, other))
        {
            if (FaultStack(ref state, overflow: false))
                Put(ref state, 0, Indefinite);
            return 0;
        }
        if (x != 0)
            Put(ref state, 0, Get(ref state, other));
        return 0;
    }

    /// <summary>FADD and the others: the number says what, with what, and where it goes (<see cref="ToOperand"/>: to the register that is the operand).</summary>
    [X87Slots]
    public static ulong Arithmetic(ref EngineState state, ulong x, ulong y, int number)
    {
        if (Traps(ref state))
            return 0;
        int what = number >> 20, other = number >> 8 & 7, to = (number & ToOperand) != 0 ? other : 0;
        bool register = (number & 0xf) == FromRegister;
        if (IsEmpty(ref state, 0) || register && IsEmpty(ref state, other))
        {
            if (FaultStack(ref state, overflow: false))
            {
                Put(ref state, to, Indefinite);
                PopAsAsked(ref state, number);
            }
            return 0;
        }
        FloatStatus status = Begin(ref state);
        Extended80Bits a = Get(ref state, 0), b = Operand(ref state, x, y, number, ref status);
        FloatFlags denormal = IsNan(a) ? FloatFlags.None : status.Flags & FloatFlags.Denormal;
        status.Flags = FloatFlags.None;
        if (to != 0 || (number & ToOperand) != 0)
            (a, b) = (b, a);
        Extended80Bits result = what switch
        {
            Add => Extended80.Add(a, b, ref status),
            Multiply => Extended80.Multiply(a, b, ref status),
            Subtract => Extended80.Subtract(a, b, ref status),
            SubtractReversed => Extended80.Subtract(b, a, ref status),
            Divide => Extended80.Divide(a, b, ref status),
            _ => Extended80.Divide(b, a, ref status),
        };
        if ((status.Flags & (FloatFlags.Invalid | FloatFlags.DivideByZero)) == 0)
            status.Flags |= denormal;       // what is worse is told alone
        if (!End(ref state, in status))
            return 0;
        Put(ref state, to, result);
        PopAsAsked(ref state, number);
        return 0;
    }

    /// <summary>FCOM and the others.</summary>
    public static ulong Compare(ref EngineState state, ulong x, ulong y, int number)
    {
        if (Traps(ref state))
            return 0;
        FloatRelation relation = FloatRelation.Unordered;
        bool writes;
        if (IsEmpty(ref state, 0) || (number & 0xf) == FromRegister && IsEmpty(ref state, number >> 8 & 7))
        {
            writes = FaultStack(ref state, overflow: false);
        }
        else
        {
            FloatStatus status = Begin(ref state);
            Extended80Bits a = Get(ref state, 0), b = Operand(ref state, x, y, number, ref status);
            if (IsNan(a))
                status.Flags = FloatFlags.None;
            status.Flags &= ~FloatFlags.RoundedUp;
            relation = (number & Quiet) != 0 ? Extended80.Compare(a, b, ref status) : Extended80.CompareSignaling(a, b, ref status);
            ulong roundedUp = state[StatusWord.Number] & C1;
            writes = End(ref state, in status);
            if ((number & ToFlags) != 0)
                state[StatusWord.Number] |= roundedUp;     // AMD's processors; Intel's clear it
        }
        if (!writes)
            return 0;
        if ((number & ToFlags) != 0)
            Amd64Flags.SetStatus(ref state, Amd64FloatFunctions.FlagsOf(relation));
        else
            state[StatusWord.Number] = (state[StatusWord.Number] & ~(C0 | C2 | C3)) | CodesOf(relation);
        PopAsAsked(ref state, number);
        return 0;
    }

    private static ulong CodesOf(FloatRelation relation) => relation switch
    {
        FloatRelation.Less => C0,
        FloatRelation.Equal => C3,
        FloatRelation.Greater => 0,
        _ => C0 | C2 | C3,
    };

    /// <summary>FXAM.</summary>
    public static ulong Examine(ref EngineState state, ulong x, ulong y, int number)
    {
        if (Traps(ref state))
            return 0;
        Extended80Bits value = Get(ref state, 0);
        ulong codes = IsEmpty(ref state, 0) ? C3 | C0 : Extended80.Classify(value) switch
        {
            FloatClass.Normal => C2,
            FloatClass.Denormal => C3 | C2,
            FloatClass.Zero => C3,
            FloatClass.Infinity => C2 | C0,
            FloatClass.Unsupported => 0,
            _ => C0,
        };
        state[StatusWord.Number] = (state[StatusWord.Number] & ~(C0 | C1 | C2 | C3)) | codes | ((value.SignExponent & 0x8000) != 0 ? C1 : 0);
        return 0;
    }

    /// <summary>FCHS (number 1) and FABS.</summary>
    [X87Slots]
    public static ulong ChangeSign(ref EngineState state, ulong x, ulong y, int turns)
    {
        if (Traps(ref state))
            return 0;
        if (IsEmpty(ref state, 0))
        {
            if (FaultStack(ref state, overflow: false))
                Put(ref state, 0, Indefinite);
            return 0;
        }
        Note(ref state, 0);
        Extended80Bits value = Get(ref state, 0);
        Put(ref state, 0, value with { SignExponent = (ushort)(turns != 0 ? value.SignExponent ^ 0x8000 : value.SignExponent & 0x7fff) });
        return 0;
    }

    /// <summary>Instructions of ST(0), and ST(1): those below, by number.</summary>
    public const int SquareRoot = 0, RoundToIntegral = 1, Sine = 2, Cosine = 3, PowerOf2Minus1 = 4, Scale = 5, Remainder = 6, RemainderNearest = 7, Logarithm = 8, LogarithmOfOnePlus = 9, ArcTangent = 10,
        Tangent = 11, SineAndCosine = 12, Extract = 13;

    /// <summary>Functions of one or two numbers.</summary>
    public static ulong Function(ref EngineState state, ulong x, ulong y, int number)
    {
        if (Traps(ref state))
            return 0;
        bool remainder = number is Remainder or RemainderNearest;
        if (remainder)
            state[StatusWord.Number] &= ~C2;
        bool ofTwo = number is >= Scale and <= ArcTangent, pops = number is >= Logarithm and <= ArcTangent, pushes = number >= Tangent;
        if (IsEmpty(ref state, 0) || ofTwo && IsEmpty(ref state, 1) || pushes && !IsEmpty(ref state, 7))
        {
            bool overflow = !IsEmpty(ref state, 0) && pushes;
            if (!FaultStack(ref state, overflow))
                return 0;
            if (pops)
                Pop(ref state);
            Put(ref state, 0, Indefinite);
            if (pushes)
                Push(ref state, Indefinite);
            return 0;
        }
        FloatStatus status = Begin(ref state);
        Extended80Bits a = Get(ref state, 0), b = Get(ref state, 1), second = default, result;
        ulong quotient = 0;
        bool complete = true;
        switch (number)
        {
            case SquareRoot:
                result = Extended80.SquareRoot(a, ref status);
                break;
            case RoundToIntegral:
                result = Extended80.RoundToIntegral(a, ref status);
                break;
            case Sine:
                result = X87Functions.Sine(a, out complete, ref status);
                break;
            case Cosine:
                result = X87Functions.Cosine(a, out complete, ref status);
                break;
            case PowerOf2Minus1:
                result = X87Functions.PowerOf2Minus1(a, ref status);
                break;
            case Scale:
                result = Extended80.Scale(a, b, ref status);
                break;
            case Remainder:
                result = Extended80.PartialRemainder(a, b, out quotient, out complete, ref status);
                break;
            case RemainderNearest:
                result = Extended80.PartialRemainderNearest(a, b, out quotient, out complete, ref status);
                break;
            case Logarithm:
                result = X87Functions.Logarithm(a, b, ref status);
                break;
            case LogarithmOfOnePlus:
                result = X87Functions.LogarithmOfOnePlus(a, b, ref status);
                break;
            case ArcTangent:
                result = X87Functions.ArcTangent(a, b, ref status);
                break;
            case Tangent:
                result = X87Functions.Tangent(a, out second, out complete, ref status);
                break;
            case SineAndCosine:
                result = X87Functions.SineAndCosine(a, out second, out complete, ref status);
                break;
            default:
                second = Extended80.Extract(a, out result, ref status);
                break;
        }
        if (!End(ref state, in status))
            return 0;
        if (remainder || number is Sine or Cosine or Tangent or SineAndCosine)
            state[StatusWord.Number] = (state[StatusWord.Number] & ~C2) | (complete ? 0 : C2);
        if (remainder && !IsNan(result))
        {
            state[StatusWord.Number] = (state[StatusWord.Number] & ~(C0 | C1 | C3))
                | (complete && (quotient & 4) != 0 ? C0 : 0) | (complete && (quotient & 2) != 0 ? C3 : 0) | (complete && (quotient & 1) != 0 ? C1 : 0);
        }
        if (pops)
            Pop(ref state);
        Put(ref state, 0, result);
        if (pushes && complete)
            Push(ref state, second);
        return 0;
    }

    // ---- control --------------------------------------------------------------------------------------------------------

    /// <summary>FLDCW.</summary>
    public static ulong LoadControl(ref EngineState state, ulong x, ulong y, int number)
    {
        if (Traps(ref state))
            return 0;
        state[ControlWord.Number] = (x & 0x1f3f) | 0x40;
        Summarize(ref state);
        return 0;
    }

    /// <summary>FNINIT.</summary>
    public static ulong Initialize(ref EngineState state, ulong x, ulong y, int number)
    {
        state[ControlWord.Number] = 0x37f;
        foreach (Slot slot in (ReadOnlySpan<Slot>)[StatusWord, Tags, LastInstruction, LastOperand, LastOpcode])
            state[slot.Number] = 0;
        return 0;
    }

    /// <summary>FINCSTP and FDECSTP by x, FFREE of a register, FNOP.</summary>
    public static ulong Turn(ref EngineState state, ulong x, ulong y, int number)
    {
        if (Traps(ref state))
            return 0;
        if ((number & Quiet) != 0)
        {
            Note(ref state, 0);
            state[Tags.Number] &= ~(1UL << Physical(ref state, number >> 8 & 7));
        }
        else if (x != 0)
        {
            Note(ref state, 0);
            MoveTop(ref state, (int)x);
        }
        PopAsAsked(ref state, number);
        return 0;
    }

    /// <summary>A word of the environment that FNSTENV stores: control, status, tags, instruction, selector and opcode, operand, selector.</summary>
    public static ulong Environment(ref EngineState state, ulong x, ulong y, int word)
    {
        switch (word)
        {
            case 0:
                return 0xffff_0000 | state[ControlWord.Number];
            case 1:
                return 0xffff_0000 | state[StatusWord.Number];
            case 2:
                ulong tags = 0xffff_0000;
                for (int i = 0; i < 8; i++)
                {
                    int slot = X87(i).Number;
                    tags |= (ulong)Amd64FloatState.TagOf((state[Tags.Number] >> i & 1) == 0, state[slot], state[slot + 1]) << 2 * i;
                }
                return tags;
            case 3:
                return state[LastInstruction.Number];
            case 4:
                return state[LastOpcode.Number] << 16;
            case 5:
                return state[LastOperand.Number];
            default:
                return 0xffff_0000;
        }
    }

    /// <summary>After FNSTENV, all exceptions are masked.</summary>
    public static ulong MaskAll(ref EngineState state, ulong x, ulong y, int number)
    {
        state[ControlWord.Number] |= Exceptions;
        Summarize(ref state);
        return 0;
    }

    /// <summary>FLDENV: control word and status word.</summary>
    public static ulong SetControl(ref EngineState state, ulong x, ulong y, int number)
    {
        if (Traps(ref state))
            return 0;
        state[ControlWord.Number] = (x & 0x1f3f) | 0x40;
        state[StatusWord.Number] = y & 0xffff;
        Summarize(ref state);
        return 0;
    }

    /// <summary>FLDENV: tags, of which whether empty is kept.</summary>
    public static ulong SetTags(ref EngineState state, ulong x, ulong y, int number)
    {
        state[Tags.Number] = Amd64FloatState.FullTags(x);
        return 0;
    }

    /// <summary>The significand of a register of the stack, or with <see cref="Pops"/> its sign and exponent.</summary>
    public static ulong Register(ref EngineState state, ulong x, ulong y, int number)
    {
        Extended80Bits value = Get(ref state, number >> 8 & 7);
        return (number & Pops) != 0 ? value.SignExponent : value.Significand;
    }

    /// <summary>Sets a register of the stack, and no tag.</summary>
    public static ulong SetRegister(ref EngineState state, ulong x, ulong y, int number)
    {
        int slot = X87(Physical(ref state, number)).Number;
        (state[slot], state[slot + 1]) = (x, y & 0xffff);
        return 0;
    }

    /// <summary>FXRSTOR: control word, status word and tags from x, MXCSR from y; #GP for bits that are not there.</summary>
    public static ulong RestoreControl(ref EngineState state, ulong x, ulong y, int number)
    {
        if ((y & 0xffff_ffff & ~(ulong)Amd64FloatState.MxcsrMask) != 0)
            return Amd64Functions.Raise(ref state, Amd64Traps.GeneralProtection);
        state[ControlWord.Number] = (x & 0x1f3f) | 0x40;
        state[StatusWord.Number] = x >> 16 & 0xffff;
        state[Tags.Number] = x >> 32 & 0xff;
        state[LastOpcode.Number] = x >> 48 & 0x7ff;
        state[Mxcsr.Number] = y & Amd64FloatState.MxcsrMask;
        Summarize(ref state);
        return 0;
    }
}
