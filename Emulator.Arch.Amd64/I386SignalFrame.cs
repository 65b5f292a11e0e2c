using System.Buffers.Binary;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Signals;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>What a handler of signals of an i386 program finds on its stack.</summary>
/// <remarks>
/// <code>
/// sigframe                                            rt_sigframe
///   0 address to return to                              0 address to return to
///   4 signal                                            4 signal, address of siginfo, address of ucontext
///   8 struct sigcontext (88)                           16 siginfo_t (128)
///  96 a place for floating point, unused (624)        144 ucontext: flags, link, stack_t (12), struct sigcontext (88), mask (8)
/// 720 upper half of the mask                          260 two instructions
/// 724 three instructions
/// sigcontext, words of 4 bytes: gs, fs, es, ds, di, si, bp, sp, bx, dx, cx, ax, trapno, err, ip, cs, flags, sp at signal, ss, fpstate, oldmask, cr2
/// fpstate: the 108 bytes of FSAVE, status and magic of 2, then the image of FXSAVE
/// </code>
/// Source: arch/x86/ia32/ia32_signal.c, arch/x86/include/asm/sigframe.h, arch/x86/kernel/fpu/{regset,signal}.c, v6.1; the same in v2.6.32, but
/// that the image of FXSAVE lies where it happens to. A processor without XSAVE.
/// </remarks>
internal static class I386SignalFrame
{
    private const int ContextBytes = 88, PlainContext = 8, PlainMask = 720, PlainCode = 724, PlainBytes = 732;
    private const int Info = 16, RealContext = 144, RealStack = RealContext + 8, RealMachine = RealContext + 20, RealMask = RealMachine + ContextBytes, RealCode = RealMask + 8, RealBytes = RealCode + 8;
    private const int EnvironmentBytes = 28, LegacyBytes = 112;
    private const uint SignalContextHasStackSegment = 2;        // UC_SIGCONTEXT_SS

    // popl %eax; movl $119,%eax; int $0x80, and movl $173,%eax; int $0x80
    private static ReadOnlySpan<byte> PlainReturn => [0x58, 0xb8, 119, 0, 0, 0, 0xcd, 0x80];
    private static ReadOnlySpan<byte> RealReturn => [0xb8, 173, 0, 0, 0, 0xcd, 0x80, 0];

    /// <summary>Segments and general-purpose registers in struct sigcontext's order, from its beginning.</summary>
    private static readonly Slot[] Segments = [Gs, Fs, Es, Ds];
    private static readonly Slot[] Order = [Rdi, Rsi, Rbp, Rsp, Rbx, Rdx, Rcx, Rax];

    public static Errno Push(SignalDelivery delivery)
    {
        TaskRegisters registers = delivery.Registers;
        bool real = delivery.WantsInfo, later = delivery.Era.Version == KernelEra.V6_1.Version;
        ulong stackPointer = (uint)registers[Rsp], top = delivery.StackTop(stackPointer);
        uint image = (uint)top - Amd64FloatState.Bytes;
        image = (later ? image & ~63u : image) - LegacyBytes;
        uint at = ((image - (uint)(real ? RealBytes : PlainBytes) + 4) & ~15u) - 4;

        Span<byte> floats = stackalloc byte[LegacyBytes + Amd64FloatState.Bytes];
        floats.Clear();
        WriteFloat(registers, floats);
        if (delivery.CopyOut(image, floats) is var lost && lost.Failed())
            return lost;

        Span<byte> frame = stackalloc byte[PlainBytes];
        frame.Clear();
        if (real)
            frame = frame[..RealBytes];
        int code = real ? RealCode : PlainCode;
        Write(frame, 0, delivery.Action.Flags.HasFlag(SignalActionFlags.Restorer) ? (uint)delivery.Action.Restorer : at + (uint)code);
        Write(frame, 4, (uint)delivery.GuestSignal);
        (real ? RealReturn : PlainReturn).CopyTo(frame[code..]);
        WriteMachine(delivery, frame[(real ? RealMachine : PlainContext)..], image);
        if (real)
        {
            Write(frame, 8, at + Info);
            Write(frame, 12, at + RealContext);
            delivery.WriteInfo(frame.Slice(Info, 128));
            Write(frame, RealContext, later ? SignalContextHasStackSegment : 0);
            delivery.WriteAlternateStack(frame.Slice(RealStack, 12), stackPointer);
            BinaryPrimitives.WriteUInt64LittleEndian(frame[RealMask..], delivery.GuestMask);
        }
        else
        {
            Write(frame, PlainMask, (uint)(delivery.GuestMask >> 32));
        }
        if (delivery.CopyOut(at, frame) is var error && error.Failed())
            return error;

        registers[Rax] = (uint)delivery.GuestSignal;
        registers[Rdx] = real ? at + Info : 0;
        registers[Rcx] = real ? at + RealContext : 0;
        registers[Rsp] = at;
        registers[Ds] = registers[Es] = registers[Ss] = DataSelector;
        Amd64SignalFrame.BeginHandler(registers, (uint)delivery.Action.Handler);
        return Errno.None;
    }

    /// <summary>The frame lies where the instructions that return have left the stack pointer: one of the three has popped the signal.</summary>
    public static Errno Pop(SignalReturn back)
    {
        TaskRegisters registers = back.Registers;
        Span<byte> frame = stackalloc byte[PlainCode];
        if (back.IsRealTime)
            frame = frame[..RealCode];
        if (back.CopyIn((uint)registers[Rsp] - (back.IsRealTime ? 4u : 8u), frame) is var error && error.Failed())
            return error;
        Span<byte> machine = frame[(back.IsRealTime ? RealMachine : PlainContext)..];
        if (RestoreFloat(back, Read(machine, 76)) is var bad && bad.Failed())
            return bad;
        for (int i = 0; i < Segments.Length; i++)
            Amd64ThreadAreas.Load(registers, Segments[i], (ushort)((Read(machine, 4 * i) & 0xffff) is >= 1 and var selector ? selector | 3 : 0));
        for (int i = 0; i < Order.Length; i++)
            registers[Order[i]] = Read(machine, 16 + 4 * i);
        registers.Pc = Read(machine, 56);
        Amd64SignalFrame.RestoreFlags(registers, Read(machine, 64));
        if (back.IsRealTime)
            back.SetAlternateStack(frame.Slice(RealStack, 12));
        back.SetMask(back.IsRealTime ? BinaryPrimitives.ReadUInt64LittleEndian(frame[RealMask..]) : Read(machine, 80) | (ulong)Read(frame, PlainMask) << 32);
        return Errno.None;
    }

    private static void WriteMachine(SignalDelivery delivery, Span<byte> machine, uint image)
    {
        TaskRegisters registers = delivery.Registers;
        for (int i = 0; i < Segments.Length; i++)
            Write(machine, 4 * i, (uint)registers[Segments[i]]);
        for (int i = 0; i < Order.Length; i++)
            Write(machine, 16 + 4 * i, (uint)registers[Order[i]]);
        Write(machine, 48, (uint)registers[TrapNumber]);
        Write(machine, 52, (uint)registers[TrapError]);
        Write(machine, 56, (uint)registers.Pc);
        Write(machine, 60, (uint)registers[Cs]);
        Write(machine, 64, (uint)ReadFlags(registers.Slots));
        Write(machine, 68, (uint)registers[Rsp]);
        Write(machine, 72, (uint)registers[Ss]);
        Write(machine, 76, image);
        Write(machine, 80, (uint)delivery.GuestMask);
        Write(machine, 84, (uint)registers[FaultAddress]);
    }

    /// <summary>FSAVE's image, made from FXSAVE's (<c>convert_from_fxsr()</c>), and FXSAVE's itself.</summary>
    private static void WriteFloat(TaskRegisters registers, Span<byte> to)
    {
        const uint Ones = 0xffff_0000;
        Span<ulong> slots = registers.Slots;
        Amd64FloatState.Save(slots, to[LegacyBytes..], 32);
        Write(to, 0, Ones | (uint)slots[ControlWord.Number]);
        Write(to, 4, Ones | (uint)slots[StatusWord.Number]);
        Write(to, 8, Ones | Amd64FloatState.TagWord(slots));
        Write(to, 12, (uint)slots[LastInstruction.Number]);
        Write(to, 16, (uint)slots[Cs.Number]);
        Write(to, 20, (uint)slots[LastOperand.Number]);
        Write(to, 24, Ones | (uint)slots[Ds.Number]);
        for (int i = 0; i < 8; i++)
            to.Slice(LegacyBytes + 32 + 16 * i, 10).CopyTo(to[(EnvironmentBytes + 10 * i)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(to[108..], (ushort)slots[StatusWord.Number]);
    }

    /// <summary>x87 is what FSAVE's image says, SSE what FXSAVE's says (<c>convert_to_fxsr()</c>).</summary>
    private static Errno RestoreFloat(SignalReturn back, uint image)
    {
        Span<ulong> slots = back.Registers.Slots;
        if (image == 0)
        {
            Amd64FloatState.Clear(slots);
            return Errno.None;
        }
        Span<byte> from = stackalloc byte[LegacyBytes + Amd64FloatState.Bytes];
        if (back.CopyIn(image, from) is var error && error.Failed())
            return error;
        Span<byte> whole = from[LegacyBytes..];
        if (!Amd64FloatState.IsValid(whole))
            return Errno.EFAULT;
        from[..2].CopyTo(whole);
        from[4..6].CopyTo(whole[2..]);
        BinaryPrimitives.WriteUInt16LittleEndian(whole[4..], Amd64FloatState.FullTags(BinaryPrimitives.ReadUInt16LittleEndian(from[8..])));
        from[12..16].CopyTo(whole[8..]);
        from[20..24].CopyTo(whole[16..]);
        for (int i = 0; i < 8; i++)
            from.Slice(EnvironmentBytes + 10 * i, 10).CopyTo(whole[(32 + 16 * i)..]);
        Amd64FloatState.Restore(slots, whole, 32);
        return Errno.None;
    }

    private static void Write(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);

    private static uint Read(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
