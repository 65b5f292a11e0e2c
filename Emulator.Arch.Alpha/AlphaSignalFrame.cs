using System.Buffers.Binary;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Signals;

namespace Emulator.Arch.Alpha;

/// <summary>What a handler of signals finds on its stack.</summary>
/// <remarks>
/// <code>
/// sigframe                          rt_sigframe
///   0 struct sigcontext               0 siginfo_t (128 bytes)
/// 648 three instructions            128 ucontext: flags, link, osf_sigmask, stack_t (24), struct sigcontext, sigmask
///                                   832 three instructions
/// sigcontext, words of 8 bytes: onstack, mask, pc, ps, regs[32], ownedfp, fpregs[32], fpcr, fp_control, 2 unused, ssize, sbase,
/// traparg a0 to a2, fp_trap_pc, fp_trigger_sum, fp_trigger_inst
/// </code>
/// Source: arch/alpha/kernel/signal.c and arch/alpha/include/uapi/asm/{sigcontext,ucontext}.h, v2.6.32 and v6.1.
/// </remarks>
internal static class AlphaSignalFrame
{
    private const int ContextBytes = 81 * 8, ContextInReal = 128 + 48, MaskInReal = ContextInReal + ContextBytes, CodeInReal = MaskInReal + 8;
    private const int PlainBytes = ContextBytes + 16, RealBytes = CodeInReal + 16;
    private const int Mask = 1, Pc = 2, Ps = 3, Registers = 4, OwnsFloat = 36, Floats = 37, Fpcr = 69, FloatControl = 70;

    private const uint MovePointer = 0x47fe_0410, LoadNumber = 0x201f_0000, CallSystem = 0x83;      // mov sp,a0; ldi v0,n; callsys
    private const uint Return = 103, RealTimeReturn = 351;

    public static Errno Push(SignalDelivery delivery)
    {
        TaskRegisters registers = delivery.Registers;
        bool real = delivery.WantsInfo;
        int bytes = real ? RealBytes : PlainBytes, context = real ? ContextInReal : 0, code = real ? CodeInReal : ContextBytes;
        ulong stackPointer = registers[AlphaRegisters.StackPointer];
        ulong at = (delivery.StackTop(stackPointer) - (ulong)bytes) & ~31UL;

        Span<byte> frame = stackalloc byte[RealBytes];
        frame.Clear();
        frame = frame[..bytes];
        WriteContext(delivery, frame.Slice(context, ContextBytes));
        if (real)
        {
            delivery.WriteInfo(frame[..128]);
            BinaryPrimitives.WriteUInt64LittleEndian(frame[(128 + 16)..], delivery.GuestMask);
            delivery.WriteAlternateStack(frame.Slice(128 + 24, 24), stackPointer);
            BinaryPrimitives.WriteUInt64LittleEndian(frame[MaskInReal..], delivery.GuestMask);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(frame[code..], MovePointer);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[(code + 4)..], LoadNumber + (real ? RealTimeReturn : Return));
        BinaryPrimitives.WriteUInt32LittleEndian(frame[(code + 8)..], CallSystem);
        Errno error = delivery.CopyOut(at, frame);
        if (error.Failed())
            return error;

        registers[AlphaRegisters.ReturnAddress] = delivery.Action.Restorer != 0 ? delivery.Action.Restorer : at + (ulong)code;
        registers[AlphaRegisters.Integer(27)] = delivery.Action.Handler;
        registers[AlphaRegisters.A0] = (ulong)delivery.GuestSignal;
        registers[AlphaRegisters.Integer(17)] = real ? at : 0;
        registers[AlphaRegisters.Integer(18)] = real ? at + 128 : at;
        registers[AlphaRegisters.StackPointer] = at;
        registers.Pc = delivery.Action.Handler;
        return Errno.None;
    }

    /// <summary>The frame is where the first argument says: the three instructions put the stack pointer there.</summary>
    public static Errno Pop(SignalReturn back)
    {
        ulong at = back.Registers[AlphaRegisters.A0];
        if ((at & 7) != 0)
            return Errno.EFAULT;
        Span<byte> frame = stackalloc byte[CodeInReal];
        frame = back.IsRealTime ? frame : frame[..ContextBytes];
        Errno error = back.CopyIn(at, frame);
        if (error.Failed())
            return error;
        ReadContext(back.Registers, frame.Slice(back.IsRealTime ? ContextInReal : 0, ContextBytes), out ulong mask);
        if (back.IsRealTime)
        {
            back.SetAlternateStack(frame.Slice(128 + 24, 24));
            mask = BinaryPrimitives.ReadUInt64LittleEndian(frame[MaskInReal..]);
        }
        back.SetMask(mask);
        return Errno.None;
    }

    private static void WriteContext(SignalDelivery delivery, Span<byte> context)
    {
        TaskRegisters registers = delivery.Registers;
        Write(context, 0, (delivery.AlternateStackFlags(registers[AlphaRegisters.StackPointer]) & AlternateStack.OnStackFlag) != 0 ? 1UL : 0);
        Write(context, Mask, delivery.GuestMask);
        Write(context, Pc, registers.Pc);
        Write(context, Ps, 8);      // user mode
        Write(context, OwnsFloat, 1);
        for (int i = 0; i < 31; i++)
        {
            Write(context, Registers + i, registers[AlphaRegisters.Integer(i)]);
            Write(context, Floats + i, registers[AlphaRegisters.Float(i)]);
        }
        Write(context, Fpcr, registers[AlphaRegisters.Fpcr]);
        Write(context, FloatControl, AlphaFloatControl.ToSoftware(registers[AlphaRegisters.Fpcr]));
    }

    private static void ReadContext(TaskRegisters registers, ReadOnlySpan<byte> context, out ulong mask)
    {
        mask = Read(context, Mask);
        for (int i = 0; i < 31; i++)
        {
            registers[AlphaRegisters.Integer(i)] = Read(context, Registers + i);
            registers[AlphaRegisters.Float(i)] = Read(context, Floats + i);
        }
        registers[AlphaRegisters.Fpcr] = Read(context, Fpcr);
        registers.Pc = Read(context, Pc) & ~3UL;
    }

    private static void Write(Span<byte> context, int word, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(context[(8 * word)..], value);

    private static ulong Read(ReadOnlySpan<byte> context, int word) => BinaryPrimitives.ReadUInt64LittleEndian(context[(8 * word)..]);
}
