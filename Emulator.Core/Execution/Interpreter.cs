using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Emulator.Core.Execution.FloatingPoint;
using Emulator.Core.Paging;

namespace Emulator.Core.Execution;

/// <summary>
/// Runs blocks operation by operation, from one to the next as long as they are linked. The first instance of what micro-operations
/// mean, and the one that finishes every instruction that another engine leaves half-way.
/// </summary>
internal static unsafe class Interpreter<TMode>
    where TMode : struct, IExecutionMode
{
    /// <summary>Runs from an operation of a block until something has to be done outside; the state says what.</summary>
    public static void Run(EngineState* s, SlowAccess memory, Block* block, MicroOp* p)
    {
        ulong* r = s->Slots;
        byte* tlb = (byte*)s->Tlb;
        ulong pageMask = s->PageMask;
        int slotShift = s->SlotShift;
        ulong address, value;
        TlbEntry* entry;
        for (; ; )
        {
            switch (p->Code)
            {
                case MicroCode.Constant:
                    r[p->D] = p->Immediate;
                    p++;
                    continue;
                case MicroCode.SubtractFromI:
                    r[p->D] = p->Immediate - r[p->A];
                    p++;
                    continue;
                case MicroCode.SubtractFrom32I:
                    r[p->D] = (uint)p->Immediate - (uint)r[p->A];
                    p++;
                    continue;
                case MicroCode.ExtractI:
                    r[p->D] = r[p->A] >> p->B & p->Immediate;
                    p++;
                    continue;
                case MicroCode.DepositI:
                    r[p->D] = (r[p->D] & ~p->Immediate) | (r[p->A] << p->B & p->Immediate);
                    p++;
                    continue;
                case MicroCode.AddScaled:
                    r[p->D] = r[p->A] + (r[p->B] << p->Scale) + p->Displacement;
                    p++;
                    continue;
                case MicroCode.MoveIf:
                    if (r[p->A] != 0)
                        r[p->D] = r[p->B];
                    p++;
                    continue;
                case MicroCode.MoveIfI:
                    if (r[p->A] != 0)
                        r[p->D] = p->Immediate;
                    p++;
                    continue;
                case MicroCode.MoveUnless:
                    if (r[p->A] == 0)
                        r[p->D] = r[p->B];
                    p++;
                    continue;
                case MicroCode.MoveUnlessI:
                    if (r[p->A] == 0)
                        r[p->D] = p->Immediate;
                    p++;
                    continue;
                case MicroCode.BranchAnyI:
                    p += (r[p->A] & p->Immediate) != 0 ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchNoneI:
                    p += (r[p->A] & p->Immediate) == 0 ? (short)p->D : 1;
                    continue;
                case MicroCode.Goto:
                    p += (short)p->D;
                    continue;
                case MicroCode.SetFlags:
                    r[p->D] = p->Immediate;
                    r[p->D + 1] = r[p->A];
                    r[p->D + 2] = r[p->B];
                    p++;
                    continue;
                case MicroCode.Move:
                    r[p->D] = r[p->A];
                    p++;
                    continue;
                case MicroCode.SignExtend8:
                    r[p->D] = (ulong)(sbyte)r[p->A];
                    p++;
                    continue;
                case MicroCode.SignExtend16:
                    r[p->D] = (ulong)(short)r[p->A];
                    p++;
                    continue;
                case MicroCode.SignExtend32:
                    r[p->D] = (ulong)(int)r[p->A];
                    p++;
                    continue;
                case MicroCode.ZeroExtend8:
                    r[p->D] = (byte)r[p->A];
                    p++;
                    continue;
                case MicroCode.ZeroExtend16:
                    r[p->D] = (ushort)r[p->A];
                    p++;
                    continue;
                case MicroCode.ZeroExtend32:
                    r[p->D] = (uint)r[p->A];
                    p++;
                    continue;
                case MicroCode.ByteSwap16:
                    r[p->D] = BinaryPrimitives.ReverseEndianness((ushort)r[p->A]);
                    p++;
                    continue;
                case MicroCode.ByteSwap32:
                    r[p->D] = BinaryPrimitives.ReverseEndianness((uint)r[p->A]);
                    p++;
                    continue;
                case MicroCode.ByteSwap64:
                    r[p->D] = BinaryPrimitives.ReverseEndianness(r[p->A]);
                    p++;
                    continue;
                case MicroCode.LeadingZeros:
                    r[p->D] = (ulong)BitOperations.LeadingZeroCount(r[p->A]);
                    p++;
                    continue;
                case MicroCode.TrailingZeros:
                    r[p->D] = (ulong)BitOperations.TrailingZeroCount(r[p->A]);
                    p++;
                    continue;
                case MicroCode.PopulationCount:
                    r[p->D] = (ulong)BitOperations.PopCount(r[p->A]);
                    p++;
                    continue;
                case MicroCode.Add:
                    r[p->D] = r[p->A] + r[p->B];
                    p++;
                    continue;
                case MicroCode.AddI:
                    r[p->D] = r[p->A] + p->Immediate;
                    p++;
                    continue;
                case MicroCode.Sub:
                    r[p->D] = r[p->A] - r[p->B];
                    p++;
                    continue;
                case MicroCode.SubI:
                    r[p->D] = r[p->A] - p->Immediate;
                    p++;
                    continue;
                case MicroCode.Mul:
                    r[p->D] = r[p->A] * r[p->B];
                    p++;
                    continue;
                case MicroCode.MulI:
                    r[p->D] = r[p->A] * p->Immediate;
                    p++;
                    continue;
                case MicroCode.And:
                    r[p->D] = r[p->A] & r[p->B];
                    p++;
                    continue;
                case MicroCode.AndI:
                    r[p->D] = r[p->A] & p->Immediate;
                    p++;
                    continue;
                case MicroCode.Or:
                    r[p->D] = r[p->A] | r[p->B];
                    p++;
                    continue;
                case MicroCode.OrI:
                    r[p->D] = r[p->A] | p->Immediate;
                    p++;
                    continue;
                case MicroCode.Xor:
                    r[p->D] = r[p->A] ^ r[p->B];
                    p++;
                    continue;
                case MicroCode.XorI:
                    r[p->D] = r[p->A] ^ p->Immediate;
                    p++;
                    continue;
                case MicroCode.AndNot:
                    r[p->D] = r[p->A] & ~r[p->B];
                    p++;
                    continue;
                case MicroCode.AndNotI:
                    r[p->D] = r[p->A] & ~p->Immediate;
                    p++;
                    continue;
                case MicroCode.OrNot:
                    r[p->D] = r[p->A] | ~r[p->B];
                    p++;
                    continue;
                case MicroCode.OrNotI:
                    r[p->D] = r[p->A] | ~p->Immediate;
                    p++;
                    continue;
                case MicroCode.XorNot:
                    r[p->D] = r[p->A] ^ ~r[p->B];
                    p++;
                    continue;
                case MicroCode.XorNotI:
                    r[p->D] = r[p->A] ^ ~p->Immediate;
                    p++;
                    continue;
                case MicroCode.Shl:
                    r[p->D] = r[p->A] << (int)r[p->B];
                    p++;
                    continue;
                case MicroCode.ShlI:
                    r[p->D] = r[p->A] << (int)p->Immediate;
                    p++;
                    continue;
                case MicroCode.Shr:
                    r[p->D] = r[p->A] >> (int)r[p->B];
                    p++;
                    continue;
                case MicroCode.ShrI:
                    r[p->D] = r[p->A] >> (int)p->Immediate;
                    p++;
                    continue;
                case MicroCode.Sar:
                    r[p->D] = (ulong)((long)r[p->A] >> (int)r[p->B]);
                    p++;
                    continue;
                case MicroCode.SarI:
                    r[p->D] = (ulong)((long)r[p->A] >> (int)p->Immediate);
                    p++;
                    continue;
                case MicroCode.Rotl:
                    r[p->D] = BitOperations.RotateLeft(r[p->A], (int)r[p->B]);
                    p++;
                    continue;
                case MicroCode.RotlI:
                    r[p->D] = BitOperations.RotateLeft(r[p->A], (int)p->Immediate);
                    p++;
                    continue;
                case MicroCode.MulHighU:
                    r[p->D] = Math.BigMul(r[p->A], r[p->B], out _);
                    p++;
                    continue;
                case MicroCode.MulHighUI:
                    r[p->D] = Math.BigMul(r[p->A], p->Immediate, out _);
                    p++;
                    continue;
                case MicroCode.MulHighS:
                    r[p->D] = (ulong)Math.BigMul((long)r[p->A], (long)r[p->B], out _);
                    p++;
                    continue;
                case MicroCode.MulHighSI:
                    r[p->D] = (ulong)Math.BigMul((long)r[p->A], (long)p->Immediate, out _);
                    p++;
                    continue;
                case MicroCode.Add32:
                    r[p->D] = (uint)r[p->A] + (uint)r[p->B];
                    p++;
                    continue;
                case MicroCode.Add32I:
                    r[p->D] = (uint)r[p->A] + (uint)p->Immediate;
                    p++;
                    continue;
                case MicroCode.Sub32:
                    r[p->D] = (uint)r[p->A] - (uint)r[p->B];
                    p++;
                    continue;
                case MicroCode.Sub32I:
                    r[p->D] = (uint)r[p->A] - (uint)p->Immediate;
                    p++;
                    continue;
                case MicroCode.Mul32:
                    r[p->D] = (uint)r[p->A] * (uint)r[p->B];
                    p++;
                    continue;
                case MicroCode.Mul32I:
                    r[p->D] = (uint)r[p->A] * (uint)p->Immediate;
                    p++;
                    continue;
                case MicroCode.And32:
                    r[p->D] = (uint)r[p->A] & (uint)r[p->B];
                    p++;
                    continue;
                case MicroCode.And32I:
                    r[p->D] = (uint)r[p->A] & (uint)p->Immediate;
                    p++;
                    continue;
                case MicroCode.Or32:
                    r[p->D] = (uint)r[p->A] | (uint)r[p->B];
                    p++;
                    continue;
                case MicroCode.Or32I:
                    r[p->D] = (uint)r[p->A] | (uint)p->Immediate;
                    p++;
                    continue;
                case MicroCode.Xor32:
                    r[p->D] = (uint)r[p->A] ^ (uint)r[p->B];
                    p++;
                    continue;
                case MicroCode.Xor32I:
                    r[p->D] = (uint)r[p->A] ^ (uint)p->Immediate;
                    p++;
                    continue;
                case MicroCode.Shl32:
                    r[p->D] = (uint)r[p->A] << (int)r[p->B];
                    p++;
                    continue;
                case MicroCode.Shl32I:
                    r[p->D] = (uint)r[p->A] << (int)p->Immediate;
                    p++;
                    continue;
                case MicroCode.Shr32:
                    r[p->D] = (uint)r[p->A] >> (int)r[p->B];
                    p++;
                    continue;
                case MicroCode.Shr32I:
                    r[p->D] = (uint)r[p->A] >> (int)p->Immediate;
                    p++;
                    continue;
                case MicroCode.Sar32:
                    r[p->D] = (uint)((int)r[p->A] >> (int)r[p->B]);
                    p++;
                    continue;
                case MicroCode.Sar32I:
                    r[p->D] = (uint)((int)r[p->A] >> (int)p->Immediate);
                    p++;
                    continue;
                case MicroCode.Rotl32:
                    r[p->D] = BitOperations.RotateLeft((uint)r[p->A], (int)r[p->B]);
                    p++;
                    continue;
                case MicroCode.Rotl32I:
                    r[p->D] = BitOperations.RotateLeft((uint)r[p->A], (int)p->Immediate);
                    p++;
                    continue;
                case MicroCode.Add32S:
                    r[p->D] = (ulong)(int)(r[p->A] + r[p->B]);
                    p++;
                    continue;
                case MicroCode.Add32SI:
                    r[p->D] = (ulong)(int)(r[p->A] + p->Immediate);
                    p++;
                    continue;
                case MicroCode.Sub32S:
                    r[p->D] = (ulong)(int)(r[p->A] - r[p->B]);
                    p++;
                    continue;
                case MicroCode.Sub32SI:
                    r[p->D] = (ulong)(int)(r[p->A] - p->Immediate);
                    p++;
                    continue;
                case MicroCode.Mul32S:
                    r[p->D] = (ulong)(int)(r[p->A] * r[p->B]);
                    p++;
                    continue;
                case MicroCode.Mul32SI:
                    r[p->D] = (ulong)(int)(r[p->A] * p->Immediate);
                    p++;
                    continue;
                case MicroCode.SetEq:
                    r[p->D] = r[p->A] == r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetEqI:
                    r[p->D] = r[p->A] == p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetNe:
                    r[p->D] = r[p->A] != r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetNeI:
                    r[p->D] = r[p->A] != p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLtS:
                    r[p->D] = (long)r[p->A] < (long)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLtSI:
                    r[p->D] = (long)r[p->A] < (long)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLeS:
                    r[p->D] = (long)r[p->A] <= (long)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLeSI:
                    r[p->D] = (long)r[p->A] <= (long)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGtS:
                    r[p->D] = (long)r[p->A] > (long)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGtSI:
                    r[p->D] = (long)r[p->A] > (long)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGeS:
                    r[p->D] = (long)r[p->A] >= (long)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGeSI:
                    r[p->D] = (long)r[p->A] >= (long)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLtU:
                    r[p->D] = r[p->A] < r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLtUI:
                    r[p->D] = r[p->A] < p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLeU:
                    r[p->D] = r[p->A] <= r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLeUI:
                    r[p->D] = r[p->A] <= p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGtU:
                    r[p->D] = r[p->A] > r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGtUI:
                    r[p->D] = r[p->A] > p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGeU:
                    r[p->D] = r[p->A] >= r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGeUI:
                    r[p->D] = r[p->A] >= p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetEq32:
                    r[p->D] = (uint)r[p->A] == (uint)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetEq32I:
                    r[p->D] = (uint)r[p->A] == (uint)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetNe32:
                    r[p->D] = (uint)r[p->A] != (uint)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetNe32I:
                    r[p->D] = (uint)r[p->A] != (uint)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLtS32:
                    r[p->D] = (int)r[p->A] < (int)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLtS32I:
                    r[p->D] = (int)r[p->A] < (int)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLeS32:
                    r[p->D] = (int)r[p->A] <= (int)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLeS32I:
                    r[p->D] = (int)r[p->A] <= (int)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGtS32:
                    r[p->D] = (int)r[p->A] > (int)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGtS32I:
                    r[p->D] = (int)r[p->A] > (int)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGeS32:
                    r[p->D] = (int)r[p->A] >= (int)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGeS32I:
                    r[p->D] = (int)r[p->A] >= (int)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLtU32:
                    r[p->D] = (uint)r[p->A] < (uint)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLtU32I:
                    r[p->D] = (uint)r[p->A] < (uint)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLeU32:
                    r[p->D] = (uint)r[p->A] <= (uint)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetLeU32I:
                    r[p->D] = (uint)r[p->A] <= (uint)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGtU32:
                    r[p->D] = (uint)r[p->A] > (uint)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGtU32I:
                    r[p->D] = (uint)r[p->A] > (uint)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGeU32:
                    r[p->D] = (uint)r[p->A] >= (uint)r[p->B] ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.SetGeU32I:
                    r[p->D] = (uint)r[p->A] >= (uint)p->Immediate ? 1UL : 0;
                    p++;
                    continue;
                case MicroCode.BranchEq:
                    p += r[p->A] == r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchEqI:
                    p += r[p->A] == p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchNe:
                    p += r[p->A] != r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchNeI:
                    p += r[p->A] != p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLtS:
                    p += (long)r[p->A] < (long)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLtSI:
                    p += (long)r[p->A] < (long)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLeS:
                    p += (long)r[p->A] <= (long)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLeSI:
                    p += (long)r[p->A] <= (long)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGtS:
                    p += (long)r[p->A] > (long)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGtSI:
                    p += (long)r[p->A] > (long)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGeS:
                    p += (long)r[p->A] >= (long)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGeSI:
                    p += (long)r[p->A] >= (long)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLtU:
                    p += r[p->A] < r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLtUI:
                    p += r[p->A] < p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLeU:
                    p += r[p->A] <= r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLeUI:
                    p += r[p->A] <= p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGtU:
                    p += r[p->A] > r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGtUI:
                    p += r[p->A] > p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGeU:
                    p += r[p->A] >= r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGeUI:
                    p += r[p->A] >= p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchEq32:
                    p += (uint)r[p->A] == (uint)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchEq32I:
                    p += (uint)r[p->A] == (uint)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchNe32:
                    p += (uint)r[p->A] != (uint)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchNe32I:
                    p += (uint)r[p->A] != (uint)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLtS32:
                    p += (int)r[p->A] < (int)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLtS32I:
                    p += (int)r[p->A] < (int)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLeS32:
                    p += (int)r[p->A] <= (int)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLeS32I:
                    p += (int)r[p->A] <= (int)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGtS32:
                    p += (int)r[p->A] > (int)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGtS32I:
                    p += (int)r[p->A] > (int)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGeS32:
                    p += (int)r[p->A] >= (int)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGeS32I:
                    p += (int)r[p->A] >= (int)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLtU32:
                    p += (uint)r[p->A] < (uint)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLtU32I:
                    p += (uint)r[p->A] < (uint)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLeU32:
                    p += (uint)r[p->A] <= (uint)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchLeU32I:
                    p += (uint)r[p->A] <= (uint)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGtU32:
                    p += (uint)r[p->A] > (uint)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGtU32I:
                    p += (uint)r[p->A] > (uint)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGeU32:
                    p += (uint)r[p->A] >= (uint)r[p->B] ? (short)p->D : 1;
                    continue;
                case MicroCode.BranchGeU32I:
                    p += (uint)r[p->A] >= (uint)p->Immediate ? (short)p->D : 1;
                    continue;
                case MicroCode.Load8U:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 1, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = *(byte*)(address + entry->Addend);
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 1, out value))
                        goto fault;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.Load8UScaled:
                    address = TMode.Wrap(r[p->A] + (r[p->B] << p->Scale) + p->Displacement);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 1, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = *(byte*)(address + entry->Addend);
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 1, out value))
                        goto fault;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.Load8S:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 1, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = (ulong)*(sbyte*)(address + entry->Addend);
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 1, out value))
                        goto fault;
                    r[p->D] = (ulong)(sbyte)value;
                    p++;
                    continue;
                case MicroCode.Load8SScaled:
                    address = TMode.Wrap(r[p->A] + (r[p->B] << p->Scale) + p->Displacement);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 1, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = (ulong)*(sbyte*)(address + entry->Addend);
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 1, out value))
                        goto fault;
                    r[p->D] = (ulong)(sbyte)value;
                    p++;
                    continue;
                case MicroCode.Load16U:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 2, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = TMode.Order(Unsafe.ReadUnaligned<ushort>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 2, out value))
                        goto fault;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.Load16UScaled:
                    address = TMode.Wrap(r[p->A] + (r[p->B] << p->Scale) + p->Displacement);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 2, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = TMode.Order(Unsafe.ReadUnaligned<ushort>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 2, out value))
                        goto fault;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.Load16S:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 2, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = (ulong)(short)TMode.Order(Unsafe.ReadUnaligned<ushort>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 2, out value))
                        goto fault;
                    r[p->D] = (ulong)(short)value;
                    p++;
                    continue;
                case MicroCode.Load16SScaled:
                    address = TMode.Wrap(r[p->A] + (r[p->B] << p->Scale) + p->Displacement);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 2, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = (ulong)(short)TMode.Order(Unsafe.ReadUnaligned<ushort>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 2, out value))
                        goto fault;
                    r[p->D] = (ulong)(short)value;
                    p++;
                    continue;
                case MicroCode.Load32U:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 4, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = TMode.Order(Unsafe.ReadUnaligned<uint>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 4, out value))
                        goto fault;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.Load32UScaled:
                    address = TMode.Wrap(r[p->A] + (r[p->B] << p->Scale) + p->Displacement);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 4, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = TMode.Order(Unsafe.ReadUnaligned<uint>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 4, out value))
                        goto fault;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.Load32S:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 4, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = (ulong)(int)TMode.Order(Unsafe.ReadUnaligned<uint>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 4, out value))
                        goto fault;
                    r[p->D] = (ulong)(int)value;
                    p++;
                    continue;
                case MicroCode.Load32SScaled:
                    address = TMode.Wrap(r[p->A] + (r[p->B] << p->Scale) + p->Displacement);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 4, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = (ulong)(int)TMode.Order(Unsafe.ReadUnaligned<uint>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 4, out value))
                        goto fault;
                    r[p->D] = (ulong)(int)value;
                    p++;
                    continue;
                case MicroCode.Load64:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 8, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = TMode.Order(Unsafe.ReadUnaligned<ulong>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 8, out value))
                        goto fault;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.Load64Scaled:
                    address = TMode.Wrap(r[p->A] + (r[p->B] << p->Scale) + p->Displacement);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 8, pageMask) == entry->ReadTag)
                    {
                        r[p->D] = TMode.Order(Unsafe.ReadUnaligned<ulong>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 8, out value))
                        goto fault;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.Store8:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 1, pageMask) == entry->WriteTag)
                    {
                        *(byte*)(address + entry->Addend) = (byte)r[p->D];
                        p++;
                        continue;
                    }
                    if (!memory.TryStore<TMode>(address, 1, r[p->D]))
                        goto fault;
                    p++;
                    continue;
                case MicroCode.Store8Scaled:
                    address = TMode.Wrap(r[p->A] + (r[p->B] << p->Scale) + p->Displacement);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 1, pageMask) == entry->WriteTag)
                    {
                        *(byte*)(address + entry->Addend) = (byte)r[p->D];
                        p++;
                        continue;
                    }
                    if (!memory.TryStore<TMode>(address, 1, r[p->D]))
                        goto fault;
                    p++;
                    continue;
                case MicroCode.Store16:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 2, pageMask) == entry->WriteTag)
                    {
                        Unsafe.WriteUnaligned((void*)(address + entry->Addend), TMode.Order((ushort)r[p->D]));
                        p++;
                        continue;
                    }
                    if (!memory.TryStore<TMode>(address, 2, r[p->D]))
                        goto fault;
                    p++;
                    continue;
                case MicroCode.Store16Scaled:
                    address = TMode.Wrap(r[p->A] + (r[p->B] << p->Scale) + p->Displacement);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 2, pageMask) == entry->WriteTag)
                    {
                        Unsafe.WriteUnaligned((void*)(address + entry->Addend), TMode.Order((ushort)r[p->D]));
                        p++;
                        continue;
                    }
                    if (!memory.TryStore<TMode>(address, 2, r[p->D]))
                        goto fault;
                    p++;
                    continue;
                case MicroCode.Store32:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 4, pageMask) == entry->WriteTag)
                    {
                        Unsafe.WriteUnaligned((void*)(address + entry->Addend), TMode.Order((uint)r[p->D]));
                        p++;
                        continue;
                    }
                    if (!memory.TryStore<TMode>(address, 4, r[p->D]))
                        goto fault;
                    p++;
                    continue;
                case MicroCode.Store32Scaled:
                    address = TMode.Wrap(r[p->A] + (r[p->B] << p->Scale) + p->Displacement);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 4, pageMask) == entry->WriteTag)
                    {
                        Unsafe.WriteUnaligned((void*)(address + entry->Addend), TMode.Order((uint)r[p->D]));
                        p++;
                        continue;
                    }
                    if (!memory.TryStore<TMode>(address, 4, r[p->D]))
                        goto fault;
                    p++;
                    continue;
                case MicroCode.Store64:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 8, pageMask) == entry->WriteTag)
                    {
                        Unsafe.WriteUnaligned((void*)(address + entry->Addend), TMode.Order(r[p->D]));
                        p++;
                        continue;
                    }
                    if (!memory.TryStore<TMode>(address, 8, r[p->D]))
                        goto fault;
                    p++;
                    continue;
                case MicroCode.Store64Scaled:
                    address = TMode.Wrap(r[p->A] + (r[p->B] << p->Scale) + p->Displacement);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 8, pageMask) == entry->WriteTag)
                    {
                        Unsafe.WriteUnaligned((void*)(address + entry->Addend), TMode.Order(r[p->D]));
                        p++;
                        continue;
                    }
                    if (!memory.TryStore<TMode>(address, 8, r[p->D]))
                        goto fault;
                    p++;
                    continue;
                case MicroCode.Load128:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 16, pageMask) == entry->ReadTag)
                    {
                        ulong first = TMode.Order(Unsafe.ReadUnaligned<ulong>((void*)(address + entry->Addend)));
                        r[p->D + 1] = TMode.Order(Unsafe.ReadUnaligned<ulong>((void*)(address + entry->Addend + 8)));
                        r[p->D] = first;
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad128<TMode>(address, r + p->D))
                        goto fault;
                    p++;
                    continue;
                case MicroCode.Store128:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 16, pageMask) == entry->WriteTag)
                    {
                        Unsafe.WriteUnaligned((void*)(address + entry->Addend), TMode.Order(r[p->D]));
                        Unsafe.WriteUnaligned((void*)(address + entry->Addend + 8), TMode.Order(r[p->D + 1]));
                        p++;
                        continue;
                    }
                    if (!memory.TryStore128<TMode>(address, r[p->D], r[p->D + 1]))
                        goto fault;
                    p++;
                    continue;
                case MicroCode.ProbeWrite:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, p->B, pageMask) != entry->WriteTag && !memory.TryProbe<TMode>(address, p->B))
                        goto fault;
                    p++;
                    continue;
                case MicroCode.Call:
                    r[p->D] = ((delegate*<ref EngineState, ulong, ulong, int, ulong>)s->Functions[(uint)p->Immediate])(ref *s, r[p->A], r[p->B], p->Scale);
                    p++;
                    continue;
                case MicroCode.CallChecked:
                    value = ((delegate*<ref EngineState, ulong, ulong, int, ulong>)s->Functions[(uint)p->Immediate])(ref *s, r[p->A], r[p->B], p->Scale);
                    if (s->Raised != CpuStopKind.None)
                    {
                        s->Left = Leaving.Raised;
                        goto leave;
                    }
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.FloatAdd64:
                    {
                        double x = BitConverter.UInt64BitsToDouble(r[p->A]), y = BitConverter.UInt64BitsToDouble(r[p->B]), z = x + y;
                        if (MayHost(r, p->Immediate, out bool exactly) && (exactly ? HostArithmetic.IsExactSum(x, y, z) : HostArithmetic.IsPlainSum(x, y, z)))
                        {
                            r[p->D] = BitConverter.DoubleToUInt64Bits(z);
                            p++;
                        }
                        p++;
                        continue;
                    }
                case MicroCode.FloatSub64:
                    {
                        double x = BitConverter.UInt64BitsToDouble(r[p->A]), y = BitConverter.UInt64BitsToDouble(r[p->B]), z = x - y;
                        if (MayHost(r, p->Immediate, out bool exactly) && (exactly ? HostArithmetic.IsExactSum(x, -y, z) : HostArithmetic.IsPlainSum(x, -y, z)))
                        {
                            r[p->D] = BitConverter.DoubleToUInt64Bits(z);
                            p++;
                        }
                        p++;
                        continue;
                    }
                case MicroCode.FloatMul64:
                    {
                        double x = BitConverter.UInt64BitsToDouble(r[p->A]), y = BitConverter.UInt64BitsToDouble(r[p->B]), z = x * y;
                        if (MayHost(r, p->Immediate, out bool exactly) && (exactly ? HostArithmetic.IsExactProduct(x, y, z) : HostArithmetic.IsPlainProduct(x, y, z)))
                        {
                            r[p->D] = BitConverter.DoubleToUInt64Bits(z);
                            p++;
                        }
                        p++;
                        continue;
                    }
                case MicroCode.FloatDiv64:
                    {
                        double x = BitConverter.UInt64BitsToDouble(r[p->A]), y = BitConverter.UInt64BitsToDouble(r[p->B]), z = x / y;
                        if (MayHost(r, p->Immediate, out bool exactly) && (exactly ? HostArithmetic.IsExactQuotient(x, y, z) : HostArithmetic.IsPlainQuotient(x, y, z)))
                        {
                            r[p->D] = BitConverter.DoubleToUInt64Bits(z);
                            p++;
                        }
                        p++;
                        continue;
                    }
                case MicroCode.CallVector:
                    CallVector(s, p);
                    p++;
                    continue;
                case MicroCode.Poll:
                    if (Volatile.Read(ref s->Threshold) != long.MaxValue)
                    {
                        p++;
                        continue;
                    }
                    s->Left = Leaving.Poll;
                    goto leave;
                case MicroCode.Exit:
                    {
                        s->Remaining -= p->D;
                        Block* target = (Block*)p->Immediate;
                        if (target != null && s->Remaining >= Volatile.Read(ref s->Threshold))
                        {
                            block = target;
                            p = target->Start;
                            continue;
                        }
                        s->Pc = p[1].Immediate;
                        s->Left = Leaving.Link;
                        goto leave;
                    }
                case MicroCode.ExitBack:
                    {
                        s->Remaining -= p->D;
                        Block* target = (Block*)p->Immediate;
                        if (target != null && s->Remaining >= Volatile.Read(ref s->Threshold) && ++target->Heat != s->Hot)
                        {
                            block = target;
                            p = target->Start;
                            continue;
                        }
                        s->Pc = p[1].Immediate;
                        s->Left = Leaving.Link;
                        goto leave;
                    }
                case MicroCode.ExitFar:
                    {
                        s->Remaining -= p->D;
                        Block* target = (Block*)p->Immediate;
                        // A loop over the end of a page has no other way back.
                        if (target != null && p[3].Immediate == s->Epoch && s->Remaining >= Volatile.Read(ref s->Threshold)
                            && (p[1].Immediate > block->Pc || ++target->Heat != s->Hot))
                        {
                            block = target;
                            p = target->Start;
                            continue;
                        }
                        s->Pc = p[1].Immediate;
                        s->Left = Leaving.Link;
                        goto leave;
                    }
                case MicroCode.ExitIndirect:
                    {
                        s->Remaining -= p->D;
                        ulong pc = TMode.Wrap(r[p->A]);
                        JumpTarget* jump = s->Jumps + JumpTarget.SlotOf(pc);
                        if (jump->Pc == pc && jump->Epoch == s->Epoch && s->Remaining >= Volatile.Read(ref s->Threshold))
                        {
                            Block* target = jump->Block;
                            // To the front with it.
                            value = (ulong)target;
                            for (MicroOp* known = p + 1; value != 0 && known <= p + RegionPlan.MostTargets; known++)
                            {
                                (known->Immediate, value) = (value, known->Immediate);
                                if (value == (ulong)target)
                                    break;
                            }
                            if (++target->Heat != s->Hot)
                            {
                                block = target;
                                p = target->Start;
                                continue;
                            }
                        }
                        s->Pc = pc;
                        s->Left = Leaving.Lookup;
                        goto leave;
                    }
                case MicroCode.EnterRegion:
                    if (p[1].Immediate != s->Epoch)
                    {
                        s->Pc = block->Pc;
                        s->Left = Leaving.Lookup;
                        goto leave;
                    }
                    value = (ulong)s->Remaining;
                    s->InRegion = 1;
                    ((delegate*<EngineState*, void>)p->Immediate)(s);
                    s->InRegion = 0;
                    s->Translated += (long)value - s->Remaining;
                    value = (ulong)s->AtBlock;
                    s->RegionExits[value & EngineState.RegionExitMask]++;
                    block = (Block*)(value & ~(ulong)EngineState.RegionExitMask);
                    p = s->AtOp;
                    // The operation that is left for here only says where to go on: the instructions of its block were done there.
                    if ((RegionExit)(value & EngineState.RegionExitMask) is RegionExit.Direct or RegionExit.Indirect or RegionExit.SystemCall)
                        s->Translated += p->D;
                    continue;
                case MicroCode.Raise:
                    s->Remaining -= p->D;
                    s->Pc = p->Immediate;
                    s->Stop = new CpuStop((CpuStopKind)p->A, p->Immediate, p->B, 0, default);
                    s->Left = Leaving.Raise;
                    goto leave;
                case MicroCode.AddFlags:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = value + address;
                    p++;
                    continue;
                case MicroCode.AddFlagsI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = value + address;
                    p++;
                    continue;
                case MicroCode.SubFlags:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = value - address;
                    p++;
                    continue;
                case MicroCode.SubFlagsI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = value - address;
                    p++;
                    continue;
                case MicroCode.MulFlags:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = value * address;
                    p++;
                    continue;
                case MicroCode.MulFlagsI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = value * address;
                    p++;
                    continue;
                case MicroCode.AndFlags:
                    value = r[p->A] & r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.AndFlagsI:
                    value = r[p->A] & p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.OrFlags:
                    value = r[p->A] | r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.OrFlagsI:
                    value = r[p->A] | p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.XorFlags:
                    value = r[p->A] ^ r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.XorFlagsI:
                    value = r[p->A] ^ p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.AddFlags32:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = (uint)value + (uint)address;
                    p++;
                    continue;
                case MicroCode.AddFlags32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = (uint)value + (uint)address;
                    p++;
                    continue;
                case MicroCode.SubFlags32:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = (uint)value - (uint)address;
                    p++;
                    continue;
                case MicroCode.SubFlags32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = (uint)value - (uint)address;
                    p++;
                    continue;
                case MicroCode.MulFlags32:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = (uint)value * (uint)address;
                    p++;
                    continue;
                case MicroCode.MulFlags32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = (uint)value * (uint)address;
                    p++;
                    continue;
                case MicroCode.AndFlags32:
                    value = (uint)r[p->A] & (uint)r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.AndFlags32I:
                    value = (uint)r[p->A] & (uint)p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.OrFlags32:
                    value = (uint)r[p->A] | (uint)r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.OrFlags32I:
                    value = (uint)r[p->A] | (uint)p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.XorFlags32:
                    value = (uint)r[p->A] ^ (uint)r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.XorFlags32I:
                    value = (uint)r[p->A] ^ (uint)p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.ShlFlagsI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = value << (int)address;
                    p++;
                    continue;
                case MicroCode.ShrFlagsI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = value >> (int)address;
                    p++;
                    continue;
                case MicroCode.SarFlagsI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = (ulong)((long)value >> (int)address);
                    p++;
                    continue;
                case MicroCode.ShlFlags32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = (uint)value << (int)address;
                    p++;
                    continue;
                case MicroCode.ShrFlags32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = (uint)value >> (int)address;
                    p++;
                    continue;
                case MicroCode.SarFlags32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    r[p->D] = (uint)((int)value >> (int)address);
                    p++;
                    continue;
                case MicroCode.SetFlagsI:
                    r[p->D + 1] = r[p->A];
                    r[p->D + 2] = p->Immediate;
                    r[p->D] = p->B;
                    p++;
                    continue;
                case MicroCode.SetFlagsIf:
                    if (r[p->B] != 0)
                    {
                        r[p->D] = p->Immediate;
                        r[p->D + 1] = r[p->A];
                        r[p->D + 2] = r[p->B];
                    }
                    p++;
                    continue;
                case MicroCode.SetFlagsPlus:
                    r[p->Flags] = p->How + r[p->D];
                    r[p->Flags + 1] = r[p->A];
                    r[p->Flags + 2] = r[p->B];
                    p++;
                    continue;
                case MicroCode.CallFlags:
                    ((delegate*<ref EngineState, ulong, ulong, int, ulong>)s->Functions[(uint)p->Immediate])(ref *s, r[p->A], r[p->B], p->Scale);
                    p++;
                    continue;
                case MicroCode.DivideU:
                    value = r[p->B];
                    r[p->D] = value == 0 ? ulong.MaxValue : r[p->A] / value;
                    p++;
                    continue;
                case MicroCode.DivideS:
                    r[p->D] = (ulong)MicroArithmetic.DivideSigned((long)r[p->A], (long)r[p->B]);
                    p++;
                    continue;
                case MicroCode.Rare:
                    p++;
                    continue;
                case MicroCode.AmendFlags:
                    r[p->D] = (r[p->D] & p->Immediate >> 32) | (uint)p->Immediate;
                    r[p->B] = r[p->A];
                    p++;
                    continue;
                case MicroCode.FlagsBranchEq:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += value == address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchEqI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += value == address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchNe:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += value != address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchNeI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += value != address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLtS:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (long)value < (long)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLtSI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (long)value < (long)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLeS:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (long)value <= (long)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLeSI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (long)value <= (long)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGtS:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (long)value > (long)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGtSI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (long)value > (long)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGeS:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (long)value >= (long)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGeSI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (long)value >= (long)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLtU:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += value < address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLtUI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += value < address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLeU:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += value <= address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLeUI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += value <= address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGtU:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += value > address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGtUI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += value > address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGeU:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += value >= address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGeUI:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += value >= address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchEq32:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (uint)value == (uint)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchEq32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (uint)value == (uint)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchNe32:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (uint)value != (uint)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchNe32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (uint)value != (uint)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLtS32:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (int)value < (int)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLtS32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (int)value < (int)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLeS32:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (int)value <= (int)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLeS32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (int)value <= (int)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGtS32:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (int)value > (int)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGtS32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (int)value > (int)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGeS32:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (int)value >= (int)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGeS32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (int)value >= (int)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLtU32:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (uint)value < (uint)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLtU32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (uint)value < (uint)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLeU32:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (uint)value <= (uint)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchLeU32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (uint)value <= (uint)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGtU32:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (uint)value > (uint)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGtU32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (uint)value > (uint)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGeU32:
                    value = r[p->A];
                    address = r[p->B];
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (uint)value >= (uint)address ? (short)p->D : 1;
                    continue;
                case MicroCode.FlagsBranchGeU32I:
                    value = r[p->A];
                    address = p->Displacement;
                    r[p->Flags] = p->How;
                    r[p->Flags + 1] = value;
                    r[p->Flags + 2] = address;
                    p += (uint)value >= (uint)address ? (short)p->D : 1;
                    continue;
                case MicroCode.AddScaled32:
                    r[p->D] = (uint)(r[p->A] + (r[p->B] << p->Scale) + p->Displacement);
                    p++;
                    continue;
                case MicroCode.LoadForWrite8:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 1, pageMask) == entry->WriteTag)
                    {
                        r[p->D] = *(byte*)(address + entry->Addend);
                        p++;
                        continue;
                    }
                    if (!memory.TryProbe<TMode>(address, 1) || !memory.TryLoad<TMode>(address, 1, out value))
                        goto fault;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.LoadForWrite16:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 2, pageMask) == entry->WriteTag)
                    {
                        r[p->D] = TMode.Order(Unsafe.ReadUnaligned<ushort>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryProbe<TMode>(address, 2) || !memory.TryLoad<TMode>(address, 2, out value))
                        goto fault;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.LoadForWrite32:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 4, pageMask) == entry->WriteTag)
                    {
                        r[p->D] = TMode.Order(Unsafe.ReadUnaligned<uint>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryProbe<TMode>(address, 4) || !memory.TryLoad<TMode>(address, 4, out value))
                        goto fault;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.LoadForWrite64:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 8, pageMask) == entry->WriteTag)
                    {
                        r[p->D] = TMode.Order(Unsafe.ReadUnaligned<ulong>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryProbe<TMode>(address, 8) || !memory.TryLoad<TMode>(address, 8, out value))
                        goto fault;
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.StoreUpdate32:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 4, pageMask) == entry->WriteTag)
                    {
                        Unsafe.WriteUnaligned((void*)(address + entry->Addend), TMode.Order((uint)r[p->D]));
                        r[p->A] = address;
                        p++;
                        continue;
                    }
                    if (!memory.TryStore<TMode>(address, 4, r[p->D]))
                        goto fault;
                    r[p->A] = address;
                    p++;
                    continue;
                case MicroCode.LoadUpdate32:
                    address = TMode.Wrap(r[p->A]);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 4, pageMask) == entry->ReadTag)
                    {
                        r[p->A] = TMode.Wrap(address + p->Immediate);
                        r[p->D] = TMode.Order(Unsafe.ReadUnaligned<uint>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 4, out value))
                        goto fault;
                    r[p->A] = TMode.Wrap(address + p->Immediate);
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.StoreUpdate64:
                    address = TMode.Wrap(r[p->A] + p->Immediate);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 8, pageMask) == entry->WriteTag)
                    {
                        Unsafe.WriteUnaligned((void*)(address + entry->Addend), TMode.Order((ulong)r[p->D]));
                        r[p->A] = address;
                        p++;
                        continue;
                    }
                    if (!memory.TryStore<TMode>(address, 8, r[p->D]))
                        goto fault;
                    r[p->A] = address;
                    p++;
                    continue;
                case MicroCode.LoadUpdate64:
                    address = TMode.Wrap(r[p->A]);
                    entry = (TlbEntry*)(tlb + ((address >> slotShift) & s->TlbByteMask));
                    if (TMode.PageOf(address, 8, pageMask) == entry->ReadTag)
                    {
                        r[p->A] = TMode.Wrap(address + p->Immediate);
                        r[p->D] = TMode.Order(Unsafe.ReadUnaligned<ulong>((void*)(address + entry->Addend)));
                        p++;
                        continue;
                    }
                    if (!memory.TryLoad<TMode>(address, 8, out value))
                        goto fault;
                    r[p->A] = TMode.Wrap(address + p->Immediate);
                    r[p->D] = value;
                    p++;
                    continue;
                case MicroCode.Observe:
                    memory.Observe(TMode.Wrap(r[p->A] + p->Immediate), (AccessKind)p->D, p->B);
                    p++;
                    continue;
                default:
                    throw new InvalidOperationException($"operation {p->Code} in a block at 0x{block->Pc:x}");
            }
        }
    fault:
        s->Left = memory.WouldChangeCode ? Leaving.CodeStore : Leaving.Fault;
    leave:
        s->AtBlock = block;
        s->AtOp = p;
    }

    /// <summary>Whether the host may do a floating-point operation, and whether it must be exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MayHost(ulong* r, ulong rule, out bool exactly)
    {
        exactly = false;
        if (!HostFloatRule.Asks(rule))
            return true;
        ulong control = r[HostFloatRule.ControlOf(rule)], quiet = HostFloatRule.QuietOf(rule);
        exactly = (control & quiet) != quiet;
        return (control & HostFloatRule.RoundingOf(rule)) == HostFloatRule.NearestOf(rule);
    }

    /// <summary>By itself, because what passes vectors is not compiled ahead, and the loop is to be.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CallVector(EngineState* s, MicroOp* p)
    {
        Vector128<byte>* d = (Vector128<byte>*)(s->Slots + p->D), a = (Vector128<byte>*)(s->Slots + p->A), b = (Vector128<byte>*)(s->Slots + p->B);
        *d = ((delegate*<ref EngineState, Vector128<byte>, Vector128<byte>, int, Vector128<byte>>)s->Functions[(uint)p->Immediate])(ref *s, *a, *b, p->Scale);
    }
}
