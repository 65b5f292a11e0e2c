using System.Buffers.Binary;
using Iced.Intel;

namespace Emulator.Arch.Amd64.Tests.Native;

/// <summary>Makes cases for an encoding: random operands, numbers that are special or random, addresses that mostly are data.</summary>
internal sealed class CaseMaker(int bits, Code code, int seed)
{
    private const ulong Status = 0x8d5, Direction = 0x400;

    private static readonly ulong[] Special =
    [
        0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 33, 63, 64, 0x7f, 0x80, 0x81, 0xff, 0x100, 0x7fff, 0x8000, 0x8001, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0x8000_0001,
        0xffff_ffff, 0x1_0000_0000, long.MaxValue, 1UL << 63, (1UL << 63) + 1, ulong.MaxValue, ulong.MaxValue - 1, 0x8080_8080_8080_8080, 0x0102_0304_0506_0708,
    ];

    private readonly Random _random = new(seed);
    private readonly OpCodeInfo _info = code.ToOpCode();
    private readonly Bytes _bytes = new();
    private NativeCase _case;
    private ulong _set;         // general-purpose registers whose value the operands have chosen

    /// <summary>Makes one; again until the encoding takes the operands.</summary>
    public NativeCase Make(out Instruction instruction)
    {
        for (int attempt = 0; ; attempt++)
        {
            _case = default;
            _set = 0;
            if (TryMake(out instruction))
                return _case;
            if (attempt == 1000)
                throw new InvalidOperationException($"no operands fit {code}");
        }
    }

    private bool TryMake(out Instruction instruction)
    {
        instruction = new Instruction { Code = code };
        bool small = _random.Next(4) == 0;
        for (int i = 0; i < (bits == 64 ? 16 : 8); i++)
            _case.Before.General[i] = small ? (ulong)(_random.Next(3) - 1) : Number();
        FillData(small);
        FillFloats();
        Choose(4, NativeJudge.DataAt + 256 + (ulong)(_random.Next(9) * 8 - 32) + (_random.Next(4) == 0 ? 1UL : 0));
        for (int operand = 0; operand < _info.OpCount; operand++)
        {
            if (!SetOperand(ref instruction, operand))
                return false;
        }
        Mnemonic mnemonic = instruction.Mnemonic;
        if (_info.CanUseLockPrefix && instruction.Op0Kind == OpKind.Memory && _random.Next(4) == 0)
            instruction.HasLockPrefix = true;
        if (instruction.IsStringInstruction)
            SetString(ref instruction);
        Prepare(ref instruction, mnemonic);
        if (bits == 32)
        {
            for (int i = 0; i < 16; i++)
                _case.Before.General[i] = (uint)_case.Before.General[i];
        }
        _case.Before.Flags = 0x202 | ((ulong)_random.NextInt64() & Status) | (_random.Next(4) == 0 ? Direction : 0);
        ((Span<byte>)_case.Code).Fill(0xcc);
        _bytes.Clear();
        if (!Encoder.Create(bits, _bytes).TryEncode(instruction, NativeJudge.CodeAt, out _, out _))
            return false;
        _bytes.CopyTo(_case.Code);
        return true;
    }

    private ulong Number()
    {
        ulong number = _random.Next(3) == 0 ? (ulong)_random.NextInt64(long.MinValue, long.MaxValue) : Special[_random.Next(Special.Length)];
        return _random.Next(4) switch { 0 => number + (ulong)_random.Next(-3, 4), 1 => number >> _random.Next(64), _ => number };
    }

    private void FillData(bool small)
    {
        Span<byte> data = _case.Before.Data;
        for (int i = 0; i < data.Length; i += 8)
            BinaryPrimitives.WriteUInt64LittleEndian(data[i..], small ? (ulong)(_random.Next(3) - 1) : FloatNumber());
    }

    /// <summary>Numbers that are interesting as floats of either width, or as integers.</summary>
    private ulong FloatNumber()
    {
        if (_random.Next(3) != 0)
            return Number();
        return _random.Next(2) == 0 ? Double() : (ulong)Single() << 32 | Single();
    }

    private ulong Double() => _random.Next(12) switch
    {
        0 => 0,
        1 => 1UL << 63,
        2 => BitConverter.DoubleToUInt64Bits(double.PositiveInfinity) | (ulong)_random.Next(2) << 63,
        3 => 0x7ff8_0000_0000_0000 | (ulong)_random.NextInt64(1 << 20) | (ulong)_random.Next(2) << 63,
        4 => 0x7ff0_0000_0000_0001 | (ulong)_random.NextInt64(1 << 20),
        5 => (ulong)_random.NextInt64(1L << 52) | (ulong)_random.Next(2) << 63,      // denormal
        6 => BitConverter.DoubleToUInt64Bits(_random.Next(-70_000, 70_000) / 2.0),
        7 => BitConverter.DoubleToUInt64Bits(_random.NextInt64(long.MinValue, long.MaxValue)),
        8 => BitConverter.DoubleToUInt64Bits((double)_random.Next(-100, 100)),
        _ => BitConverter.DoubleToUInt64Bits((_random.NextDouble() - 0.5) * Math.Pow(2, _random.Next(-70, 70))),
    };

    private uint Single() => _random.Next(10) switch
    {
        0 => 0,
        1 => 1u << 31,
        2 => 0x7f80_0000u | (uint)_random.Next(2) << 31,
        3 => 0x7fc0_0000u | (uint)_random.Next(1 << 20),
        4 => 0x7f80_0001u | (uint)_random.Next(1 << 20),
        5 => (uint)_random.Next(1 << 23),
        6 => BitConverter.SingleToUInt32Bits(_random.Next(-70_000, 70_000) / 2f),
        _ => BitConverter.SingleToUInt32Bits((float)((_random.NextDouble() - 0.5) * Math.Pow(2, _random.Next(-40, 40)))),
    };

    private void FillFloats()
    {
        Span<byte> fx = _case.Before.Fx;
        bool usual = _random.Next(3) != 0;
        BinaryPrimitives.WriteUInt16LittleEndian(fx, (ushort)(usual ? 0x37f : 0x7f | _random.Next(16) << 8 & 0xf00 | 0x40));
        int top = _random.Next(8);
        BinaryPrimitives.WriteUInt16LittleEndian(fx[2..], (ushort)(top << 11 | _random.Next(8) << 8 | _random.Next(2) << 14));
        fx[4] = _random.Next(3) switch { 0 => 0xff, 1 => (byte)_random.Next(256), _ => 0 };
        uint mxcsr = usual ? 0x1f80u : 0x1f80u | (uint)_random.Next(4) << 13 | (uint)(_random.Next(4) == 0 ? 1 << 15 : 0) | (uint)(_random.Next(4) == 0 ? 1 << 6 : 0) | (uint)_random.Next(64);
        if (_random.Next(8) == 0)
            mxcsr &= ~((uint)_random.Next(64) << 7);
        BinaryPrimitives.WriteUInt32LittleEndian(fx[24..], mxcsr);
        for (int i = 0; i < 8; i++)
        {
            (ulong significand, ushort exponent) = Extended();
            BinaryPrimitives.WriteUInt64LittleEndian(fx[(32 + 16 * i)..], significand);
            BinaryPrimitives.WriteUInt16LittleEndian(fx[(40 + 16 * i)..], exponent);
        }
        for (int i = 0; i < (bits == 64 ? 32 : 16); i++)
            BinaryPrimitives.WriteUInt64LittleEndian(fx[(160 + 8 * i)..], FloatNumber());
    }

    private (ulong, ushort) Extended()
    {
        ushort sign = (ushort)(_random.Next(2) << 15);
        return _random.Next(12) switch
        {
            0 => (0, sign),
            1 => (1UL << 63, (ushort)(sign | 0x7fff)),
            2 => (3UL << 62 | (ulong)_random.NextInt64(1000), (ushort)(sign | 0x7fff)),
            3 => (1UL << 63 | 1, (ushort)(sign | 0x7fff)),
            4 => ((ulong)_random.NextInt64(), sign),                                             // denormal
            5 => ((ulong)_random.NextInt64(), (ushort)(sign | _random.Next(1, 0x7fff))),        // unnormal: not supported
            6 => (1UL << 63, (ushort)(sign | 0x3fff)),
            7 => ((ulong)_random.Next(1, 1000) << 54 | 1UL << 63, (ushort)(sign | 0x3fff + _random.Next(-5, 70))),
            8 => (1UL << 63 | (ulong)_random.NextInt64(), (ushort)(sign | _random.Next(1, 0x7fff))),
            _ => (1UL << 63 | (ulong)_random.NextInt64(), (ushort)(sign | 0x3fff + _random.Next(-70, 70))),
        };
    }

    private void Choose(int register, ulong value)
    {
        _case.Before.General[register] = value;
        _set |= 1UL << register;
    }

    private int FreeRegister()
    {
        int register;
        do
            register = _random.Next(bits == 64 ? 16 : 8);
        while ((_set >> register & 1) != 0);
        return register;
    }

    private bool SetOperand(ref Instruction instruction, int operand)
    {
        OpCodeOperandKind kind = _info.GetOpKind(operand);
        int registers = bits == 64 ? 16 : 8;
        switch (kind)
        {
            case OpCodeOperandKind.r8_or_mem or OpCodeOperandKind.r8_reg or OpCodeOperandKind.r8_opcode:
                return kind == OpCodeOperandKind.r8_or_mem && _random.Next(2) == 0 ? SetMemory(ref instruction, operand) : SetRegister(ref instruction, operand, Register.AL, bits == 64 ? 20 : 8);
            case OpCodeOperandKind.r16_or_mem or OpCodeOperandKind.r16_reg or OpCodeOperandKind.r16_opcode or OpCodeOperandKind.r16_rm:
                return kind == OpCodeOperandKind.r16_or_mem && _random.Next(2) == 0 ? SetMemory(ref instruction, operand) : SetRegister(ref instruction, operand, Register.AX, registers);
            case OpCodeOperandKind.r32_or_mem or OpCodeOperandKind.r32_reg or OpCodeOperandKind.r32_opcode or OpCodeOperandKind.r32_rm:
                return kind == OpCodeOperandKind.r32_or_mem && _random.Next(2) == 0 ? SetMemory(ref instruction, operand) : SetRegister(ref instruction, operand, Register.EAX, registers);
            case OpCodeOperandKind.r64_or_mem or OpCodeOperandKind.r64_reg or OpCodeOperandKind.r64_opcode or OpCodeOperandKind.r64_rm:
                return kind == OpCodeOperandKind.r64_or_mem && _random.Next(2) == 0 ? SetMemory(ref instruction, operand) : SetRegister(ref instruction, operand, Register.RAX, 16);
            case OpCodeOperandKind.mm_or_mem or OpCodeOperandKind.mm_reg or OpCodeOperandKind.mm_rm:
                return kind == OpCodeOperandKind.mm_or_mem && _random.Next(2) == 0 ? SetMemory(ref instruction, operand) : SetRegister(ref instruction, operand, Register.MM0, 8);
            case OpCodeOperandKind.xmm_or_mem or OpCodeOperandKind.xmm_reg or OpCodeOperandKind.xmm_rm:
                return kind == OpCodeOperandKind.xmm_or_mem && _random.Next(2) == 0 ? SetMemory(ref instruction, operand) : SetRegister(ref instruction, operand, Register.XMM0, registers);
            case OpCodeOperandKind.mem:
                return SetMemory(ref instruction, operand);
            case OpCodeOperandKind.mem_offs:
                instruction.SetOpKind(operand, OpKind.Memory);
                instruction.MemoryDisplSize = bits / 8;
                instruction.MemoryDisplacement64 = NativeJudge.DataAt + (ulong)_random.Next(480);
                return true;
            case OpCodeOperandKind.al:
                return Fix(ref instruction, operand, Register.AL);
            case OpCodeOperandKind.cl:
                return Fix(ref instruction, operand, Register.CL);
            case OpCodeOperandKind.ax:
                return Fix(ref instruction, operand, Register.AX);
            case OpCodeOperandKind.eax:
                return Fix(ref instruction, operand, Register.EAX);
            case OpCodeOperandKind.rax:
                return Fix(ref instruction, operand, Register.RAX);
            case OpCodeOperandKind.st0:
                return Fix(ref instruction, operand, Register.ST0);
            case OpCodeOperandKind.sti_opcode:
                return Fix(ref instruction, operand, Register.ST0 + _random.Next(8));
            case OpCodeOperandKind.imm8 or OpCodeOperandKind.imm8_const_1:
                instruction.SetOpKind(operand, operand == 1 && _info.OpCount == 2 && _info.GetOpKind(0) == OpCodeOperandKind.imm16 ? OpKind.Immediate8_2nd : OpKind.Immediate8);
                if (instruction.GetOpKind(operand) == OpKind.Immediate8_2nd)
                    instruction.Immediate8_2nd = (byte)_random.Next(5);
                else
                    instruction.Immediate8 = kind == OpCodeOperandKind.imm8_const_1 ? (byte)1 : (byte)Number();
                return true;
            case OpCodeOperandKind.imm8sex16:
                instruction.SetOpKind(operand, OpKind.Immediate8to16);
                instruction.Immediate8to16 = (sbyte)Number();
                return true;
            case OpCodeOperandKind.imm8sex32:
                instruction.SetOpKind(operand, OpKind.Immediate8to32);
                instruction.Immediate8to32 = (sbyte)Number();
                return true;
            case OpCodeOperandKind.imm8sex64:
                instruction.SetOpKind(operand, OpKind.Immediate8to64);
                instruction.Immediate8to64 = (sbyte)Number();
                return true;
            case OpCodeOperandKind.imm16:
                instruction.SetOpKind(operand, OpKind.Immediate16);
                instruction.Immediate16 = code is Code.Enterq_imm16_imm8 or Code.Enterd_imm16_imm8 or Code.Enterw_imm16_imm8 or Code.Retnq_imm16 or Code.Retnd_imm16 or Code.Retnw_imm16
                    ? (ushort)_random.Next(64) : (ushort)Number();
                return true;
            case OpCodeOperandKind.imm32:
                instruction.SetOpKind(operand, OpKind.Immediate32);
                instruction.Immediate32 = (uint)Number();
                return true;
            case OpCodeOperandKind.imm32sex64:
                instruction.SetOpKind(operand, OpKind.Immediate32to64);
                instruction.Immediate32to64 = (int)Number();
                return true;
            case OpCodeOperandKind.imm64:
                instruction.SetOpKind(operand, OpKind.Immediate64);
                instruction.Immediate64 = Number();
                return true;
            case OpCodeOperandKind.br32_1 or OpCodeOperandKind.br32_4 or OpCodeOperandKind.br64_1 or OpCodeOperandKind.br64_4:
                instruction.SetOpKind(operand, bits == 64 ? OpKind.NearBranch64 : OpKind.NearBranch32);
                instruction.NearBranch64 = NativeJudge.CodeAt + (ulong)_random.Next(-60, 60);
                return instruction.NearBranch64 < NativeJudge.CodeAt || instruction.NearBranch64 > NativeJudge.CodeAt + 16;
            case OpCodeOperandKind.seg_rSI:
                instruction.SetOpKind(operand, Pointer(OpKind.MemorySegSI, OpKind.MemorySegESI, OpKind.MemorySegRSI));
                return true;
            case OpCodeOperandKind.es_rDI:
                instruction.SetOpKind(operand, Pointer(OpKind.MemoryESDI, OpKind.MemoryESEDI, OpKind.MemoryESRDI));
                return true;
            case OpCodeOperandKind.seg_rDI:
                instruction.SetOpKind(operand, Pointer(OpKind.MemorySegDI, OpKind.MemorySegEDI, OpKind.MemorySegRDI));
                return true;
            case OpCodeOperandKind.seg_rBX_al:
                instruction.SetOpKind(operand, OpKind.Memory);
                instruction.MemoryBase = bits == 64 ? Register.RBX : Register.EBX;
                instruction.MemoryIndex = Register.AL;
                instruction.MemoryIndexScale = 1;
                Choose(3, NativeJudge.DataAt + (ulong)_random.Next(250));
                return true;
            default:
                throw new NotSupportedException($"{code}: no operands of the kind {kind} are made");
        }
    }

    private OpKind _pointer;

    /// <summary>Both pointers of a string instruction have one width, mostly the userland's.</summary>
    private OpKind Pointer(OpKind of16, OpKind of32, OpKind of64)
    {
        _ = of16;
        if (_pointer == default)
            _pointer = bits == 64 && _random.Next(4) != 0 ? OpKind.MemorySegRSI : OpKind.MemorySegESI;
        return _pointer == OpKind.MemorySegRSI ? of64 : of32;
    }

    private static bool Fix(ref Instruction instruction, int operand, Register register)
    {
        instruction.SetOpKind(operand, OpKind.Register);
        instruction.SetOpRegister(operand, register);
        return true;
    }

    private bool SetRegister(ref Instruction instruction, int operand, Register first, int count) => Fix(ref instruction, operand, first + _random.Next(count));

    private bool SetMemory(ref Instruction instruction, int operand)
    {
        instruction.SetOpKind(operand, OpKind.Memory);
        int size = Math.Max(1, code.ToOpCode().MemorySize.GetSize());
        bool aligned = size >= 16 && _random.Next(8) != 0;
        ulong target = _random.Next(16) switch
        {
            0 => NativeJudge.DataAt + 256 - (ulong)_random.Next(size + 1),               // over the border of two pages
            1 => NativeJudge.ReadOnlyPage + (ulong)_random.Next(1000),
            2 when _random.Next(2) == 0 => NativeJudge.DataPages + 0x2000 - (ulong)_random.Next(size + 1),     // its end is nowhere
            3 when _random.Next(3) == 0 => bits == 64 ? 0x1234_5678_9abc_def0UL : 0x1234_5678UL,
            _ => NativeJudge.DataAt + (ulong)_random.Next(512 - size),
        };
        if (aligned)
            target &= ~15UL;
        if (bits == 64 && _random.Next(8) == 0 && target < uint.MaxValue)
        {
            instruction.MemoryBase = Register.RIP;
            instruction.MemoryDisplSize = 8;
            instruction.MemoryDisplacement64 = target;
            return true;
        }
        bool narrow = bits == 64 && target < uint.MaxValue && _random.Next(8) == 0;
        Register first = narrow || bits == 32 ? Register.EAX : Register.RAX;
        int displacement = _random.Next(4) switch { 0 => 0, 1 => _random.Next(-128, 128), _ => _random.Next(-100_000, 100_000) };
        int scale = 1 << _random.Next(4);
        ulong rest = target - (ulong)displacement;
        if (_random.Next(3) == 0)
        {
            int index = FreeRegister();
            if (index == 4)
                return false;
            ulong value = (ulong)_random.Next(-50, 50);
            Choose(index, value);
            instruction.MemoryIndex = first + index;
            instruction.MemoryIndexScale = scale;
            rest -= value * (ulong)scale;
        }
        int register = FreeRegister();
        Choose(register, narrow ? (uint)rest | (ulong)_random.Next() << 32 : rest);
        instruction.MemoryBase = first + register;
        instruction.MemoryDisplSize = displacement == 0 ? 0 : displacement is >= -128 and < 128 ? 1 : bits == 64 && !narrow ? 8 : 4;
        instruction.MemoryDisplacement64 = bits == 64 && !narrow ? (ulong)displacement : (uint)displacement;
        return true;
    }

    private void SetString(ref Instruction instruction)
    {
        Choose(6, NativeJudge.DataAt + 100 + (ulong)_random.Next(200));
        Choose(7, NativeJudge.DataAt + 100 + (ulong)_random.Next(200));
        if (_random.Next(8) == 0)
            Choose(_random.Next(2) + 6, NativeJudge.ReadOnlyPage + 8);
        if (_random.Next(16) == 0)
            Choose(_random.Next(2) + 6, NativeJudge.DataPages + 0x2000 - (ulong)_random.Next(40));
        if (_random.Next(3) != 0)
        {
            Choose(1, (ulong)_random.Next(12));
            if (_random.Next(2) == 0 && _info.CanUseRepnePrefix)
                instruction.HasRepnePrefix = true;
            else if (_info.CanUseRepPrefix)
                instruction.HasRepPrefix = true;
        }
    }

    /// <summary>What some instructions need so that they do not always do the same.</summary>
    private void Prepare(ref Instruction instruction, Mnemonic mnemonic)
    {
        switch (mnemonic)
        {
            case Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc when instruction.Op0Kind == OpKind.Memory && instruction.Op1Kind == OpKind.Register:
                int number = instruction.Op1Register.GetFullRegister().GetNumber();
                if ((_set >> number & 1) == 0)
                    Choose(number, (ulong)_random.Next(-300, 300));
                break;
            case Mnemonic.Div or Mnemonic.Idiv when (_set >> 2 & 1) == 0 && _random.Next(4) != 0:
                ulong high = (ulong)_random.Next(-3, 4);
                Choose(2, high);
                break;
            case Mnemonic.Leave or Mnemonic.Enter:
                Choose(5, NativeJudge.DataAt + 128 + (ulong)_random.Next(200));
                break;
            case Mnemonic.Maskmovq or Mnemonic.Maskmovdqu:
                Choose(7, NativeJudge.DataAt + (ulong)_random.Next(480));
                break;
            case Mnemonic.Ret:
                WriteData(_case.Before.General[4], NativeJudge.CodeAt + 64 + (ulong)_random.Next(100));
                break;
            case Mnemonic.Call or Mnemonic.Jmp when instruction.Op0Kind == OpKind.Register && instruction.Op0Register.GetFullRegister().GetNumber() != 4:
                Choose(instruction.Op0Register.GetFullRegister().GetNumber(), NativeJudge.CodeAt + 64 + (ulong)_random.Next(100));
                break;
            case Mnemonic.Call or Mnemonic.Jmp when instruction.Op0Kind == OpKind.Memory:
                for (ulong i = 0; i < 512; i += (ulong)bits / 8)
                    WriteData(NativeJudge.DataAt + i, NativeJudge.CodeAt + 64 + (ulong)_random.Next(100));
                break;
            case Mnemonic.Loop or Mnemonic.Loope or Mnemonic.Loopne or Mnemonic.Jcxz or Mnemonic.Jecxz or Mnemonic.Jrcxz:
                Choose(1, (uint)_random.Next(3) | (_random.Next(2) == 0 ? 0x1_0000_0000UL : 0));
                break;
            case Mnemonic.Cmpxchg when _random.Next(2) == 0 && instruction.Op0Kind == OpKind.Register && instruction.Op0Register.GetFullRegister().GetNumber() != 0 && (_set & 1) == 0:
                _case.Before.General[0] = _case.Before.General[instruction.Op0Register.GetFullRegister().GetNumber()];
                break;
        }
        _pointer = default;
    }

    private void WriteData(ulong at, ulong value)
    {
        if (at - NativeJudge.DataAt > 500)
            return;
        Span<byte> data = ((Span<byte>)_case.Before.Data)[(int)(at - NativeJudge.DataAt)..];
        if (bits == 64)
            BinaryPrimitives.WriteUInt64LittleEndian(data, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(data, (uint)value);
    }

    private sealed class Bytes : CodeWriter
    {
        private readonly byte[] _bytes = new byte[32];
        private int _count;

        public void Clear() => _count = 0;

        public override void WriteByte(byte value) => _bytes[_count++] = value;

        public void CopyTo(Span<byte> code) => _bytes.AsSpan(0, _count).CopyTo(code);
    }
}
