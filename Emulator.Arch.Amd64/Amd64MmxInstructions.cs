using Emulator.Core.Execution;
using Iced.Intel;
using static Emulator.Arch.Amd64.Amd64Registers;
using F = Emulator.Arch.Amd64.Amd64FloatFunctions;
using Label = Emulator.Core.Execution.Label;
using V = Emulator.Arch.Amd64.Amd64VectorFunctions;

namespace Emulator.Arch.Amd64;

/// <summary>MMX: the vector instructions on the lower eight bytes, in the significands of x87's registers.</summary>
/// <remarks>Every one of them sets TOP to 0 and all tags to valid; what it writes gets an exponent of ones (Intel SDM volume 1, 9.6.2).</remarks>
internal static class Amd64MmxInstructions
{
    public static void AddTo(Amd64InstructionTable table)
    {
        table.Group("MMX");
        table.Add(Mnemonic.Emms, Leave);
        table.Add(Mnemonic.Pshufw, static l => Vector(l, V.ShuffleLow16, l.Instruction.Immediate8));
        table.Add(Mnemonic.Movntq, MoveGeneral);
        table.Add(Mnemonic.Movdq2q, static l => Set(l, 0, Amd64Registers.Xmm(l.Instruction.Op1Register - Register.XMM0)));
        table.Add(Mnemonic.Movq2dq, MoveToXmm);
        table.Add(Mnemonic.Cvtpi2ps, static l => l.B.Set(Xmm(l, 0), l.B.CallChecked(F.IntegersToSingles, Integers(l), Zero)));
        table.Add(Mnemonic.Cvtpi2pd, static l => l.B.CallChecked(F.IntegersToPacked64, Integers(l), Zero, Xmm(l, 0).Number));
        table.Add(Mnemonic.Cvtps2pi, static l => Set(l, 0, l.B.CallChecked(F.SinglesToIntegers, Singles(l), Zero)));
        table.Add(Mnemonic.Cvttps2pi, static l => Set(l, 0, l.B.CallChecked(F.SinglesToIntegers, Singles(l), Zero, 1)));
        table.Add(Mnemonic.Cvtpd2pi, static l => FromDoubles(l, 0));
        table.Add(Mnemonic.Cvttpd2pi, static l => FromDoubles(l, 1));
        table.Add(Mnemonic.Maskmovq, static l => StoreMasked(l, 8));
        table.Add(Mnemonic.Maskmovdqu, static l => StoreMasked(l, 16));
    }

    private static bool IsMmx(Amd64Lowering l, int operand) => l.IsRegister(operand) && l.Instruction.GetOpRegister(operand).IsMM();

    private static Slot Mmx(Amd64Lowering l, int operand) => X87(l.Instruction.GetOpRegister(operand) - Register.MM0);

    private static void Enter(Amd64Lowering l) => l.B.CallChecked(Amd64X87Functions.EnterMmx, Zero, Zero);

    private static void Leave(Amd64Lowering l)
    {
        Enter(l);
        l.B.Set(Tags, 0);
    }

    private static void Set(Amd64Lowering l, int operand, Operand x)
    {
        x = l.B.Copy(x);
        Enter(l);
        l.B.Set(Mmx(l, operand), x);
        l.B.Set(Mmx(l, operand).Next(), 0xffff);
    }

    /// <summary>MOVD and MOVQ.</summary>
    public static void MoveGeneral(Amd64Lowering l)
    {
        if (IsMmx(l, 0))
        {
            Set(l, 0, IsMmx(l, 1) ? Mmx(l, 1) : l.ReadZeroExtended(1));
            return;
        }
        if (l.IsMemory(0))
        {
            DataAddress address = l.AddressOnce();
            int bytes = l.BitsOf(0) / 8;
            l.B.ProbeWrite(address, bytes);
            Enter(l);
            l.B.Store(address, bytes, Mmx(l, 1));
            return;
        }
        Enter(l);
        l.WriteRegister(0, l.B.ZeroExtend(Mmx(l, 1), l.BitsOf(0)));
    }

    /// <summary>PMOVMSKB.</summary>
    public static void MoveSigns(Amd64Lowering l)
    {
        Enter(l);
        l.WriteRegister(0, l.B.Call(V.SignsOf8, Mmx(l, 1), 0));
    }

    /// <summary>PEXTRW.</summary>
    public static void ExtractWord(Amd64Lowering l)
    {
        Enter(l);
        l.WriteRegister(0, l.B.Extract(Mmx(l, 1), 16 * (l.Instruction.Immediate8 & 3), 0xffff));
    }

    /// <summary>PINSRW.</summary>
    public static void InsertWord(Amd64Lowering l)
    {
        int shift = 16 * (l.Instruction.Immediate8 & 3);
        Operand x = l.B.Copy(l.IsMemory(1) ? l.B.Load(l.Address(), 2) : l.Read(1));
        Enter(l);
        l.B.Deposit(Mmx(l, 0), x, shift, 0xffffUL << shift);
        l.B.Set(Mmx(l, 0).Next(), 0xffff);
    }

    private static Slot Xmm(Amd64Lowering l, int operand) => Amd64Registers.Xmm(l.Instruction.GetOpRegister(operand) - Register.XMM0);

    /// <summary>Two integers; those in memory have nothing to do with MMX.</summary>
    private static Operand Integers(Amd64Lowering l)
    {
        if (!IsMmx(l, 1))
            return l.B.Load(l.Address(), 8);
        Enter(l);
        return Mmx(l, 1);
    }

    private static Operand Singles(Amd64Lowering l) => l.IsMemory(1) ? l.B.Load(l.Address(), 8) : Xmm(l, 1);

    private static void FromDoubles(Amd64Lowering l, int truncates)
    {
        Slot y = l.IsMemory(1) ? l.B.Load128(Amd64SseInstructions.Aligned(l)) : Xmm(l, 1);
        Set(l, 0, l.B.CallChecked(F.DoublesToIntegers, y, y.Next(), truncates));
    }

    /// <summary>MASKMOVQ and MASKMOVDQU: the bytes whose mask has its highest bit set, where RDI points.</summary>
    private static void StoreMasked(Amd64Lowering l, int bytes)
    {
        bool wide = bytes == 16;
        if (!wide)
            Enter(l);
        int width = l.Instruction.Op0Kind switch { OpKind.MemorySegDI => 16, OpKind.MemorySegEDI => 32, _ => 64 };
        Operand at = width == l.Bits ? Rdi : l.B.ZeroExtend(Rdi, width);
        if (Amd64Lowering.SegmentBase(l.Instruction.MemorySegment) is { } segment)
            at = l.B.Add(at, segment);
        Slot data = wide ? Xmm(l, 1) : Mmx(l, 1), mask = wide ? Xmm(l, 2) : Mmx(l, 2);
        for (int i = 0; i < bytes; i++)
        {
            Label not = l.B.NewLabel();
            l.B.BranchIfNone(mask.Next(i / 8), 0x80UL << 8 * (i % 8), not);
            l.B.Store(new DataAddress(at, (ulong)i), 1, l.B.Extract(data.Next(i / 8), 8 * (i % 8), 0xff));
            l.B.Bind(not);
        }
    }

    private static void MoveToXmm(Amd64Lowering l)
    {
        Slot d = Amd64Registers.Xmm(l.Instruction.Op0Register - Register.XMM0);
        Enter(l);
        l.B.Set(d, Mmx(l, 1));
        l.B.Set(d.Next(), 0);
    }

    /// <summary>An operation that XMM registers have, too.</summary>
    public static void Vector(Amd64Lowering l, VectorFunction function, int number)
    {
        Slot x = l.B.Scratch(2), y = l.B.Scratch(2), result = l.B.Scratch(2);
        bool immediate = l.Instruction.Op1Kind == OpKind.Immediate8;
        Mnemonic mnemonic = l.Instruction.Mnemonic;
        // Half of a vector of 16 bytes: packs take both operands from one, high halves lie where low ones do.
        bool packs = mnemonic is Mnemonic.Packsswb or Mnemonic.Packssdw or Mnemonic.Packuswb;
        bool high = mnemonic is Mnemonic.Punpckhbw or Mnemonic.Punpckhwd or Mnemonic.Punpckhdq;
        bool low = mnemonic is Mnemonic.Punpcklbw or Mnemonic.Punpcklwd or Mnemonic.Punpckldq;
        Operand source = immediate ? 0 : IsMmx(l, 1) ? Mmx(l, 1) : l.B.Load(l.Address(), low ? 4 : 8);
        l.B.Set(y, source);
        Enter(l);
        l.B.Set(x, Mmx(l, 0));
        if (packs)
            l.B.Set(x.Next(), y);
        else
            l.B.Set(x.Next(), 0);
        l.B.Set(y.Next(), 0);
        if (high)
        {
            VectorFunction lower = mnemonic switch { Mnemonic.Punpckhbw => V.UnpackLow8, Mnemonic.Punpckhwd => V.UnpackLow16, _ => V.UnpackLow32 };
            l.B.CallVector(lower, result, x, y, number);
        }
        else
        {
            l.B.CallVector(function, result, x, y, number);
        }
        l.B.Emit(MicroCode.Move, Mmx(l, 0), high ? result.Next() : result, result);
        l.B.Set(Mmx(l, 0).Next(), 0xffff);
    }
}
