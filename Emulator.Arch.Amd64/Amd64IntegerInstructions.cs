using Emulator.Core.Execution;
using Iced.Intel;
using static Emulator.Arch.Amd64.Amd64Registers;
using Label = Emulator.Core.Execution.Label;

namespace Emulator.Arch.Amd64;

/// <summary>Moves, arithmetic, logic, multiplication and division, the stack.</summary>
/// <remarks>Source: Intel SDM volume 2; AMD64 Architecture Programmer's Manual volume 3.</remarks>
internal static class Amd64IntegerInstructions
{
    public static void AddTo(Amd64InstructionTable table)
    {
        table.Group("Moves");
        table.Add(Mnemonic.Mov, Move);
        table.Add(Mnemonic.Movzx, static l => l.WriteRegister(0, l.ReadZeroExtended(1)));
        table.Add(Mnemonic.Movsx, MoveSignExtended);
        table.Add(Mnemonic.Movsxd, MoveSignExtended);
        table.Add(Mnemonic.Lea, LoadAddress);
        table.Add(Mnemonic.Xchg, Exchange);
        table.Add(Mnemonic.Bswap, SwapBytes);
        table.Add(Mnemonic.Cbw, static l => l.WriteRegister(Register.AX, l.B.SignExtend(Rax, 8)));
        table.Add(Mnemonic.Cwde, static l => l.WriteRegister(Register.EAX, l.B.ZeroExtend(l.B.SignExtend(Rax, 16), 32)));
        table.Add(Mnemonic.Cdqe, static l => l.WriteRegister(Register.RAX, l.B.SignExtend(Rax, 32)));
        table.Add(Mnemonic.Cwd, static l => l.WriteRegister(Register.DX, l.B.Binary(MicroCode.Sar, l.B.SignExtend(Rax, 16), 15)));
        table.Add(Mnemonic.Cdq, static l => l.WriteRegister(Register.EDX, l.B.Binary(MicroCode.Sar32, Rax, 31)));
        table.Add(Mnemonic.Cqo, static l => l.WriteRegister(Register.RDX, l.B.Binary(MicroCode.Sar, Rax, 63)));
        table.Add(Mnemonic.Xlatb, Translate);
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Cmovo, Mnemonic.Cmovno, Mnemonic.Cmovb, Mnemonic.Cmovae, Mnemonic.Cmove, Mnemonic.Cmovne,
            Mnemonic.Cmovbe, Mnemonic.Cmova, Mnemonic.Cmovs, Mnemonic.Cmovns, Mnemonic.Cmovp, Mnemonic.Cmovnp, Mnemonic.Cmovl, Mnemonic.Cmovge, Mnemonic.Cmovle, Mnemonic.Cmovg])
            table.Add(mnemonic, MoveIf);
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Seto, Mnemonic.Setno, Mnemonic.Setb, Mnemonic.Setae, Mnemonic.Sete, Mnemonic.Setne,
            Mnemonic.Setbe, Mnemonic.Seta, Mnemonic.Sets, Mnemonic.Setns, Mnemonic.Setp, Mnemonic.Setnp, Mnemonic.Setl, Mnemonic.Setge, Mnemonic.Setle, Mnemonic.Setg])
            table.Add(mnemonic, static l => l.Write(0, l.Test(l.Instruction.ConditionCode)));

        table.Group("Arithmetic and logic");
        table.Add(Mnemonic.Add, static l => Combine(l, MicroCode.Add, MicroCode.AddFlags, Amd64Flags.Add));
        table.Add(Mnemonic.Sub, static l => Combine(l, MicroCode.Sub, MicroCode.SubFlags, Amd64Flags.Subtract));
        table.Add(Mnemonic.And, static l => Combine(l, MicroCode.And, MicroCode.AndFlags, Amd64Flags.Logic));
        table.Add(Mnemonic.Or, static l => Combine(l, MicroCode.Or, MicroCode.OrFlags, Amd64Flags.Logic));
        table.Add(Mnemonic.Xor, static l => Combine(l, MicroCode.Xor, MicroCode.XorFlags, Amd64Flags.Logic));
        table.Add(Mnemonic.Adc, static l => CombineWithCarry(l, MicroCode.Add, Amd64Flags.Add));
        table.Add(Mnemonic.Sbb, static l => CombineWithCarry(l, MicroCode.Sub, Amd64Flags.Subtract));
        table.Add(Mnemonic.Cmp, Compare);
        table.Add(Mnemonic.Test, Test);
        table.Add(Mnemonic.Inc, static l => Step(l, 1, Amd64Flags.Increment));
        table.Add(Mnemonic.Dec, static l => Step(l, ulong.MaxValue, Amd64Flags.Decrement));
        table.Add(Mnemonic.Neg, Negate);
        table.Add(Mnemonic.Not, Not);
        table.Add(Mnemonic.Xadd, ExchangeAndAdd);
        table.Add(Mnemonic.Cmpxchg, CompareAndExchange);
        table.Add(Mnemonic.Cmpxchg8b, CompareAndExchange8Bytes);
        table.Add(Mnemonic.Cmpxchg16b, CompareAndExchange16Bytes);

        table.Group("Multiplication and division");
        table.Add(Mnemonic.Imul, MultiplySigned);
        table.Add(Mnemonic.Mul, static l => MultiplyWide(l, signed: false));
        table.Add(Mnemonic.Div, static l => Divide(l, signed: false));
        table.Add(Mnemonic.Idiv, static l => Divide(l, signed: true));

        table.Group("Stack");
        table.Add(Mnemonic.Push, Push);
        table.Add(Mnemonic.Pop, Pop);
        table.Add(Mnemonic.Pushf, static l => PushFlags(l, 2));
        table.Add(Mnemonic.Pushfd, static l => PushFlags(l, 4));
        table.Add(Mnemonic.Pushfq, static l => PushFlags(l, 8));
        table.Add(Mnemonic.Popf, static l => PopFlags(l, 2));
        table.Add(Mnemonic.Popfd, static l => PopFlags(l, 4));
        table.Add(Mnemonic.Popfq, static l => PopFlags(l, 8));
        table.Add(Mnemonic.Pusha, static l => PushAll(l, 2));
        table.Add(Mnemonic.Pushad, static l => PushAll(l, 4));
        table.Add(Mnemonic.Popa, static l => PopAll(l, 2));
        table.Add(Mnemonic.Popad, static l => PopAll(l, 4));
        table.Add(Mnemonic.Enter, Enter);
        table.Add(Mnemonic.Leave, Leave);
    }

    private static void Move(Amd64Lowering l)
    {
        ref Instruction instruction = ref l.Instruction;
        if (l.IsRegister(0) && instruction.Op0Register.IsSegmentRegister())
        {
            Amd64SystemInstructions.LoadSegment(l, instruction.Op0Register, l.ReadZeroExtended(1));
            return;
        }
        if (l.IsRegister(1) && instruction.Op1Register.IsSegmentRegister())
        {
            l.Write(0, Amd64SystemInstructions.SelectorOf(instruction.Op1Register));
            return;
        }
        if (l.IsRegister(0) && !instruction.Op0Register.IsGPR() || l.IsRegister(1) && !instruction.Op1Register.IsGPR())
        {
            Amd64SystemInstructions.Privileged(l);      // control and debug registers
            return;
        }
        int width = l.BitsOf(0);
        if (l.IsMemory(0))
            l.Write(0, l.Read(1));
        else
            l.WriteRegister(0, width == 32 ? l.ReadZeroExtended(1) : l.Read(1));
    }

    private static void MoveSignExtended(Amd64Lowering l)
    {
        int from = l.BitsOf(1);
        Operand x = l.IsMemory(1) ? l.B.Load(l.Address(), from / 8, signed: true) : l.B.SignExtend(l.Read(1), from);
        l.WriteRegister(0, l.BitsOf(0) == 32 ? l.B.ZeroExtend(x, 32) : x);
    }

    private static void LoadAddress(Amd64Lowering l)
    {
        l.Instruction.SegmentPrefix = Register.None;    // an address is within its segment
        DataAddress address = l.Address();
        int width = l.BitsOf(0);
        if (address.Base is { IsConstant: false } at && at.Slot == Zero && address.Index is null)
            l.WriteRegister(0, width == 32 ? (uint)address.Displacement : address.Displacement);
        else if (width == 32 && address.Index is null)
            l.WriteRegister(0, l.B.Binary(MicroCode.Add32, address.Base, address.Displacement));
        else if (width == 32 && (ulong)(int)address.Displacement == address.Displacement)
            l.B.Emit(MicroCode.AddScaled32, l.SlotOf(0), l.B.Put(address.Base), address.Index!.Value, MicroOp.Scaled(address.Scale, (int)address.Displacement));
        else
            l.WriteRegister(0, l.B.AddressOf(address));
    }

    private static void Exchange(Amd64Lowering l)
    {
        int memory = l.IsMemory(0) ? 0 : l.IsMemory(1) ? 1 : -1, width = l.BitsOf(0);
        if (memory < 0)
        {
            Operand first = width == 32 ? l.ReadZeroExtended(0) : l.B.Copy(l.Read(0));
            if (!first.Slot.IsScratch)
                first = l.B.Copy(first);
            Operand second = width == 32 ? l.ReadZeroExtended(1) : l.Read(1);
            l.WriteRegister(0, second);
            l.WriteRegister(1, first);
            return;
        }
        DataAddress address = l.AddressOnce();
        Operand old = l.B.LoadForWrite(address, width / 8);
        l.B.Store(address, width / 8, l.Read(1 - memory));
        l.WriteRegister(1 - memory, old);
    }

    private static void SwapBytes(Amd64Lowering l)
    {
        int width = l.BitsOf(0);
        Slot d = l.SlotOf(0);
        if (width == 16)
            l.WriteRegister(0, 0);      // undefined; what processors do
        else
            l.B.Set(d, l.B.Unary(width == 32 ? MicroCode.ByteSwap32 : MicroCode.ByteSwap64, d));
    }

    private static void Translate(Amd64Lowering l)
    {
        Operand index = l.B.And(Rax, 0xff), at = Rbx;
        if (l.Instruction.MemoryBase == Register.EBX && l.Bits == 64)
            at = l.B.ZeroExtend(l.B.Add(at, index), 32);
        else if (l.Instruction.MemoryBase == Register.BX)
            at = l.B.ZeroExtend(l.B.Add(at, index), 16);
        else
            at = l.B.Add(at, index);
        if (Amd64Lowering.SegmentBase(l.Instruction.MemorySegment) is { } segment)
            at = l.B.Add(at, segment);
        l.WriteRegister(Register.AL, l.B.Load(new DataAddress(at, 0), 1));
    }

    private static void MoveIf(Amd64Lowering l)
    {
        int width = l.BitsOf(0);
        Operand source = l.Read(1);     // whether it is moved or not
        Operand test = l.Test(l.Instruction.ConditionCode);
        Slot d = l.SlotOf(0);
        if (width == 16)
        {
            Slot value = l.B.Scratch();
            l.B.Emit(MicroCode.Move, value, d, d);
            l.B.SetIf(test, value, source);
            l.WriteRegister(0, value);
            return;
        }
        l.B.SetIf(test, d, source);
        if (width == 32 && l.Bits == 64)
            l.B.Emit(MicroCode.ZeroExtend32, d, d, d);
    }

    // ---- arithmetic and logic -------------------------------------------------------------------------------------------

    private static void Combine(Amd64Lowering l, MicroCode plain, MicroCode fused, int kind)
    {
        int width = l.BitsOf(0);
        if (l.IsRegister(0) && width >= 32)
        {
            Slot d = l.SlotOf(0);
            bool clears = kind is Amd64Flags.Logic or Amd64Flags.Subtract && plain is MicroCode.Xor or MicroCode.Sub && l.IsRegister(1) && l.SlotOf(1) == d;
            if (clears && width == l.BitsOf(1))
                l.SetWithFlags(fused, kind, width, d, Zero, Zero);
            else
                l.SetWithFlags(fused, kind, width, d, d, l.Read(1));
            return;
        }
        if (l.IsRegister(0))
        {
            Operand x = l.ReadSigned(0), y = l.ReadSigned(1);
            if (kind != Amd64Flags.Logic)
                l.SetFlags(kind, width, x, y);
            Operand result = l.B.Binary(plain, x, y);
            if (kind == Amd64Flags.Logic)
                l.SetFlags(kind, width, result, 0);
            l.WriteRegister(0, result);
            return;
        }
        Operand source = l.ReadSigned(1);
        DataAddress address = l.AddressOnce();
        Operand old = l.B.LoadForWrite(address, width / 8);
        if (width >= 32)
        {
            Slot sum = l.B.Scratch();
            l.SetWithFlags(fused, kind, width, sum, old, source);
            l.B.Store(address, width / 8, sum);
            return;
        }
        old = l.B.SignExtend(old, width);
        Operand combined = l.B.Binary(plain, old, source);
        l.B.Store(address, width / 8, combined);
        if (kind == Amd64Flags.Logic)
            l.SetFlags(kind, width, combined, 0);
        else
            l.SetFlags(kind, width, old, source);
    }

    private static void CombineWithCarry(Amd64Lowering l, MicroCode plain, int kind)
    {
        int width = l.BitsOf(0);
        Operand y = l.ReadSigned(1);
        DataAddress address = default;
        Operand x;
        if (l.IsMemory(0))
        {
            address = l.AddressOnce();
            x = l.B.LoadForWrite(address, width / 8);
        }
        else
        {
            x = l.Read(0);
        }
        // It is needed once more after the slots that it may lie in are written.
        Operand carry = l.B.Copy(l.Carry());
        Operand partly = l.B.Binary(plain, x, y);
        l.B.SetFlagsPlus(Flags, Amd64Flags.How(kind, width), carry, x, y);
        l.ForgetFlags();
        Operand result = l.B.Binary(width == 32 ? plain == MicroCode.Add ? MicroCode.Add32 : MicroCode.Sub32 : plain, partly, carry);
        if (width == 32 && result == partly)
            result = l.B.ZeroExtend(result, 32);
        if (l.IsMemory(0))
            l.B.Store(address, width / 8, result);
        else
            l.WriteRegister(0, result);
    }

    private static void Compare(Amd64Lowering l)
    {
        Operand x = l.ReadSigned(0), y = l.ReadSigned(1);
        l.SetFlags(Amd64Flags.Subtract, l.BitsOf(0), x, y);
    }

    private static void Test(Amd64Lowering l)
    {
        int width = l.BitsOf(0);
        Operand result;
        if (l.IsRegister(0) && l.IsRegister(1) && l.Instruction.Op0Register == l.Instruction.Op1Register)
        {
            result = l.ReadSigned(0);
        }
        else
        {
            Operand y = l.ReadSigned(1);
            // With a number that is not negative there is nothing to extend.
            Operand x = y.IsConstant && (long)y.Constant >= 0 ? l.Read(0) : l.ReadSigned(0);
            result = l.B.Binary(width == 32 ? MicroCode.And32 : MicroCode.And, x, y);
        }
        l.SetFlags(Amd64Flags.Logic, width, result, 0);
    }

    private static void Step(Amd64Lowering l, ulong step, int kind)
    {
        int width = l.BitsOf(0);
        MicroCode add = width == 32 ? MicroCode.Add32 : MicroCode.Add;
        Operand result;
        if (l.IsRegister(0))
        {
            result = l.B.Binary(add, l.ReadSigned(0), step);
            if (width < 32)
                result = l.B.SignExtend(result, width);
            else
                l.B.Set(l.SlotOf(0), result);
        }
        else
        {
            DataAddress address = l.AddressOnce();
            result = l.B.Binary(add, l.B.LoadForWrite(address, width / 8), step);
            if (width < 32)
                result = l.B.SignExtend(result, width);
            l.B.Store(address, width / 8, result);
        }
        Operand x = l.IsRegister(0) && width >= 32 ? l.SlotOf(0) : result;
        l.NoteStep(kind, width, x);
        if (l.IsRegister(0) && width < 32)
            l.WriteRegister(0, result);
    }

    private static void Negate(Amd64Lowering l)
    {
        int width = l.BitsOf(0);
        if (l.IsRegister(0) && width >= 32)
        {
            Slot d = l.SlotOf(0);
            l.SetWithFlags(MicroCode.SubFlags, Amd64Flags.Subtract, width, d, Zero, d);
            return;
        }
        DataAddress address = default;
        Operand x;
        if (l.IsMemory(0))
        {
            address = l.AddressOnce();
            x = l.B.LoadForWrite(address, width / 8);
            x = width < 32 ? l.B.SignExtend(x, width) : x;
        }
        else
        {
            x = l.ReadSigned(0);
        }
        Operand result = l.B.Subtract(0, x);
        if (l.IsMemory(0))
            l.B.Store(address, width / 8, result);
        l.SetFlags(Amd64Flags.Subtract, width, Zero, x);
        if (l.IsRegister(0))
            l.WriteRegister(0, result);
    }

    private static void Not(Amd64Lowering l)
    {
        int width = l.BitsOf(0);
        MicroCode code = width == 32 ? MicroCode.Xor32 : MicroCode.Xor;
        if (l.IsRegister(0))
        {
            l.WriteRegister(0, l.B.Binary(code, l.Read(0), ulong.MaxValue));
            return;
        }
        DataAddress address = l.AddressOnce();
        l.B.Store(address, width / 8, l.B.Binary(code, l.B.LoadForWrite(address, width / 8), ulong.MaxValue));
    }

    private static void ExchangeAndAdd(Amd64Lowering l)
    {
        int width = l.BitsOf(0);
        DataAddress address = l.IsMemory(0) ? l.AddressOnce() : default;
        Operand old = l.IsMemory(0) ? l.B.LoadForWrite(address, width / 8) : l.B.Copy(width == 32 ? l.ReadZeroExtended(0) : l.Read(0));
        Operand source = l.Read(1);
        Operand sum = l.B.Binary(width == 32 ? MicroCode.Add32 : MicroCode.Add, old, source);
        if (l.IsMemory(0))
            l.B.Store(address, width / 8, sum);
        if (width < 32)
        {
            old = l.B.SignExtend(old, width);
            source = l.B.SignExtend(source, width);
        }
        l.SetFlags(Amd64Flags.Add, width, old, source);
        l.WriteRegister(1, old);
        if (l.IsRegister(0))
            l.WriteRegister(0, sum);
    }

    private static void CompareAndExchange(Amd64Lowering l)
    {
        int width = l.BitsOf(0);
        Register accumulator = width switch { 8 => Register.AL, 16 => Register.AX, 32 => Register.EAX, _ => Register.RAX };
        DataAddress address = l.IsMemory(0) ? l.AddressOnce() : default;
        Operand old = l.IsMemory(0) ? l.B.LoadForWrite(address, width / 8) : l.B.Copy(l.Read(0));
        old = width == 32 ? l.IsMemory(0) ? old : l.B.ZeroExtend(old, 32) : width < 32 ? l.B.SignExtend(old, width) : old;
        Operand expected = width < 32 ? l.B.SignExtend(Rax, width) : Rax;
        Operand same = l.B.Compare(Condition.Equal, expected, old, width == 32 ? 32 : 64);
        Operand source = width == 32 ? l.ReadZeroExtended(1) : l.Read(1);
        Slot written = l.B.Scratch();
        l.B.Emit(MicroCode.Move, written, l.B.Put(old), l.B.Put(old));
        l.B.SetIf(same, written, source);
        if (l.IsMemory(0))
            l.B.Store(address, width / 8, written);
        l.SetFlags(Amd64Flags.Subtract, width, expected, old);
        if (width >= 32)
        {
            l.B.SetUnless(same, Rax, old);
        }
        else
        {
            Slot loaded = l.B.Scratch();
            l.B.Emit(MicroCode.Move, loaded, Rax, Rax);
            l.B.SetUnless(same, loaded, old);
            l.WriteRegister(accumulator, loaded);
        }
        if (l.IsRegister(0) && width >= 32)
            l.B.SetIf(same, l.SlotOf(0), source);
        else if (l.IsRegister(0))
            l.WriteRegister(0, written);
    }

    private static void CompareAndExchange8Bytes(Amd64Lowering l)
    {
        DataAddress address = l.AddressOnce();
        Operand old = l.B.LoadForWrite(address, 8);
        Operand expected = l.B.Or(l.B.Binary(MicroCode.Shl, Rdx, 32), l.B.ZeroExtend(Rax, 32));
        Operand wanted = l.B.Or(l.B.Binary(MicroCode.Shl, Rcx, 32), l.B.ZeroExtend(Rbx, 32));
        Operand same = l.B.Compare(Condition.Equal, expected, old);
        Slot written = l.B.Scratch();
        l.B.Emit(MicroCode.Move, written, l.B.Put(old), l.B.Put(old));
        l.B.SetIf(same, written, wanted);
        l.B.Store(address, 8, written);
        l.UpdateFlags(Amd64Functions.SetZero, same, 0);
        l.B.SetUnless(same, Rax, l.B.ZeroExtend(old, 32));
        l.B.SetUnless(same, Rdx, l.B.Binary(MicroCode.Shr, old, 32));
    }

    private static void CompareAndExchange16Bytes(Amd64Lowering l)
    {
        Operand at = l.B.AddressOf(l.Address());
        l.B.CallChecked(Amd64Functions.RequireAligned, at, 15);
        DataAddress low = new(at, 0), high = new(at, 8);
        l.B.ProbeWrite(low, 16);
        Operand oldLow = l.B.Load(low, 8), oldHigh = l.B.Load(high, 8);
        Operand same = l.B.And(l.B.Compare(Condition.Equal, oldLow, Rax), l.B.Compare(Condition.Equal, oldHigh, Rdx));
        Slot writtenLow = l.B.Scratch(), writtenHigh = l.B.Scratch();
        l.B.Emit(MicroCode.Move, writtenLow, oldLow.Slot, oldLow.Slot);
        l.B.Emit(MicroCode.Move, writtenHigh, oldHigh.Slot, oldHigh.Slot);
        l.B.SetIf(same, writtenLow, Rbx);
        l.B.SetIf(same, writtenHigh, Rcx);
        l.B.Store(low, 8, writtenLow);
        l.B.Store(high, 8, writtenHigh);
        l.UpdateFlags(Amd64Functions.SetZero, same, 0);
        l.B.SetUnless(same, Rax, oldLow);
        l.B.SetUnless(same, Rdx, oldHigh);
    }

    // ---- multiplication and division ------------------------------------------------------------------------------------

    private static void MultiplySigned(Amd64Lowering l)
    {
        if (l.Instruction.OpCount == 1)
        {
            MultiplyWide(l, signed: true);
            return;
        }
        int width = l.BitsOf(0), first = l.Instruction.OpCount == 3 ? 1 : 0;
        Operand x = l.ReadSigned(first), y = l.ReadSigned(first + 1);
        if (width >= 32)
        {
            l.SetWithFlags(MicroCode.MulFlags, Amd64Flags.MultiplySigned, width, l.SlotOf(0), x, y);
            return;
        }
        l.SetFlags(Amd64Flags.MultiplySigned, width, x, y);
        l.WriteRegister(0, l.B.Multiply(x, y));
    }

    private static void MultiplyWide(Amd64Lowering l, bool signed)
    {
        int width = l.BitsOf(0);
        int kind = signed ? Amd64Flags.MultiplySigned : Amd64Flags.MultiplyUnsigned;
        if (width == 64)
        {
            Operand factor = l.Read(0);
            Operand high = l.B.Binary(signed ? MicroCode.MulHighS : MicroCode.MulHighU, Rax, factor);
            l.SetFlags(kind, 64, Rax, factor);
            l.B.Set(Rax, l.B.Multiply(Rax, factor));
            l.B.Set(Rdx, high);
            return;
        }
        Operand y = signed && !l.IsMemory(0) ? l.B.SignExtend(l.Read(0), width) : signed ? l.B.Load(l.Address(), width / 8, signed: true) : l.ReadZeroExtended(0);
        Operand x = signed ? l.B.SignExtend(Rax, width) : l.B.ZeroExtend(Rax, width);
        l.SetFlags(kind, width, x, y);
        Operand product = l.B.Multiply(x, y);
        switch (width)
        {
            case 8:
                l.WriteRegister(Register.AX, product);
                break;
            case 16:
                l.WriteRegister(Register.AX, product);
                l.WriteRegister(Register.DX, l.B.Binary(MicroCode.Shr, product, 16));
                break;
            default:
                l.B.Set(Rax, l.B.ZeroExtend(product, 32));
                l.B.Set(Rdx, l.B.Binary(MicroCode.Shr, product, 32));
                break;
        }
    }

    /// <summary>A dividend of at most 64 bits, which is what compilers make, is divided in line; a function does the others, and traps.</summary>
    private static void Divide(Amd64Lowering l, bool signed)
    {
        int width = l.BitsOf(0);
        StateFunction function = signed ? Amd64Functions.DivideSigned : Amd64Functions.DivideUnsigned;
        Operand divisor = l.Read(0);
        if (width < 32)
        {
            l.B.CallChecked(function, divisor, 0, width);
            return;
        }
        Label rare = l.B.NewLabel(), done = l.B.NewLabel();
        Operand x = Rax, y = divisor, quotient;
        if (width == 32)
        {
            Slot dividend = l.B.Scratch();
            l.B.Emit(MicroCode.ZeroExtend32, dividend, Rax, Rax);
            l.B.Deposit(dividend, Rdx, 32, 0xffff_ffff_0000_0000);
            x = dividend;
            y = signed ? l.B.SignExtend(divisor, 32) : l.IsMemory(0) ? divisor : l.ZeroExtend(divisor, 32);
            quotient = l.B.Divide(x, y, signed);
            l.B.Branch(Condition.NotEqual, quotient, signed ? l.B.SignExtend(quotient, 32) : l.B.ZeroExtend(quotient, 32), rare);
        }
        else
        {
            l.B.Branch(Condition.NotEqual, Rdx, signed ? l.B.Binary(MicroCode.Sar, Rax, 63) : 0, rare);
            quotient = l.B.Divide(x, y, signed);
            l.B.Branch(Condition.Equal, quotient, signed ? 1UL << 63 : ulong.MaxValue, rare);
        }
        Operand product = l.B.Binary(width == 32 ? MicroCode.Mul32 : MicroCode.Mul, quotient, y);
        l.B.Set(Rdx, l.B.Binary(width == 32 ? MicroCode.Sub32 : MicroCode.Sub, x, product));
        l.B.Set(Rax, width == 32 ? l.B.ZeroExtend(quotient, 32) : quotient);
        l.B.Goto(done);
        l.B.Bind(rare);
        l.B.Rare();
        l.B.CallChecked(function, divisor, 0, width);
        l.B.Bind(done);
    }

    // ---- stack ----------------------------------------------------------------------------------------------------------

    /// <summary>Bytes that a push or pop of the instruction moves.</summary>
    private static int StackBytes(Amd64Lowering l) => Math.Abs(l.Instruction.StackPointerIncrement);

    private static void Push(Amd64Lowering l)
    {
        int bytes = StackBytes(l);
        Operand x = l.IsRegister(0) && l.Instruction.Op0Register.IsSegmentRegister() ? Amd64SystemInstructions.SelectorOf(l.Instruction.Op0Register) : l.Read(0);
        Push(l, x, bytes);
    }

    /// <summary>Pushes a value.</summary>
    public static void Push(Amd64Lowering l, Operand x, int bytes)
    {
        if (bytes >= 4)
        {
            l.B.StoreUpdate(Rsp, 0 - (ulong)bytes, bytes, x);
            return;
        }
        l.B.Store(new DataAddress(Rsp, 0 - (ulong)bytes), bytes, x);
        MoveStackPointer(l, 0 - (ulong)bytes);
    }

    private static void MoveStackPointer(Amd64Lowering l, ulong by) => l.B.Set(Rsp, l.B.Binary(l.Bits == 32 ? MicroCode.Add32 : MicroCode.Add, Rsp, by));

    private static void Pop(Amd64Lowering l)
    {
        int bytes = StackBytes(l);
        if (l.IsMemory(0))
        {
            Operand x = l.B.Load(new DataAddress(Rsp, 0), bytes);
            bool onStack = l.Instruction.MemoryBase is Register.RSP or Register.ESP;    // it points to what is left then
            l.B.Store(l.Address(onStack ? (ulong)bytes : 0), bytes, x);
            MoveStackPointer(l, (ulong)bytes);
            return;
        }
        Register register = l.Instruction.Op0Register;
        if (register.IsSegmentRegister())
        {
            Operand selector = l.B.Load(new DataAddress(Rsp, 0), 2);
            Amd64SystemInstructions.LoadSegment(l, register, selector);
            MoveStackPointer(l, (ulong)bytes);
        }
        else if (bytes >= 4)
        {
            l.B.LoadUpdate(l.SlotOf(0), Rsp, (ulong)bytes, bytes);
        }
        else
        {
            Operand x = l.B.Load(new DataAddress(Rsp, 0), bytes);
            MoveStackPointer(l, (ulong)bytes);
            l.WriteRegister(0, x);
        }
    }

    private static void PushFlags(Amd64Lowering l, int bytes) => Push(l, l.B.Call(Amd64Functions.GetFlags, 0, 0), bytes);

    private static void PopFlags(Amd64Lowering l, int bytes)
    {
        Operand x = l.B.Load(new DataAddress(Rsp, 0), bytes), before = l.B.Copy(OtherFlags);
        l.B.Call(Amd64Functions.SetFlags, x, 0, bytes);
        MoveStackPointer(l, (ulong)bytes);
        l.FlagsAre(Amd64Flags.Explicit, 8);
        Label same = l.B.NewLabel();
        l.B.BranchIfNone(l.B.Xor(before, OtherFlags), Amd64Flags.AlignmentCheck, same);
        l.B.StopAfter(CpuStopKind.Interrupted, 0, l.NextPc);
        l.B.Bind(same);
    }

    private static void PushAll(Amd64Lowering l, int bytes)
    {
        DataAddress bottom = new(l.B.Binary(MicroCode.Add32, Rsp, 0 - (ulong)(8 * bytes)), 0);
        l.B.ProbeWrite(bottom, 8 * bytes);
        for (int i = 0; i < 8; i++)
            l.B.Store(bottom with { Displacement = (ulong)(bytes * (7 - i)) }, bytes, General(i));
        l.B.Set(Rsp, l.B.Copy(bottom.Base));
    }

    private static void PopAll(Amd64Lowering l, int bytes)
    {
        Span<Operand> values = stackalloc Operand[8];
        for (int i = 0; i < 8; i++)
            values[i] = i == 4 ? 0 : l.B.Load(new DataAddress(Rsp, (ulong)(bytes * (7 - i))), bytes);
        for (int i = 0; i < 8; i++)
        {
            if (i == 4)
                continue;
            if (bytes == 4)
                l.B.Set(General(i), values[i]);
            else
                l.B.Deposit(General(i), values[i], 0, 0xffff);
        }
        MoveStackPointer(l, (ulong)(8 * bytes));
    }

    private static void Enter(Amd64Lowering l)
    {
        int bytes = l.Instruction.Code == Code.Enterw_imm16_imm8 ? 2 : l.WordBytes, level = l.Instruction.Immediate8_2nd & 31;
        ulong size = l.Instruction.Immediate16, step = 0 - (ulong)bytes, at = step;
        DataAddress top = new(Rsp, at);
        // Everything that may fault comes before the registers: the frame's end is written to as well.
        l.B.Store(top, bytes, Rbp);
        for (int i = 1; i < level; i++)
        {
            Operand display = l.B.Load(new DataAddress(Rbp, step * (ulong)i), bytes);
            l.B.Store(new DataAddress(Rsp, at += step), bytes, display);
        }
        Operand frame = l.B.Binary(l.Bits == 32 ? MicroCode.Add32 : MicroCode.Add, Rsp, step);
        if (level > 0)
            l.B.Store(new DataAddress(Rsp, at += step), bytes, frame);
        l.B.ProbeWrite(new DataAddress(Rsp, at - size), bytes);
        if (bytes == 2)
            l.B.Deposit(Rbp, frame, 0, 0xffff);
        else
            l.B.Set(Rbp, l.B.Copy(frame));
        MoveStackPointer(l, at - size);
    }

    private static void Leave(Amd64Lowering l)
    {
        int bytes = l.Instruction.Code == Code.Leavew ? 2 : l.WordBytes;
        Operand x = l.B.Load(new DataAddress(Rbp, 0), bytes);
        l.B.Set(Rsp, l.B.Binary(l.Bits == 32 ? MicroCode.Add32 : MicroCode.Add, Rbp, (ulong)bytes));
        if (bytes == 2)
            l.B.Deposit(Rbp, x, 0, 0xffff);
        else
            l.B.Set(Rbp, x);
    }
}
