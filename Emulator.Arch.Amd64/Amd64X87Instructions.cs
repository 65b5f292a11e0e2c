using Emulator.Core.Execution;
using Iced.Intel;
using static Emulator.Arch.Amd64.Amd64Registers;
using F = Emulator.Arch.Amd64.Amd64X87Functions;
using Label = Emulator.Core.Execution.Label;

namespace Emulator.Arch.Amd64;

/// <summary>x87, and the saving of all floating-point state.</summary>
/// <remarks>
/// Not modelled: the addresses and the opcode of the last instruction (they stay what was last loaded, which is what AMD's processors
/// store when no exception waits), 16-bit environments. Approximations of transcendental functions are right to the last bit.
/// </remarks>
internal static class Amd64X87Instructions
{
    public static void AddTo(Amd64InstructionTable table)
    {
        table.Group("x87");
        table.Add(Mnemonic.Fld, static l => Load(l, l.IsMemory(0) ? l.BitsOf(0) switch { 32 => F.FromSingle, 64 => F.FromDouble, _ => F.FromExtended } : Source(l, 0)));
        table.Add(Mnemonic.Fild, static l => Load(l, Integer(l)));
        table.Add(Mnemonic.Fbld, static l => Load(l, F.FromDecimal));
        Constant(table, Mnemonic.Fld1, 0);
        Constant(table, Mnemonic.Fldl2t, 1);
        Constant(table, Mnemonic.Fldl2e, 2);
        Constant(table, Mnemonic.Fldpi, 3);
        Constant(table, Mnemonic.Fldlg2, 4);
        Constant(table, Mnemonic.Fldln2, 5);
        Constant(table, Mnemonic.Fldz, 6);
        table.Add(Mnemonic.Fst, static l => Store(l, 0));
        table.Add(Mnemonic.Fstp, static l => Store(l, F.Pops));
        table.Add(Mnemonic.Fist, static l => StoreNumber(l, Integer(l)));
        table.Add(Mnemonic.Fistp, static l => StoreNumber(l, Integer(l) | F.Pops));
        table.Add(Mnemonic.Fbstp, static l => StoreTen(l, F.FromDecimal));
        table.Add(Mnemonic.Fxch, static l => l.B.CallChecked(F.Exchange, Zero, Zero, Register(l, 1)));
        MoveIf(table, Mnemonic.Fcmovb, ConditionCode.b);
        MoveIf(table, Mnemonic.Fcmove, ConditionCode.e);
        MoveIf(table, Mnemonic.Fcmovbe, ConditionCode.be);
        MoveIf(table, Mnemonic.Fcmovu, ConditionCode.p);
        MoveIf(table, Mnemonic.Fcmovnb, ConditionCode.ae);
        MoveIf(table, Mnemonic.Fcmovne, ConditionCode.ne);
        MoveIf(table, Mnemonic.Fcmovnbe, ConditionCode.a);
        MoveIf(table, Mnemonic.Fcmovnu, ConditionCode.np);
        Arithmetic(table, F.Add, Mnemonic.Fadd, Mnemonic.Faddp, Mnemonic.Fiadd);
        Arithmetic(table, F.Multiply, Mnemonic.Fmul, Mnemonic.Fmulp, Mnemonic.Fimul);
        Arithmetic(table, F.Subtract, Mnemonic.Fsub, Mnemonic.Fsubp, Mnemonic.Fisub);
        Arithmetic(table, F.SubtractReversed, Mnemonic.Fsubr, Mnemonic.Fsubrp, Mnemonic.Fisubr);
        Arithmetic(table, F.Divide, Mnemonic.Fdiv, Mnemonic.Fdivp, Mnemonic.Fidiv);
        Arithmetic(table, F.DivideReversed, Mnemonic.Fdivr, Mnemonic.Fdivrp, Mnemonic.Fidivr);
        Compare(table, Mnemonic.Fcom, 0);
        Compare(table, Mnemonic.Fcomp, F.Pops);
        Compare(table, Mnemonic.Fcompp, F.PopsTwice);
        Compare(table, Mnemonic.Fucom, F.Quiet);
        Compare(table, Mnemonic.Fucomp, F.Quiet | F.Pops);
        Compare(table, Mnemonic.Fucompp, F.Quiet | F.PopsTwice);
        Compare(table, Mnemonic.Fcomi, F.ToFlags);
        Compare(table, Mnemonic.Fcomip, F.ToFlags | F.Pops);
        Compare(table, Mnemonic.Fucomi, F.ToFlags | F.Quiet);
        Compare(table, Mnemonic.Fucomip, F.ToFlags | F.Quiet | F.Pops);
        table.Add(Mnemonic.Ficom, static l => CompareWith(l, Integer(l)));
        table.Add(Mnemonic.Ficomp, static l => CompareWith(l, Integer(l) | F.Pops));
        table.Add(Mnemonic.Ftst, static l => l.B.CallChecked(F.Compare, Zero, Zero, F.FromInt64));
        table.Add(Mnemonic.Fxam, static l => l.B.CallChecked(F.Examine, Zero, Zero));
        table.Add(Mnemonic.Fchs, static l => l.B.CallChecked(F.ChangeSign, Zero, Zero, 1));
        table.Add(Mnemonic.Fabs, static l => l.B.CallChecked(F.ChangeSign, Zero, Zero));
        Function(table, Mnemonic.Fsqrt, F.SquareRoot);
        Function(table, Mnemonic.Frndint, F.RoundToIntegral);
        Function(table, Mnemonic.Fsin, F.Sine);
        Function(table, Mnemonic.Fcos, F.Cosine);
        Function(table, Mnemonic.F2xm1, F.PowerOf2Minus1);
        Function(table, Mnemonic.Fscale, F.Scale);
        Function(table, Mnemonic.Fprem, F.Remainder);
        Function(table, Mnemonic.Fprem1, F.RemainderNearest);
        Function(table, Mnemonic.Fyl2x, F.Logarithm);
        Function(table, Mnemonic.Fyl2xp1, F.LogarithmOfOnePlus);
        Function(table, Mnemonic.Fpatan, F.ArcTangent);
        Function(table, Mnemonic.Fptan, F.Tangent);
        Function(table, Mnemonic.Fsincos, F.SineAndCosine);
        Function(table, Mnemonic.Fxtract, F.Extract);
        table.Add(Mnemonic.Fincstp, static l => l.B.CallChecked(F.Turn, 1, 0));
        table.Add(Mnemonic.Fdecstp, static l => l.B.CallChecked(F.Turn, ulong.MaxValue, 0));
        table.Add(Mnemonic.Ffree, static l => l.B.CallChecked(F.Turn, Zero, Zero, Register(l, 0) | F.Quiet));
        table.Add(Mnemonic.Ffreep, static l => l.B.CallChecked(F.Turn, Zero, Zero, Register(l, 0) | F.Quiet | F.Pops));
        table.Add(Mnemonic.Fnop, static l => l.B.CallChecked(F.Wait, Zero, Zero));
        table.Add(Mnemonic.Wait, static l => l.B.CallChecked(F.Wait, Zero, Zero));
        table.Add(Mnemonic.Fldcw, static l => l.B.CallChecked(F.LoadControl, l.Read(0), Zero));
        table.Add(Mnemonic.Fnstcw, static l => l.Write(0, ControlWord));
        table.Add(Mnemonic.Fnstsw, static l => l.Write(0, StatusWord));
        table.Add(Mnemonic.Fnclex, static l => l.B.Set(StatusWord, l.B.And(StatusWord, 0x7f00)));
        table.Add(Mnemonic.Fninit, static l => l.B.Call(F.Initialize, Zero, Zero));
        table.Add(Mnemonic.Fnstenv, static l => StoreEnvironment(l, registers: false));
        table.Add(Mnemonic.Fldenv, static l => LoadEnvironment(l, registers: false));
        table.Add(Mnemonic.Fnsave, static l => StoreEnvironment(l, registers: true));
        table.Add(Mnemonic.Frstor, static l => LoadEnvironment(l, registers: true));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Fneni, Mnemonic.Fndisi, Mnemonic.Fnsetpm])
            table.Add(mnemonic, static _ => { });      // of older coprocessors: nothing

        table.Group("Floating-point state");
        table.Add(Mnemonic.Fxsave, static l => SaveAll(l, wide: false));
        table.Add(Mnemonic.Fxsave64, static l => SaveAll(l, wide: true));
        table.Add(Mnemonic.Fxrstor, static l => RestoreAll(l, wide: false));
        table.Add(Mnemonic.Fxrstor64, static l => RestoreAll(l, wide: true));
    }

    private static int Register(Amd64Lowering l, int operand) => l.Instruction.GetOpRegister(operand) - Iced.Intel.Register.ST0 << 8;

    private static int Source(Amd64Lowering l, int operand) => F.FromRegister | Register(l, operand);

    private static int Integer(Amd64Lowering l) => l.BitsOf(0) switch { 16 => F.FromInt16, 32 => F.FromInt32, _ => F.FromInt64 };

    private static void Constant(Amd64InstructionTable table, Mnemonic mnemonic, int constant) =>
        table.Add(mnemonic, l => l.B.CallChecked(F.Load, Zero, Zero, F.FromConstant | constant << 8));

    private static void Function(Amd64InstructionTable table, Mnemonic mnemonic, int function) => table.Add(mnemonic, l => l.B.CallChecked(F.Function, Zero, Zero, function));

    private static void Load(Amd64Lowering l, int number)
    {
        if ((number & 0xf) is F.FromExtended or F.FromDecimal)
        {
            DataAddress address = l.AddressOnce();
            l.B.CallChecked(F.Load, l.B.Load(address, 8), l.B.Load(address with { Displacement = address.Displacement + 8 }, 2), number);
            return;
        }
        l.B.CallChecked(Amd64X87Plain.Load(number), l.IsMemory(0) ? l.Read(0) : Zero, Zero, number);
    }

    private static void Store(Amd64Lowering l, int more)
    {
        if (!l.IsMemory(0))
            l.B.CallChecked(F.StoreRegister, Zero, Zero, Register(l, 0) | more);
        else if (l.BitsOf(0) == 80)
            StoreTen(l, F.FromExtended);
        else
            StoreNumber(l, (l.BitsOf(0) == 32 ? F.FromSingle : F.FromDouble) | more);
    }

    private static void StoreNumber(Amd64Lowering l, int number)
    {
        DataAddress address = l.AddressOnce();
        int bytes = l.BitsOf(0) / 8;
        l.B.ProbeWrite(address, bytes);
        Operand x = l.B.CallChecked(Amd64X87Plain.Store(number), Zero, Zero, number);
        Label not = l.B.NewLabel();
        l.B.Branch(Condition.NotEqual, F.Suppressed, 0, not);
        l.B.Store(address, bytes, x);
        l.B.Bind(not);
    }

    private static void StoreTen(Amd64Lowering l, int number)
    {
        DataAddress address = l.AddressOnce();
        l.B.ProbeWrite(address, 10);
        Operand low = l.B.CallChecked(F.StoreLow, Zero, Zero, number), high = l.B.Call(F.StoreHigh, Zero, Zero, number);
        Label not = l.B.NewLabel();
        l.B.Branch(Condition.NotEqual, F.Suppressed, 0, not);
        l.B.Store(address, 8, low);
        l.B.Store(address with { Displacement = address.Displacement + 8 }, 2, high);
        l.B.Bind(not);
    }

    private static void MoveIf(Amd64InstructionTable table, Mnemonic mnemonic, ConditionCode condition) =>
        table.Add(mnemonic, l => l.B.CallChecked(F.MoveIf, l.Test(condition), Zero, Register(l, 1)));

    private static void Arithmetic(Amd64InstructionTable table, int what, Mnemonic mnemonic, Mnemonic pops, Mnemonic integer)
    {
        table.Add(mnemonic, l =>
        {
            if (l.IsMemory(0))
                Calculate(l, l.Read(0), what << 20 | (l.BitsOf(0) == 32 ? F.FromSingle : F.FromDouble));
            else
                Calculate(l, Zero, what << 20 | (IsToOther(l.Instruction.Code) ? Source(l, 0) | F.ToOperand : Source(l, 1)));
        });
        table.Add(pops, l => Calculate(l, Zero, what << 20 | Source(l, 0) | F.ToOperand | F.Pops));
        table.Add(integer, l => Calculate(l, l.Read(0), what << 20 | Integer(l)));
    }

    private static void Calculate(Amd64Lowering l, Operand x, int number) => l.B.CallChecked(Amd64X87Plain.Arithmetic(number), x, Zero, number);

    private static bool IsToOther(Code code) => code is Code.Fadd_sti_st0 or Code.Fmul_sti_st0 or Code.Fsub_sti_st0 or Code.Fsubr_sti_st0 or Code.Fdiv_sti_st0 or Code.Fdivr_sti_st0;

    private static void Compare(Amd64InstructionTable table, Mnemonic mnemonic, int more)
    {
        table.Add(mnemonic, l =>
        {
            if (l.Instruction.OpCount == 0)
                CompareWith(l, F.FromRegister | 1 << 8 | more);
            else if (l.IsMemory(0))
                CompareWith(l, (l.BitsOf(0) == 32 ? F.FromSingle : F.FromDouble) | more);
            else
                CompareWith(l, Source(l, 1) | more);
        });
    }

    private static void CompareWith(Amd64Lowering l, int number)
    {
        l.B.CallChecked(F.Compare, l.Instruction.OpCount > 0 && l.IsMemory(0) ? l.Read(0) : Zero, Zero, number);
        if ((number & F.ToFlags) != 0)
            l.ForgetFlags();
    }

    // ---- all of it ------------------------------------------------------------------------------------------------------

    private static DataAddress At(DataAddress address, int offset) => address with { Displacement = address.Displacement + (ulong)offset };

    private static void StoreEnvironment(Amd64Lowering l, bool registers)
    {
        if (l.Instruction.Code is Code.Fnstenv_m14byte or Code.Fnsave_m94byte)
        {
            Amd64SystemInstructions.Illegal(l);
            return;
        }
        DataAddress address = l.AddressOnce();
        l.B.ProbeWrite(address, 4);     // the first word, then the last byte, as processors do
        l.B.ProbeWrite(At(address, registers ? 107 : 27), 1);
        for (int i = 0; i < 7; i++)
            l.B.Store(At(address, 4 * i), 4, l.B.Call(F.Environment, Zero, Zero, i));
        for (int i = 0; registers && i < 8; i++)
        {
            l.B.Store(At(address, 28 + 10 * i), 8, l.B.Call(F.Register, Zero, Zero, i << 8));
            l.B.Store(At(address, 36 + 10 * i), 2, l.B.Call(F.Register, Zero, Zero, i << 8 | F.Pops));
        }
        l.B.Call(registers ? F.Initialize : F.MaskAll, Zero, Zero);
    }

    private static void LoadEnvironment(Amd64Lowering l, bool registers)
    {
        if (l.Instruction.Code is Code.Fldenv_m14byte or Code.Frstor_m94byte)
        {
            Amd64SystemInstructions.Illegal(l);
            return;
        }
        DataAddress address = l.AddressOnce();
        l.B.Load(address, 4);       // the first word, then the last byte, as processors do
        l.B.Load(At(address, registers ? 107 : 27), 1);
        Span<Operand> words = stackalloc Operand[7], numbers = stackalloc Operand[16];
        for (int i = 0; i < 7; i++)
            words[i] = l.B.Load(At(address, 4 * i), 4);
        for (int i = 0; registers && i < 8; i++)
            (numbers[2 * i], numbers[2 * i + 1]) = (l.B.Load(At(address, 28 + 10 * i), 8), l.B.Load(At(address, 36 + 10 * i), 2));
        l.B.CallChecked(F.SetControl, words[0], words[1]);
        l.B.Call(F.SetTags, words[2], Zero);
        l.B.Set(LastInstruction, l.B.Copy(words[3]));
        l.B.Set(LastOpcode, l.B.Extract(words[4], 16, 0x7ff));
        l.B.Set(LastOperand, l.B.Copy(words[5]));
        for (int i = 0; registers && i < 8; i++)
            l.B.Call(F.SetRegister, numbers[2 * i], numbers[2 * i + 1], i);
    }

    private static void SaveAll(Amd64Lowering l, bool wide)
    {
        DataAddress address = Amd64SseInstructions.Aligned(l);
        l.B.ProbeWrite(At(address, Amd64FloatState.Bytes - 1), 1);      // the last byte first, as processors do
        l.B.ProbeWrite(address, Amd64FloatState.Bytes);
        Operand first = l.B.Or(l.B.Or(ControlWord, l.B.Binary(MicroCode.Shl, StatusWord, 16)), l.B.Or(l.B.Binary(MicroCode.Shl, Tags, 32), l.B.Binary(MicroCode.Shl, LastOpcode, 48)));
        l.B.Store(address, 8, first);
        l.B.Store(At(address, 8), 8, wide ? LastInstruction : l.B.ZeroExtend(LastInstruction, 32));
        l.B.Store(At(address, 16), 8, wide ? LastOperand : l.B.ZeroExtend(LastOperand, 32));
        l.B.Store(At(address, 24), 4, Mxcsr);
        l.B.Store(At(address, 28), 4, (ulong)Amd64FloatState.MxcsrMask);
        for (int i = 0; i < 8; i++)
        {
            l.B.Store(At(address, 32 + 16 * i), 8, l.B.Call(F.Register, Zero, Zero, i << 8));
            l.B.Store(At(address, 40 + 16 * i), 8, l.B.Call(F.Register, Zero, Zero, i << 8 | F.Pops));
        }
        for (int i = 0; i < (l.Bits == 64 ? 16 : 8); i++)
            l.B.Store128(At(address, 160 + 16 * i), Xmm(i));
    }

    private static void RestoreAll(Amd64Lowering l, bool wide)
    {
        DataAddress address = Amd64SseInstructions.Aligned(l);
        // Everything is read before anything is set; the last byte first, as processors do.
        l.B.Load(At(address, Amd64FloatState.Bytes - 1), 1);
        Operand first = l.B.Load(address, 8), instruction = l.B.Load(At(address, 8), wide ? 8 : 4), operand = l.B.Load(At(address, 16), wide ? 8 : 4), mxcsr = l.B.Load(At(address, 24), 4);
        Span<Operand> numbers = stackalloc Operand[16];
        for (int i = 0; i < 8; i++)
            (numbers[2 * i], numbers[2 * i + 1]) = (l.B.Load(At(address, 32 + 16 * i), 8), l.B.Load(At(address, 40 + 16 * i), 2));
        l.B.CallChecked(F.RestoreControl, first, mxcsr);
        l.B.Set(LastInstruction, l.B.Copy(instruction));
        l.B.Set(LastOperand, l.B.Copy(operand));
        for (int i = 0; i < 8; i++)
            l.B.Call(F.SetRegister, numbers[2 * i], numbers[2 * i + 1], i);
        for (int i = 0; i < (l.Bits == 64 ? 16 : 8); i++)
            l.B.Load128(Xmm(i), At(address, 160 + 16 * i));
    }
}
