using System.Buffers.Binary;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Signals;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>What a handler of signals of a 64-bit program finds on its stack.</summary>
/// <remarks>
/// <code>
///   0 address to return to      8 struct ucontext: flags, link, stack_t (24), struct sigcontext (256), mask     312 siginfo_t (128)
/// sigcontext: r8 to r15, di, si, bp, bx, dx, ax, cx, sp, ip, flags, then cs, gs, fs, ss of 2 bytes, err, trapno, oldmask, cr2, fpstate, 8 unused
/// </code>
/// Above it, at a multiple of 64, the image of FXSAVE; above that 128 bytes that belong to who was interrupted. Source:
/// arch/x86/kernel/signal.c, arch/x86/include/uapi/asm/{sigcontext,ucontext}.h, v2.6.32 and v6.1. A processor without XSAVE.
/// </remarks>
internal static class Amd64SignalFrame
{
    private const int Context = 8, Stack = Context + 16, Machine = Context + 40, Mask = Machine + 256, Info = Mask + 8, Bytes = Info + 128;
    private const int Instruction = 16 * 8, Flags = 17 * 8, Selectors = 18 * 8, Error = 19 * 8, Trap = 20 * 8, OldMask = 21 * 8, Cr2 = 22 * 8, Float = 23 * 8;
    private const ulong RedZoneBytes = 128;
    private const uint SignalContextHasStackSegment = 6;        // UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS

    /// <summary>Flags that sigreturn() sets: AC, OF, DF, TF, SF, ZF, AF, PF, CF (FIX_EFLAGS).</summary>
    internal const ulong RestoredFlags = 0x4_0dd5;

    /// <summary>In struct sigcontext's order.</summary>
    private static readonly Slot[] Order = [General(8), General(9), General(10), General(11), General(12), General(13), General(14), General(15), Rdi, Rsi, Rbp, Rbx, Rdx, Rax, Rcx, Rsp];

    public static Errno Push(SignalDelivery delivery)
    {
        // There is no vdso with a way back: the kernel wants the program's.
        if (!delivery.Action.Flags.HasFlag(SignalActionFlags.Restorer))
            return Errno.EFAULT;
        TaskRegisters registers = delivery.Registers;
        ulong stackPointer = registers[Rsp], top = delivery.StackTop(stackPointer - RedZoneBytes);
        ulong image = (top - Amd64FloatState.Bytes) & ~63UL;
        ulong at = ((image - Bytes) & ~15UL) - 8;
        if (Overflows(delivery, stackPointer - RedZoneBytes, at))
            return Errno.EFAULT;

        Span<byte> floats = stackalloc byte[Amd64FloatState.Bytes];
        floats.Clear();
        Amd64FloatState.Save(registers.Slots, floats, 64);
        if (delivery.CopyOut(image, floats) is var lost && lost.Failed())
            return lost;

        Span<byte> frame = stackalloc byte[Bytes];
        frame.Clear();
        bool later = delivery.Era.Version == KernelEra.V6_1.Version;
        Write(frame, 0, delivery.Action.Restorer);
        Write(frame, Context, later ? SignalContextHasStackSegment : 0);
        delivery.WriteAlternateStack(frame.Slice(Stack, 24), stackPointer);
        WriteMachine(delivery, frame[Machine..], image, later);
        Write(frame, Mask, delivery.GuestMask);
        if (delivery.WantsInfo)
            delivery.WriteInfo(frame.Slice(Info, 128));
        if (delivery.CopyOut(at, frame) is var error && error.Failed())
            return error;

        registers[Rdi] = (ulong)delivery.GuestSignal;
        registers[Rsi] = at + Info;
        registers[Rdx] = at + Context;
        registers[Rax] = 0;
        registers[Rsp] = at;
        BeginHandler(registers, delivery.Action.Handler);
        return Errno.None;
    }

    public static Errno Pop(SignalReturn back)
    {
        TaskRegisters registers = back.Registers;
        Span<byte> frame = stackalloc byte[Info];
        if (back.CopyIn(registers[Rsp] - 8, frame) is var error && error.Failed())
            return error;
        Span<byte> machine = frame[Machine..];
        if (RestoreFloat(back, Read(machine, Float)) is var bad && bad.Failed())
            return bad;
        for (int i = 0; i < Order.Length; i++)
            registers[Order[i]] = Read(machine, 8 * i);
        registers.Pc = Read(machine, Instruction);
        RestoreFlags(registers, Read(machine, Flags));
        back.SetAlternateStack(frame.Slice(Stack, 24));
        back.SetMask(Read(frame, Mask));
        return Errno.None;
    }

    /// <summary>Flags and floating point as a handler begins with them: no direction, no exceptions that are not masked.</summary>
    internal static void BeginHandler(TaskRegisters registers, ulong handler)
    {
        Span<ulong> slots = registers.Slots;
        WriteFlags(slots, ReadFlags(slots) & ~(Amd64Flags.Direction | Amd64Flags.Trap));
        Amd64FloatState.Clear(slots);
        registers.Pc = handler;
    }

    internal static void RestoreFlags(TaskRegisters registers, ulong value)
    {
        Span<ulong> slots = registers.Slots;
        WriteFlags(slots, (ReadFlags(slots) & ~RestoredFlags) | (value & RestoredFlags));
    }

    /// <summary>A frame on the alternate stack that does not fit there is not written.</summary>
    internal static bool Overflows(SignalDelivery delivery, ulong stackPointer, ulong at)
    {
        AlternateStack stack = delivery.AlternateStack;
        bool isOn = stack.Contains(stackPointer), enters = delivery.StackTop(stackPointer) != stackPointer;
        return (isOn || enters) && !(at > stack.Base && at - stack.Base <= stack.Bytes);
    }

    private static Errno RestoreFloat(SignalReturn back, ulong image)
    {
        Span<ulong> slots = back.Registers.Slots;
        if (image == 0)
        {
            Amd64FloatState.Clear(slots);
            return Errno.None;
        }
        Span<byte> floats = stackalloc byte[Amd64FloatState.Bytes];
        if (back.CopyIn(image, floats) is var error && error.Failed())
            return error;
        if (!Amd64FloatState.IsValid(floats))
            return Errno.EFAULT;        // FXRSTOR would be #GP
        Amd64FloatState.Restore(slots, floats, 64);
        return Errno.None;
    }

    private static void WriteMachine(SignalDelivery delivery, Span<byte> machine, ulong image, bool later)
    {
        TaskRegisters registers = delivery.Registers;
        for (int i = 0; i < Order.Length; i++)
            Write(machine, 8 * i, registers[Order[i]]);
        Write(machine, Instruction, registers.Pc);
        Write(machine, Flags, ReadFlags(registers.Slots));
        Write(machine, Selectors, registers[Cs] | (later ? registers[Ss] << 48 : 0));
        Write(machine, Error, registers[TrapError]);
        Write(machine, Trap, registers[TrapNumber]);
        Write(machine, OldMask, delivery.GuestMask);
        Write(machine, Cr2, registers[FaultAddress]);
        Write(machine, Float, image);
    }

    private static void Write(Span<byte> bytes, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(bytes[at..], value);

    private static ulong Read(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
