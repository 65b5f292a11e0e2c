using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes.Abi;

namespace Emulator.Core.Processes.Signals;

/// <summary>A handler's return to what the task was doing.</summary>
public sealed class SignalReturn
{
    internal SignalReturn(TaskRegisters registers, AddressSpace space, GuestLayout layout, KernelEra era, bool realTime)
    {
        Registers = registers;
        Space = space;
        Layout = layout;
        Era = era;
        IsRealTime = realTime;
    }

    /// <summary>The task's registers: the handler's, to become what they were before.</summary>
    public TaskRegisters Registers { get; }

    /// <summary>The task's memory.</summary>
    public AddressSpace Space { get; }

    /// <summary>Layouts and numbers.</summary>
    public GuestLayout Layout { get; }

    /// <summary>The kernel's rules.</summary>
    public KernelEra Era { get; }

    /// <summary>Whether it is rt_sigreturn(): the frame has siginfo and context.</summary>
    public bool IsRealTime { get; }

    /// <summary>Signals to block, from the frame.</summary>
    public SignalSet Mask { get; private set; }

    /// <summary>The alternate stack, from the frame, if it has one.</summary>
    public AlternateStack? AlternateStack { get; private set; }

    /// <summary>Reads a frame.</summary>
    public Errno CopyIn(ulong at, Span<byte> frame) => Space.CopyIn(new VirtualAddress(at), frame);

    /// <summary>The mask that the frame holds, in the program's numbers.</summary>
    public void SetMask(ulong guestMask) => Mask = Layout.ToGeneric(guestMask);

    /// <summary>The stack_t that the frame holds.</summary>
    public void SetAlternateStack(Span<byte> from)
    {
        GuestRecord stack = Layout.SignalStack.At(from, Layout.Order);
        bool none = (stack["flags"] & Signals.AlternateStack.DisableFlag) != 0;
        bool disarms = (stack["flags"] & Signals.AlternateStack.AutoDisarmFlag) != 0;
        AlternateStack = none ? default(AlternateStack) : new AlternateStack(stack["sp"], stack["size"], disarms);
    }
}
