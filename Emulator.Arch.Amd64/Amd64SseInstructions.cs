using Emulator.Core.Execution;
using Iced.Intel;
using static Emulator.Arch.Amd64.Amd64Registers;
using F = Emulator.Arch.Amd64.Amd64FloatFunctions;
using Label = Emulator.Core.Execution.Label;
using O = Emulator.Arch.Amd64.Amd64FloatOperations;
using V = Emulator.Arch.Amd64.Amd64VectorFunctions;

namespace Emulator.Arch.Amd64;

/// <summary>SSE and SSE2 on XMM registers.</summary>
/// <remarks>Operands of 16 bytes in memory have to be aligned, save for the moves that say otherwise: #GP.</remarks>
internal static class Amd64SseInstructions
{
    private const ulong LowerHalf = 0xffff_ffff;

    public static void AddTo(Amd64InstructionTable table)
    {
        table.Group("SSE and SSE2: moves");
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Movaps, Mnemonic.Movapd, Mnemonic.Movdqa, Mnemonic.Movntps, Mnemonic.Movntpd, Mnemonic.Movntdq])
            table.Add(mnemonic, static l => Move(l, aligned: true));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Movups, Mnemonic.Movupd, Mnemonic.Movdqu])
            table.Add(mnemonic, static l => Move(l, aligned: false));
        table.Add(Mnemonic.Movss, MoveSingle);
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Movlps, Mnemonic.Movlpd])
            table.Add(mnemonic, static l => MoveHalf(l, 0));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Movhps, Mnemonic.Movhpd])
            table.Add(mnemonic, static l => MoveHalf(l, 1));
        table.Add(Mnemonic.Movhlps, static l => l.B.Set(Xmm(l, 0), Xmm(l, 1).Next()));
        table.Add(Mnemonic.Movlhps, static l => l.B.Set(Xmm(l, 0).Next(), Xmm(l, 1)));
        table.Add(Mnemonic.Movd, MoveGeneral);
        table.Add(Mnemonic.Movq, MoveQuadword);
        table.Add(Mnemonic.Movnti, static l => l.Write(0, l.Read(1)));
        table.Add(Mnemonic.Movmskps, static l => l.WriteRegister(0, l.B.Call(V.SignsOf32, Xmm(l, 1), Xmm(l, 1).Next())));
        table.Add(Mnemonic.Movmskpd, MoveSigns64);
        table.Add(Mnemonic.Pmovmskb, MoveSigns8);
        table.Add(Mnemonic.Pextrw, ExtractWord);
        table.Add(Mnemonic.Pinsrw, InsertWord);
        table.Add(Mnemonic.Ldmxcsr, static l => l.B.CallChecked(F.LoadControl, l.Read(0), 0));
        table.Add(Mnemonic.Stmxcsr, static l => l.Write(0, Mxcsr));

        table.Group("SSE and SSE2: floating point");
        Arithmetic<O.Add>(table, Mnemonic.Addss, Mnemonic.Addsd, Mnemonic.Addps, Mnemonic.Addpd);
        Arithmetic<O.Subtract>(table, Mnemonic.Subss, Mnemonic.Subsd, Mnemonic.Subps, Mnemonic.Subpd);
        Arithmetic<O.Multiply>(table, Mnemonic.Mulss, Mnemonic.Mulsd, Mnemonic.Mulps, Mnemonic.Mulpd);
        Arithmetic<O.Divide>(table, Mnemonic.Divss, Mnemonic.Divsd, Mnemonic.Divps, Mnemonic.Divpd);
        Arithmetic<O.Minimum>(table, Mnemonic.Minss, Mnemonic.Minsd, Mnemonic.Minps, Mnemonic.Minpd);
        Arithmetic<O.Maximum>(table, Mnemonic.Maxss, Mnemonic.Maxsd, Mnemonic.Maxps, Mnemonic.Maxpd);
        Arithmetic<O.SquareRoot>(table, Mnemonic.Sqrtss, Mnemonic.Sqrtsd, Mnemonic.Sqrtps, Mnemonic.Sqrtpd);
        table.Add(Mnemonic.Cmpss, static l => Scalar(l, F.Scalar32<O.Compare>, 4));
        table.Add(Mnemonic.Cmpps, static l => Packed(l, F.Packed32<O.Compare>));
        table.Add(Mnemonic.Cmppd, static l => Packed(l, F.Packed64<O.Compare>));
        table.Add(Mnemonic.Rcpss, static l => Scalar(l, F.Scalar32<O.Reciprocal>, 4));
        table.Add(Mnemonic.Rcpps, static l => Packed(l, F.Packed32<O.Reciprocal>));
        table.Add(Mnemonic.Rsqrtss, static l => Scalar(l, F.Scalar32<O.ReciprocalSquareRoot>, 4));
        table.Add(Mnemonic.Rsqrtps, static l => Packed(l, F.Packed32<O.ReciprocalSquareRoot>));
        table.Add(Mnemonic.Comiss, static l => CompareToFlags(l, F.CompareFlags32, 4, 1));
        table.Add(Mnemonic.Ucomiss, static l => CompareToFlags(l, F.CompareFlags32, 4, 0));
        table.Add(Mnemonic.Comisd, static l => CompareToFlags(l, F.CompareFlags64, 8, 1));
        table.Add(Mnemonic.Ucomisd, static l => CompareToFlags(l, F.CompareFlags64, 8, 0));
        table.Add(Mnemonic.Cvtsi2sd, static l => l.B.Set(Xmm(l, 0), l.B.CallChecked(F.FromInteger64, l.Read(1), 0, l.BitsOf(1))));
        table.Add(Mnemonic.Cvtsi2ss, static l => l.B.Set(Xmm(l, 0), l.B.CallChecked(F.FromInteger32, l.Read(1), Xmm(l, 0), l.BitsOf(1))));
        table.Add(Mnemonic.Cvtsd2si, static l => ToInteger(l, F.ToInteger64, 8, truncates: false));
        table.Add(Mnemonic.Cvttsd2si, static l => ToInteger(l, F.ToInteger64, 8, truncates: true));
        table.Add(Mnemonic.Cvtss2si, static l => ToInteger(l, F.ToInteger32, 4, truncates: false));
        table.Add(Mnemonic.Cvttss2si, static l => ToInteger(l, F.ToInteger32, 4, truncates: true));
        table.Add(Mnemonic.Cvtsd2ss, static l => l.B.Set(Xmm(l, 0), l.B.CallChecked(F.Narrow, Low(l, 1, 8), Xmm(l, 0))));
        table.Add(Mnemonic.Cvtss2sd, static l => l.B.Set(Xmm(l, 0), l.B.CallChecked(F.Widen, Low(l, 1, 4), 0)));
        table.Add(Mnemonic.Cvtpd2ps, static l => Convert(l, F.NarrowPacked, 16));
        table.Add(Mnemonic.Cvtps2pd, static l => Convert(l, F.WidenPacked, 8));
        table.Add(Mnemonic.Cvtdq2pd, static l => Convert(l, F.IntegersToPacked64, 8));
        table.Add(Mnemonic.Cvtdq2ps, static l => Convert(l, F.IntegersToPacked32, 16));
        table.Add(Mnemonic.Cvtps2dq, static l => Convert(l, F.Packed32ToIntegers, 16));
        table.Add(Mnemonic.Cvttps2dq, static l => Convert(l, F.Packed32ToIntegers, 16, 1));
        table.Add(Mnemonic.Cvtpd2dq, static l => Convert(l, F.Packed64ToIntegers, 16));
        table.Add(Mnemonic.Cvttpd2dq, static l => Convert(l, F.Packed64ToIntegers, 16, 1));

        table.Group("SSE and SSE2: vectors");
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Andps, Mnemonic.Andpd, Mnemonic.Pand])
            table.Add(mnemonic, static l => Vector(l, V.And));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Andnps, Mnemonic.Andnpd, Mnemonic.Pandn])
            table.Add(mnemonic, static l => Vector(l, V.AndNot));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Orps, Mnemonic.Orpd, Mnemonic.Por])
            table.Add(mnemonic, static l => Vector(l, V.Or));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Xorps, Mnemonic.Xorpd, Mnemonic.Pxor])
            table.Add(mnemonic, ExclusiveOr);
        AddVector(table, Mnemonic.Paddb, V.Add8);
        AddVector(table, Mnemonic.Paddw, V.Add16);
        AddVector(table, Mnemonic.Paddd, V.Add32);
        AddVector(table, Mnemonic.Paddq, V.Add64);
        AddVector(table, Mnemonic.Psubb, V.Subtract8);
        AddVector(table, Mnemonic.Psubw, V.Subtract16);
        AddVector(table, Mnemonic.Psubd, V.Subtract32);
        AddVector(table, Mnemonic.Psubq, V.Subtract64);
        AddVector(table, Mnemonic.Paddsb, V.AddSaturated8);
        AddVector(table, Mnemonic.Paddsw, V.AddSaturated16);
        AddVector(table, Mnemonic.Paddusb, V.AddSaturatedUnsigned8);
        AddVector(table, Mnemonic.Paddusw, V.AddSaturatedUnsigned16);
        AddVector(table, Mnemonic.Psubsb, V.SubtractSaturated8);
        AddVector(table, Mnemonic.Psubsw, V.SubtractSaturated16);
        AddVector(table, Mnemonic.Psubusb, V.SubtractSaturatedUnsigned8);
        AddVector(table, Mnemonic.Psubusw, V.SubtractSaturatedUnsigned16);
        AddVector(table, Mnemonic.Pcmpeqb, V.Equal8);
        AddVector(table, Mnemonic.Pcmpeqw, V.Equal16);
        AddVector(table, Mnemonic.Pcmpeqd, V.Equal32);
        AddVector(table, Mnemonic.Pcmpgtb, V.Greater8);
        AddVector(table, Mnemonic.Pcmpgtw, V.Greater16);
        AddVector(table, Mnemonic.Pcmpgtd, V.Greater32);
        AddVector(table, Mnemonic.Pminub, V.MinimumUnsigned8);
        AddVector(table, Mnemonic.Pmaxub, V.MaximumUnsigned8);
        AddVector(table, Mnemonic.Pminsw, V.Minimum16);
        AddVector(table, Mnemonic.Pmaxsw, V.Maximum16);
        AddVector(table, Mnemonic.Pmullw, V.MultiplyLow16);
        AddVector(table, Mnemonic.Pmulhw, V.MultiplyHigh16);
        AddVector(table, Mnemonic.Pmulhuw, V.MultiplyHighUnsigned16);
        AddVector(table, Mnemonic.Pmuludq, V.MultiplyEven32);
        AddVector(table, Mnemonic.Pmaddwd, V.MultiplyAdd16);
        AddVector(table, Mnemonic.Pavgb, V.Average8);
        AddVector(table, Mnemonic.Pavgw, V.Average16);
        AddVector(table, Mnemonic.Psadbw, V.SumOfDifferences);
        AddVector(table, Mnemonic.Packsswb, V.Pack16To8);
        AddVector(table, Mnemonic.Packssdw, V.Pack32To16);
        AddVector(table, Mnemonic.Packuswb, V.Pack16To8Unsigned);
        AddVector(table, Mnemonic.Punpcklbw, V.UnpackLow8);
        AddVector(table, Mnemonic.Punpckhbw, V.UnpackHigh8);
        AddVector(table, Mnemonic.Punpcklwd, V.UnpackLow16);
        AddVector(table, Mnemonic.Punpckhwd, V.UnpackHigh16);
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Punpckldq, Mnemonic.Unpcklps])
            table.Add(mnemonic, static l => Vector(l, V.UnpackLow32));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Punpckhdq, Mnemonic.Unpckhps])
            table.Add(mnemonic, static l => Vector(l, V.UnpackHigh32));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Punpcklqdq, Mnemonic.Unpcklpd])
            table.Add(mnemonic, static l => l.B.Set(Xmm(l, 0).Next(), Operand128(l, 1)));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Punpckhqdq, Mnemonic.Unpckhpd])
            table.Add(mnemonic, UnpackHigh64);
        table.Add(Mnemonic.Pshufd, static l => Vector(l, V.Shuffle32, l.Instruction.Immediate8));
        table.Add(Mnemonic.Pshuflw, static l => Vector(l, V.ShuffleLow16, l.Instruction.Immediate8));
        table.Add(Mnemonic.Pshufhw, static l => Vector(l, V.ShuffleHigh16, l.Instruction.Immediate8));
        table.Add(Mnemonic.Shufps, static l => Vector(l, V.ShuffleSingles, l.Instruction.Immediate8));
        table.Add(Mnemonic.Shufpd, ShuffleDoubles);
        AddShift(table, Mnemonic.Psllw, V.ShiftLeft16);
        AddShift(table, Mnemonic.Pslld, V.ShiftLeft32);
        AddShift(table, Mnemonic.Psllq, V.ShiftLeft64);
        AddShift(table, Mnemonic.Psrlw, V.ShiftRight16);
        AddShift(table, Mnemonic.Psrld, V.ShiftRight32);
        AddShift(table, Mnemonic.Psrlq, V.ShiftRight64);
        AddShift(table, Mnemonic.Psraw, V.ShiftArithmetic16);
        AddShift(table, Mnemonic.Psrad, V.ShiftArithmetic32);
        AddShift(table, Mnemonic.Pslldq, V.ShiftBytesLeft);
        AddShift(table, Mnemonic.Psrldq, V.ShiftBytesRight);
    }

    /// <summary>MOVSD and CMPSD, whose names string instructions have, too.</summary>
    public static void MoveDouble(Amd64Lowering l)
    {
        if (l.IsMemory(0))
        {
            l.B.Store(l.Address(), 8, Xmm(l, 1));
            return;
        }
        Slot d = Xmm(l, 0);
        if (l.IsMemory(1))
        {
            l.B.Set(d, l.B.Load(l.Address(), 8));
            l.B.Set(d.Next(), 0);
            return;
        }
        l.B.Set(d, Xmm(l, 1));
    }

    /// <inheritdoc cref="MoveDouble"/>
    public static void CompareDouble(Amd64Lowering l) => Scalar(l, F.Scalar64<O.Compare>, 8);

    private static void Arithmetic<TOperation>(Amd64InstructionTable table, Mnemonic single, Mnemonic @double, Mnemonic singles, Mnemonic doubles)
        where TOperation : struct, IFloatOperation
    {
        table.Add(single, static l => Scalar(l, F.Scalar32<TOperation>, 4));
        table.Add(@double, static l => Scalar(l, F.Scalar64<TOperation>, 8, TOperation.Host64));
        table.Add(singles, static l => Packed(l, F.Packed32<TOperation>));
        table.Add(doubles, static l => Packed(l, F.Packed64<TOperation>));
    }

    private static void AddVector(Amd64InstructionTable table, Mnemonic mnemonic, VectorFunction function) => table.Add(mnemonic, l => Vector(l, function));

    private static void AddShift(Amd64InstructionTable table, Mnemonic mnemonic, VectorFunction function) =>
        table.Add(mnemonic, l => Vector(l, function, l.Instruction.Op1Kind == OpKind.Immediate8 ? l.Instruction.Immediate8 : -1));

    // ---- operands -------------------------------------------------------------------------------------------------------

    private static Slot Xmm(Amd64Lowering l, int operand) => Amd64Registers.Xmm(l.Instruction.GetOpRegister(operand) - Register.XMM0);

    private static bool IsXmm(Amd64Lowering l, int operand) => l.IsRegister(operand) && l.Instruction.GetOpRegister(operand).IsXMM();

    /// <summary>The lower bytes of a vector, or a number in memory.</summary>
    private static Operand Low(Amd64Lowering l, int operand, int bytes) => l.IsMemory(operand) ? l.B.Load(l.Address(), bytes) : Xmm(l, operand);

    /// <summary>A vector, in a register or in memory that has to be aligned.</summary>
    private static Slot Operand128(Amd64Lowering l, int operand)
    {
        if (!l.IsMemory(operand))
            return Xmm(l, operand);
        DataAddress address = Aligned(l);
        return l.B.Load128(address);
    }

    /// <summary>The memory operand's address, which is a multiple of 16 or traps.</summary>
    public static DataAddress Aligned(Amd64Lowering l)
    {
        DataAddress address = l.AddressOnce();
        Label aligned = l.B.NewLabel();
        if (address.Base == (Operand)Zero)
        {
            if ((address.Displacement & 15) != 0)
                l.B.StopAt(CpuStopKind.Trap, Amd64Traps.GeneralProtection);
            return address;
        }
        address = new DataAddress(l.B.AddressOf(address), 0);
        l.B.BranchIfNone(address.Base, 15, aligned);
        l.B.StopAt(CpuStopKind.Trap, Amd64Traps.GeneralProtection);
        l.B.Bind(aligned);
        return address;
    }

    // ---- moves ----------------------------------------------------------------------------------------------------------

    private static void Move(Amd64Lowering l, bool aligned)
    {
        if (l.IsMemory(0))
        {
            l.B.Store128(aligned ? Aligned(l) : l.Address(), Xmm(l, 1));
        }
        else if (l.IsMemory(1))
        {
            l.B.Load128(Xmm(l, 0), aligned ? Aligned(l) : l.Address());
        }
        else
        {
            l.B.Set(Xmm(l, 0), Xmm(l, 1));
            l.B.Set(Xmm(l, 0).Next(), Xmm(l, 1).Next());
        }
    }

    private static void MoveSingle(Amd64Lowering l)
    {
        if (l.IsMemory(0))
        {
            l.B.Store(l.Address(), 4, Xmm(l, 1));
            return;
        }
        Slot d = Xmm(l, 0);
        if (l.IsMemory(1))
        {
            l.B.Set(d, l.B.Load(l.Address(), 4));
            l.B.Set(d.Next(), 0);
            return;
        }
        l.B.Deposit(d, Xmm(l, 1), 0, LowerHalf);
    }

    private static void MoveHalf(Amd64Lowering l, int half)
    {
        if (l.IsMemory(0))
            l.B.Store(l.Address(), 8, Xmm(l, 1).Next(half));
        else
            l.B.Set(Xmm(l, 0).Next(half), l.B.Load(l.Address(), 8));
    }

    private static void MoveGeneral(Amd64Lowering l)
    {
        if (IsXmm(l, 0))
        {
            l.B.Set(Xmm(l, 0), l.ReadZeroExtended(1));
            l.B.Set(Xmm(l, 0).Next(), 0);
        }
        else if (IsXmm(l, 1))
        {
            if (l.IsMemory(0))
                l.B.Store(l.Address(), l.BitsOf(0) / 8, Xmm(l, 1));
            else
                l.WriteRegister(0, l.B.ZeroExtend(Xmm(l, 1), l.BitsOf(0)));
        }
        else
        {
            Amd64MmxInstructions.MoveGeneral(l);
        }
    }

    private static void MoveQuadword(Amd64Lowering l)
    {
        if (!IsXmm(l, 0) && !IsXmm(l, 1))
        {
            Amd64MmxInstructions.MoveGeneral(l);
            return;
        }
        if (l.IsMemory(0))
        {
            l.B.Store(l.Address(), 8, Xmm(l, 1));
        }
        else if (!IsXmm(l, 0))
        {
            l.WriteRegister(0, Xmm(l, 1));
        }
        else
        {
            l.B.Set(Xmm(l, 0), IsXmm(l, 1) ? Xmm(l, 1) : l.Read(1));
            l.B.Set(Xmm(l, 0).Next(), 0);
        }
    }

    private static void MoveSigns64(Amd64Lowering l)
    {
        Operand low = l.B.Binary(MicroCode.Shr, Xmm(l, 1), 63), high = l.B.Extract(Xmm(l, 1).Next(), 62, 2);
        l.WriteRegister(0, l.B.Or(low, high));
    }

    private static void MoveSigns8(Amd64Lowering l)
    {
        if (IsXmm(l, 1))
            l.WriteRegister(0, l.B.Call(V.SignsOf8, Xmm(l, 1), Xmm(l, 1).Next()));
        else
            Amd64MmxInstructions.MoveSigns(l);
    }

    private static void ExtractWord(Amd64Lowering l)
    {
        if (!IsXmm(l, 1))
        {
            Amd64MmxInstructions.ExtractWord(l);
            return;
        }
        if (l.IsMemory(0))
        {
            Amd64SystemInstructions.Illegal(l);     // SSE4.1
            return;
        }
        int word = l.Instruction.Immediate8 & 7;
        l.WriteRegister(0, l.B.Extract(Xmm(l, 1).Next(word >> 2), 16 * (word & 3), 0xffff));
    }

    private static void InsertWord(Amd64Lowering l)
    {
        if (!IsXmm(l, 0))
        {
            Amd64MmxInstructions.InsertWord(l);
            return;
        }
        int word = l.Instruction.Immediate8 & 7, shift = 16 * (word & 3);
        Operand x = l.IsMemory(1) ? l.B.Load(l.Address(), 2) : l.Read(1);
        l.B.Deposit(Xmm(l, 0).Next(word >> 2), x, shift, 0xffffUL << shift);
    }

    // ---- floating point -------------------------------------------------------------------------------------------------

    private static void Scalar(Amd64Lowering l, StateFunction function, int bytes, MicroCode host = MicroCode.Undefined)
    {
        Slot d = Xmm(l, 0);
        Operand y = Low(l, 1, bytes);
        l.B.Set(d, host == MicroCode.Undefined
            ? l.B.CallChecked(function, d, y, l.Instruction.OpCount == 3 ? l.Instruction.Immediate8 & 7 : 0)
            : l.B.CallFloat(host, Amd64FloatUnit.HostRule, function, d, y));
    }

    private static void Packed(Amd64Lowering l, StateFunction function)
    {
        Slot y = Operand128(l, 1);
        int number = l.Instruction.OpCount == 3 ? l.Instruction.Immediate8 & 7 : 0;
        l.B.CallChecked(function, y, y.Next(), Xmm(l, 0).Number | number << 16);
    }

    private static void CompareToFlags(Amd64Lowering l, StateFunction function, int bytes, int signaling) =>
        l.SetFlags(Amd64Flags.Explicit, 64, l.B.CallChecked(function, Xmm(l, 0), Low(l, 1, bytes), signaling), 0);

    private static void ToInteger(Amd64Lowering l, StateFunction function, int bytes, bool truncates) =>
        l.WriteRegister(0, l.B.CallChecked(function, Low(l, 1, bytes), 0, l.BitsOf(0) | (truncates ? 0x100 : 0)));

    private static void Convert(Amd64Lowering l, StateFunction function, int bytes, int number = 0)
    {
        int d = Xmm(l, 0).Number | number << 16;
        if (bytes == 16)
        {
            Slot y = Operand128(l, 1);
            l.B.CallChecked(function, y, y.Next(), d);
            return;
        }
        l.B.CallChecked(function, Low(l, 1, bytes), 0, d);
    }

    // ---- vectors --------------------------------------------------------------------------------------------------------

    private static void Vector(Amd64Lowering l, VectorFunction function, int number = 0)
    {
        if (!IsXmm(l, 0))
        {
            Amd64MmxInstructions.Vector(l, function, number);
            return;
        }
        Slot y = l.Instruction.Op1Kind == OpKind.Immediate8 ? Xmm(l, 0) : Operand128(l, 1);
        l.B.CallVector(function, Xmm(l, 0), Xmm(l, 0), y, number);
    }

    private static void ExclusiveOr(Amd64Lowering l)
    {
        if (IsXmm(l, 0) && IsXmm(l, 1) && Xmm(l, 0) == Xmm(l, 1))
        {
            l.B.Set(Xmm(l, 0), 0);
            l.B.Set(Xmm(l, 0).Next(), 0);
            return;
        }
        Vector(l, V.Xor);
    }

    private static void UnpackHigh64(Amd64Lowering l)
    {
        Slot y = Operand128(l, 1);
        l.B.Set(Xmm(l, 0), Xmm(l, 0).Next());
        l.B.Set(Xmm(l, 0).Next(), y.Next());
    }

    private static void ShuffleDoubles(Amd64Lowering l)
    {
        Slot d = Xmm(l, 0), y = Operand128(l, 1);
        int which = l.Instruction.Immediate8;
        Operand high = l.B.Copy(y.Next(which >> 1 & 1));
        l.B.Set(d, d.Next(which & 1));
        l.B.Emit(MicroCode.Move, d.Next(), high.Slot, high.Slot);
    }
}
