using Emulator.Core.Execution;
using Iced.Intel;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>Bits: tests, scans, counts, flags as bits, decimal numbers of i386.</summary>
internal static class Amd64BitInstructions
{
    public static void AddTo(Amd64InstructionTable table)
    {
        table.Group("Bits");
        table.Add(Mnemonic.Bt, static l => TestBit(l, null));
        table.Add(Mnemonic.Bts, static l => TestBit(l, MicroCode.Or));
        table.Add(Mnemonic.Btr, static l => TestBit(l, MicroCode.AndNot));
        table.Add(Mnemonic.Btc, static l => TestBit(l, MicroCode.Xor));
        table.Add(Mnemonic.Bsf, static l => Scan(l, forward: true));
        table.Add(Mnemonic.Bsr, static l => Scan(l, forward: false));
        table.Add(Mnemonic.Tzcnt, static l => Scan(l, forward: true));      // BSF with a prefix, on machines without BMI1
        table.Add(Mnemonic.Lzcnt, static l => Scan(l, forward: false));     // BSR with a prefix
        table.Add(Mnemonic.Popcnt, CountOnes);
        table.Add(Mnemonic.Crc32, static l => l.WriteRegister(0, l.B.Call(Amd64Functions.Crc32, l.Read(0), l.Read(1), l.BitsOf(1))));

        table.Group("Flags");
        table.Add(Mnemonic.Clc, static l => l.UpdateFlags(Amd64Functions.SetCarry, 0, 0));
        table.Add(Mnemonic.Stc, static l => l.UpdateFlags(Amd64Functions.SetCarry, 1, 0));
        table.Add(Mnemonic.Cmc, static l => l.UpdateFlags(Amd64Functions.TurnCarry, 0, 0));
        table.Add(Mnemonic.Cld, static l => l.B.Set(Direction, 0));
        table.Add(Mnemonic.Std, static l => l.B.Set(Direction, ulong.MaxValue));
        table.Add(Mnemonic.Lahf, static l => l.WriteRegister(Register.AH, l.B.Call(Amd64Functions.GetFlags, 0, 0)));
        table.Add(Mnemonic.Sahf, static l => l.UpdateFlags(Amd64Functions.SetLowFlags, l.ReadRegister(Register.AH), 0));
        table.Add(Mnemonic.Salc, static l => l.WriteRegister(Register.AL, l.B.Subtract(0, l.Carry())));

        table.Group("Decimal numbers (i386)");
        table.Add(Mnemonic.Daa, static l => Decimal(l, Amd64Functions.DecimalAdjust, 0));
        table.Add(Mnemonic.Das, static l => Decimal(l, Amd64Functions.DecimalAdjust, 1));
        table.Add(Mnemonic.Aaa, static l => Decimal(l, Amd64Functions.AsciiAdjust, 0));
        table.Add(Mnemonic.Aas, static l => Decimal(l, Amd64Functions.AsciiAdjust, 1));
        table.Add(Mnemonic.Aad, static l => Decimal(l, Amd64Functions.AsciiBeforeDivide, l.Instruction.Immediate8));
        table.Add(Mnemonic.Aam, AsciiAfterMultiply);
    }

    private static void TestBit(Amd64Lowering l, MicroCode? change)
    {
        int width = l.BitsOf(0);
        Operand index = l.Read(1), bit = l.B.And(index, (ulong)width - 1);
        DataAddress address = default;
        Operand x;
        if (l.IsMemory(0))
        {
            address = l.Address();
            if (l.IsRegister(1))
            {
                // The string of bits goes both ways from the address, in units of the operand.
                Operand unit = l.B.Binary(MicroCode.Sar, l.B.SignExtend(index, width), (ulong)System.Numerics.BitOperations.Log2((uint)width));
                Operand at = l.B.Add(l.B.AddressOf(address), l.B.Binary(MicroCode.Shl, unit, (ulong)System.Numerics.BitOperations.Log2((uint)width / 8)));
                bool narrow = l.Bits == 64 && l.Instruction.MemoryBase.GetSize() == 4 || l.Instruction.MemoryIndex.GetSize() == 4 && l.Bits == 64;
                address = new DataAddress(narrow ? l.B.ZeroExtend(at, 32) : at, 0);
            }
            else if (address.Index is not null)
            {
                address = new DataAddress(l.B.AddressOf(address), 0);
            }
            x = change is null ? l.B.Load(address, width / 8) : l.B.LoadForWrite(address, width / 8);
        }
        else
        {
            x = l.Read(0);
        }
        Operand tested = l.B.And(l.B.Binary(MicroCode.Shr, x, bit), 1);
        if (change is { } code)
        {
            Operand mask = l.B.Binary(MicroCode.Shl, 1, bit);
            Operand result = l.B.Binary(code, x, mask);
            if (l.IsMemory(0))
                l.B.Store(address, width / 8, result);
            else
                l.WriteRegister(0, width == 32 ? l.B.ZeroExtend(result, 32) : result);
        }
        l.UpdateFlags(Amd64Functions.SetCarry, tested, 0);
    }

    private static void Scan(Amd64Lowering l, bool forward)
    {
        int width = l.BitsOf(0);
        Operand x = l.ReadZeroExtended(1);
        Operand found = forward ? l.B.Unary(MicroCode.TrailingZeros, x) : l.B.Xor(l.B.Unary(MicroCode.LeadingZeros, x), 63);
        Slot test = l.B.Scratch();
        l.B.Emit(MicroCode.Move, test, l.B.Put(x), l.B.Put(x));
        l.SetFlags(Amd64Flags.Logic, width, width < 32 ? l.B.SignExtend(test, width) : test, 0);
        // Of 0, the register stays as it is.
        if (width == 16)
        {
            Slot d = l.SlotOf(0), value = l.B.Scratch();
            l.B.Emit(MicroCode.Move, value, d, d);
            l.B.SetIf(test, value, found);
            l.WriteRegister(0, value);
            return;
        }
        l.B.SetIf(test, l.SlotOf(0), found);
    }

    private static void CountOnes(Amd64Lowering l)
    {
        int width = l.BitsOf(0);
        Operand count = l.B.Unary(MicroCode.PopulationCount, l.ReadZeroExtended(1));
        // ZF alone: nothing is negative, and parity would be there.
        Operand zero = l.B.Binary(MicroCode.Shl, l.B.Compare(Condition.Equal, count, 0), 6);
        l.SetFlags(Amd64Flags.Explicit, width, zero, 0);
        l.WriteRegister(0, count);
    }

    private static void Decimal(Amd64Lowering l, StateFunction function, int number)
    {
        l.B.Call(function, 0, 0, number);
        l.FlagsAre(Amd64Flags.Explicit, 8);
    }

    private static void AsciiAfterMultiply(Amd64Lowering l)
    {
        if (l.Instruction.Immediate8 == 0)
        {
            l.B.StopAt(CpuStopKind.Trap, Amd64Traps.DivideError);
            l.Ends = true;
            return;
        }
        Decimal(l, Amd64Functions.AsciiAfterMultiply, l.Instruction.Immediate8);
    }
}
