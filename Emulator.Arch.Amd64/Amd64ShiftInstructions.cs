using Emulator.Core.Execution;
using Iced.Intel;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>Shifts and rotations.</summary>
/// <remarks>Counts are taken modulo 32, or 64 for operands of 64 bits; with a count of 0 no flag changes.</remarks>
internal static class Amd64ShiftInstructions
{
    public static void AddTo(Amd64InstructionTable table)
    {
        table.Group("Shifts and rotations");
        table.Add(Mnemonic.Shl, static l => Shift(l, MicroCode.Shl, MicroCode.Shl32, MicroCode.ShlFlagsI, Amd64Flags.ShiftLeft));
        table.Add(Mnemonic.Sal, static l => Shift(l, MicroCode.Shl, MicroCode.Shl32, MicroCode.ShlFlagsI, Amd64Flags.ShiftLeft));
        table.Add(Mnemonic.Shr, static l => Shift(l, MicroCode.Shr, MicroCode.Shr32, MicroCode.ShrFlagsI, Amd64Flags.ShiftRight));
        table.Add(Mnemonic.Sar, static l => Shift(l, MicroCode.Sar, MicroCode.Sar32, MicroCode.SarFlagsI, Amd64Flags.ShiftArithmetic));
        table.Add(Mnemonic.Rol, static l => Rotate(l, left: true));
        table.Add(Mnemonic.Ror, static l => Rotate(l, left: false));
        table.Add(Mnemonic.Rcl, static l => RotateThroughCarry(l, Amd64Functions.RotateLeftThroughCarry, Amd64Functions.RotatedLeftThroughCarry));
        table.Add(Mnemonic.Rcr, static l => RotateThroughCarry(l, Amd64Functions.RotateRightThroughCarry, Amd64Functions.RotatedRightThroughCarry));
        table.Add(Mnemonic.Shld, static l => ShiftDouble(l, left: true));
        table.Add(Mnemonic.Shrd, static l => ShiftDouble(l, left: false));
    }

    /// <summary>The count, masked.</summary>
    private static Operand Count(Amd64Lowering l, int operand, int width)
    {
        ulong mask = width == 64 ? 63UL : 31;
        return l.B.And(l.Read(operand), mask);
    }

    private static void Shift(Amd64Lowering l, MicroCode shift, MicroCode shift32, MicroCode fused, int kind)
    {
        int width = l.BitsOf(0);
        Operand count = Count(l, 1, width);
        bool inRegister = l.IsRegister(0), never = count.IsConstant && count.Constant == 0;
        if (inRegister && width >= 32 && count.IsConstant)
        {
            Slot d = l.SlotOf(0);
            if (!never)
                l.SetWithFlags(fused, kind, width, d, d, count);
            else if (width == 32)
                l.B.Set(d, l.ZeroExtend(d, 32));
            return;
        }
        DataAddress address = default;
        Operand x;
        if (inRegister)
        {
            x = width >= 32 ? l.Read(0) : kind == Amd64Flags.ShiftArithmetic ? l.ReadSigned(0) : l.ReadZeroExtended(0);
        }
        else
        {
            address = l.AddressOnce();
            x = l.B.LoadForWrite(address, width / 8);
            if (width < 32 && kind == Amd64Flags.ShiftArithmetic)
                x = l.B.SignExtend(x, width);
        }
        if (never)
        {
            if (!inRegister)
                l.B.Store(address, width / 8, x);
            return;
        }
        if (inRegister)
            NoteFlags(l, kind, width, x, count);
        Operand result = l.B.Binary(width == 32 ? shift32 : shift, x, count);
        if (inRegister)
        {
            l.WriteRegister(0, result);
            return;
        }
        l.B.Store(address, width / 8, result);
        NoteFlags(l, kind, width, x, count);
    }

    private static void NoteFlags(Amd64Lowering l, int kind, int width, Operand x, Operand count)
    {
        if (count.IsConstant)
        {
            l.SetFlags(kind, width, x, count);
            return;
        }
        l.B.SetFlagsIf(Flags, (ulong)Amd64Flags.How(kind, width), x, count);
        l.ForgetFlags();
    }

    private static void Rotate(Amd64Lowering l, bool left)
    {
        int width = l.BitsOf(0);
        StateFunction flags = left ? Amd64Functions.RotatedLeft : Amd64Functions.RotatedRight;
        Operand count = Count(l, 1, width);
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
        Operand leftCount = left ? count : l.B.Subtract((ulong)width, count);
        Operand result = width switch
        {
            64 => l.B.Binary(MicroCode.Rotl, x, leftCount),
            32 => l.B.Binary(MicroCode.Rotl32, x, leftCount),
            _ => l.B.Call(Amd64Functions.RotateNarrow, x, leftCount, width),
        };
        if (l.IsMemory(0))
            l.B.Store(address, width / 8, result);
        else if (width >= 32 && !(result == x))
            l.B.Set(l.SlotOf(0), result);
        Operand rotated = !l.IsMemory(0) && width >= 32 ? l.SlotOf(0) : result;
        if (!count.IsConstant)
        {
            l.UpdateFlags(flags, rotated, count, width);
            l.ForgetFlags();
        }
        else if (count.Constant != 0)
        {
            l.NoteRotation(left ? Amd64Flags.RotateLeft : Amd64Flags.RotateRight, width, rotated);
        }
        if (!l.IsMemory(0) && width < 32)
            l.WriteRegister(0, result);
    }

    private static void RotateThroughCarry(Amd64Lowering l, StateFunction value, StateFunction flags)
    {
        int width = l.BitsOf(0);
        Operand count = Count(l, 1, width);
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
        Operand result = l.B.Call(value, x, count, width);
        if (l.IsMemory(0))
            l.B.Store(address, width / 8, result);
        l.UpdateFlags(flags, x, count, width);
        l.ForgetFlags();
        if (!l.IsMemory(0))
            l.WriteRegister(0, result);
    }

    private static void ShiftDouble(Amd64Lowering l, bool left)
    {
        int width = l.BitsOf(0);
        bool inCl = l.IsRegister(2);
        int count = inCl ? Amd64Functions.CountInCl : l.Instruction.Immediate8 & (width == 64 ? 63 : 31);
        int number = width | count << 8;
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
        Operand y = l.Read(1);
        Operand result = l.B.Call(left ? Amd64Functions.ShiftLeftDouble : Amd64Functions.ShiftRightDouble, x, y, number);
        if (l.IsMemory(0))
            l.B.Store(address, width / 8, result);
        l.UpdateFlags(left ? Amd64Functions.ShiftedLeftDouble : Amd64Functions.ShiftedRightDouble, x, y, number);
        if (inCl)
            l.ForgetFlags();
        if (!l.IsMemory(0))
            l.WriteRegister(0, result);
    }
}
