using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Signals;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>What the two userlands of an amd64 kernel share: traps, and descriptors for threads.</summary>
/// <remarks>
/// Source: arch/x86/kernel/{traps.c,process_64.c,tls.c}, arch/x86/mm/fault.c, v2.6.32 and v6.1. Programs run without a vdso, as under a
/// kernel that was started with <c>vdso=0 vdso32=0</c>. Not modelled: single steps.
/// </remarks>
public abstract class X86Userland : Userland
{
    /// <summary>End of what a program can map with tables of four levels (TASK_SIZE_MAX).</summary>
    private protected const ulong TaskSizeMax = (1UL << 47) - 4096;

    private protected X86Userland(UserAbi abi)
        : base(abi, new Amd64InstructionSet(abi.WordBytes * 8))
    {
    }

    /// <inheritdoc/>
    // An i386 program is told what the kernel is made for, too, unless its personality is PER_LINUX32.
    public override string Machine => "x86_64";

    /// <inheritdoc/>
    public override void Start(TaskRegisters registers, Core.Exec.StartState start)
    {
        ArgumentNullException.ThrowIfNull(registers);
        ArgumentNullException.ThrowIfNull(start);
        Instructions.Reset(registers.Slots);
        registers[Rsp] = start.StackPointer;
    }

    /// <inheritdoc/>
    public override void BeginChild(TaskRegisters registers, ulong stackPointer)
    {
        ArgumentNullException.ThrowIfNull(registers);
        registers[Rax] = 0;
        if (stackPointer != 0)
            registers[Rsp] = stackPointer;
    }

    /// <inheritdoc/>
    public override SystemCall? FindCall(string name) => name switch
    {
        "set_thread_area" => new(name, static call => Amd64ThreadAreas.Set(call.Task.Registers, call.Space, call[0], mayChoose: true), "p"),
        "get_thread_area" => new(name, static call => Amd64ThreadAreas.Get(call.Task.Registers, call.Space, call[0]), "p"),
        _ => null,
    };

    // ---- traps ----------------------------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override SignalInfo React(TrapContext trap)
    {
        TaskRegisters registers = trap.Registers;
        ulong at = registers.Pc;
        if (trap.Stop.Kind == CpuStopKind.IllegalInstruction)
            return Trapped(registers, Amd64Traps.InvalidOpcode, 0, new SignalInfo(Signal.SIGILL, SignalInfo.IllegalOperand) { Address = at });
        if (trap.Stop.Kind == CpuStopKind.Unaligned)
            return Trapped(registers, Amd64Traps.AlignmentCheck, 0, new SignalInfo(Signal.SIGBUS, SignalInfo.BusAlignment));
        int vector = Amd64Traps.VectorOf(trap.Stop.Code);
        return Trapped(registers, vector, Amd64Traps.ErrorOf(trap.Stop.Code), vector switch
        {
            Amd64Traps.DivideError => new SignalInfo(Signal.SIGFPE, SignalInfo.IntegerDivide) { Address = at },
            Amd64Traps.FloatingPoint => FloatSignal(registers[StatusWord] & ~registers[ControlWord], at),
            Amd64Traps.SimdFloatingPoint => FloatSignal(registers[Mxcsr] & ~(registers[Mxcsr] >> 7), at),
            Amd64Traps.Debug => new SignalInfo(Signal.SIGTRAP, SignalInfo.TrapBreakpoint) { Address = at },
            Amd64Traps.Breakpoint => new SignalInfo(Signal.SIGTRAP, SignalInfo.Kernel),
            _ => new SignalInfo(Signal.SIGSEGV, SignalInfo.Kernel),
        });
    }

    /// <inheritdoc/>
    // An address that is not canonical is no page fault but #GP, or #SS by way of the stack; neither tells the address.
    public override SignalInfo Describe(in SignalInfo info, TrapContext trap)
    {
        CpuStop stop = trap.Stop;
        TaskRegisters registers = trap.Registers;
        if (stop.Fault.Kind == FaultKind.OutOfReach && Abi.WordBytes == 8)
        {
            Span<byte> code = stackalloc byte[15];
            bool stack = stop.Fault.Access != AccessKind.Fetch && ((Amd64InstructionSet)Instructions).IsStackAccess(CodeAt(trap, code));
            return stack
                ? Trapped(registers, Amd64Traps.StackFault, 0, new SignalInfo(Signal.SIGBUS, SignalInfo.Kernel))
                : Trapped(registers, Amd64Traps.GeneralProtection, 0, new SignalInfo(Signal.SIGSEGV, SignalInfo.Kernel));
        }
        const uint Present = 1, Write = 2, User = 4, Fetch = 16;
        uint error = User | (stop.Fault.Access switch { AccessKind.Write => Write, AccessKind.Fetch => Fetch, _ => 0 });
        if (stop.Fault.Kind == FaultKind.Protection || stop.Address >= TaskSizeMax)      // what is there in the kernel's half is not told
            error |= Present;
        registers[FaultAddress] = stop.Address;
        return Trapped(registers, Amd64Traps.PageFault, error, info);
    }

    private static SignalInfo Trapped(TaskRegisters registers, int vector, uint error, in SignalInfo info)
    {
        registers[TrapNumber] = (ulong)vector;
        registers[TrapError] = error;
        return info with { TrapNumber = vector, TrapError = error };
    }

    private static ReadOnlySpan<byte> CodeAt(TrapContext trap, Span<byte> code)
    {
        int count = code.Length;
        while (count > 0 && trap.Space.CopyIn(new VirtualAddress(trap.Stop.Pc), code[..count]).Failed())
            count--;
        return code[..count];
    }

    /// <summary><c>fpu__exception_code()</c>.</summary>
    private static SignalInfo FloatSignal(ulong unmasked, ulong at)
    {
        const ulong Invalid = 1, DivideByZero = 4, Overflow = 8, UnderflowOrDenormal = 0x12, Inexact = 0x20;
        int code = (unmasked & Invalid) != 0 ? SignalInfo.FloatInvalid
            : (unmasked & DivideByZero) != 0 ? SignalInfo.FloatDivide
            : (unmasked & Overflow) != 0 ? SignalInfo.FloatOverflow
            : (unmasked & UnderflowOrDenormal) != 0 ? SignalInfo.FloatUnderflow
            : (unmasked & Inexact) != 0 ? SignalInfo.FloatInexact
            : 0;
        return code == 0 ? default : new SignalInfo(Signal.SIGFPE, code) { Address = at };
    }
}
