using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes.Abi;

namespace Emulator.Core.Processes.Signals;

/// <summary>A signal on its way to a handler.</summary>
public sealed class SignalDelivery
{
    internal SignalDelivery(TaskRegisters registers, AddressSpace space, GuestLayout layout, KernelEra era)
    {
        Registers = registers;
        Space = space;
        Layout = layout;
        Era = era;
    }

    /// <summary>The task's registers: as they were, to be kept in the frame, and to be changed so that the handler runs.</summary>
    public TaskRegisters Registers { get; }

    /// <summary>The task's memory.</summary>
    public AddressSpace Space { get; }

    /// <summary>Layouts and numbers.</summary>
    public GuestLayout Layout { get; }

    /// <summary>The kernel's rules.</summary>
    public KernelEra Era { get; }

    /// <summary>What is told of the signal.</summary>
    public SignalInfo Info { get; init; }

    /// <summary>What is done about it.</summary>
    public SignalAction Action { get; init; }

    /// <summary>Signals to be blocked again afterwards.</summary>
    public SignalSet SavedMask { get; init; }

    /// <summary>The alternate stack, as it is told to the handler.</summary>
    public AlternateStack AlternateStack { get; init; }

    /// <summary>The signal's number for the program.</summary>
    public int GuestSignal => Layout.Signals.ToGuest((int)Info.Signal);

    /// <summary>Whether the handler wants siginfo and context.</summary>
    public bool WantsInfo => Action.Flags.HasFlag(SignalActionFlags.SignalInfo);

    /// <summary>Where the frame goes below: the stack pointer, or the end of the alternate stack.</summary>
    public ulong StackTop(ulong stackPointer)
    {
        bool alternate = Action.Flags.HasFlag(SignalActionFlags.OnStack) && AlternateStack.Bytes != 0 && !AlternateStack.Contains(stackPointer);
        return alternate ? AlternateStack.Base + AlternateStack.Bytes : stackPointer;
    }

    /// <summary>ss_flags of the alternate stack for a stack pointer (<c>sas_ss_flags()</c>).</summary>
    public int AlternateStackFlags(ulong stackPointer) => AlternateStack.Bytes == 0 ? AlternateStack.DisableFlag : AlternateStack.Contains(stackPointer) ? AlternateStack.OnStackFlag : 0;

    /// <summary>Writes stack_t.</summary>
    public void WriteAlternateStack(Span<byte> to, ulong stackPointer)
    {
        GuestRecord stack = Layout.SignalStack.At(to, Layout.Order);
        stack["sp"] = AlternateStack.Base;
        stack["flags"] = (ulong)AlternateStackFlags(stackPointer);
        stack["size"] = AlternateStack.Bytes;
    }

    /// <summary>Writes siginfo_t: 128 bytes.</summary>
    public void WriteInfo(Span<byte> to) => SignalInfoFormat.Write(Info, Layout, to);

    /// <summary>The mask in the program's numbers.</summary>
    public ulong GuestMask => Layout.ToGuest(SavedMask);

    /// <summary>Writes the frame.</summary>
    public Errno CopyOut(ulong at, ReadOnlySpan<byte> frame) => Space.CopyOut(new VirtualAddress(at), frame);
}
