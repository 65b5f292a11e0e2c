using System.Buffers.Binary;
using Emulator.Core.Exec;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Signals;

namespace Emulator.Arch.Alpha;

/// <summary>How programs of Linux on alpha call the kernel, and what the kernel does for them that it does nowhere else.</summary>
/// <remarks>Source: arch/alpha/kernel/{entry.S,osf_sys.c,process.c,signal.c,traps.c}, v2.6.32 and v6.1.</remarks>
public sealed class AlphaUserland(UserAbi abi) : Userland(abi, new AlphaInstructionSet())
{
    private const ulong GetFloatControl = 45, SetFloatControl = 14;     // GSI_IEEE_FP_CONTROL, SSI_IEEE_FP_CONTROL

    private static readonly GuestLayout Shared = AlphaLayout.Make();
    private static readonly Slot A3 = AlphaRegisters.Integer(19), A4 = AlphaRegisters.Integer(20);

    /// <inheritdoc/>
    public override GuestLayout Layout => Shared;

    /// <inheritdoc/>
    public override string Machine => "alpha";

    /// <inheritdoc/>
    public override SystemCallTable CallsOf(KernelEra era)
    {
        ArgumentNullException.ThrowIfNull(era);
        return new SystemCallTable(AlphaSystemCalls.List, era.Version == KernelEra.V6_1.Version ? AlphaSystemCalls.Last61 : AlphaSystemCalls.Last2632, FindCall);
    }

    // ---- registers ------------------------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override void Start(TaskRegisters registers, StartState start)
    {
        ArgumentNullException.ThrowIfNull(registers);
        ArgumentNullException.ThrowIfNull(start);
        registers.Pc = start.ProgramCounter;
        registers[AlphaRegisters.StackPointer] = start.StackPointer;
        registers[AlphaRegisters.Fpcr] = AlphaRegisters.InitialFpcr;
    }

    /// <inheritdoc/>
    public override ulong StackPointerOf(TaskRegisters registers) => registers[AlphaRegisters.StackPointer];

    /// <inheritdoc/>
    public override SystemCallRequest ReadCall(TaskRegisters registers, in CpuStop stop) => new(
        registers[AlphaRegisters.V0], Argument(registers, 0), Argument(registers, 1), Argument(registers, 2), Argument(registers, 3), Argument(registers, 4), Argument(registers, 5));

    /// <inheritdoc/>
    // An error is its number in v0, and 1 in a3; a second result is in a4.
    public override void Return(TaskRegisters registers, in CallResult result)
    {
        ArgumentNullException.ThrowIfNull(registers);
        registers[AlphaRegisters.V0] = result.Failed ? (ulong)Shared.Errors.ToGuest((int)result.Error) : (ulong)result.Value;
        registers[A3] = result.Failed ? 1UL : 0;
        if (result.Second is { } second)
            registers[A4] = second;
    }

    /// <inheritdoc/>
    public override void Repeat(TaskRegisters registers, in SystemCallRequest request)
    {
        ArgumentNullException.ThrowIfNull(registers);
        registers[AlphaRegisters.V0] = request.Number;
        registers[A3] = request.A3;
        registers.Pc -= 4;
    }

    /// <inheritdoc/>
    // OSF/1 tells parent and child apart by a4 as well.
    public override void BeginChild(TaskRegisters registers, ulong stackPointer)
    {
        ArgumentNullException.ThrowIfNull(registers);
        registers[AlphaRegisters.V0] = 0;
        registers[A3] = 0;
        registers[A4] = 1;
        if (stackPointer != 0)
            registers[AlphaRegisters.StackPointer] = stackPointer;
    }

    /// <inheritdoc/>
    public override void EndFork(TaskRegisters registers) => registers[A4] = 0;

    /// <inheritdoc/>
    public override Errno SetThreadPointer(TaskRegisters registers, AddressSpace space, ulong value)
    {
        registers[AlphaRegisters.Unique] = value;
        return Errno.None;
    }

    // ---- calls that only this ABI has -----------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override SystemCall? FindCall(string name) => name switch
    {
        "getxpid" => new(name, context => Pair(context, "getpid", "getppid"), ""),
        "getxuid" => new(name, context => Pair(context, "getuid", "geteuid"), ""),
        "getxgid" => new(name, context => Pair(context, "getgid", "getegid"), ""),
        "osf_brk" => new(name, Break, "p"),
        "getpagesize" => new(name, context => (long)context.Space.PageBytes, ""),
        "osf_getsysinfo" => new(name, GetSystemInformation, "x p x p p"),
        "osf_setsysinfo" => new(name, SetSystemInformation, "x p x p p"),
        _ => null,
    };

    private static CallResult Pair(CallContext context, string first, string second) =>
        SystemCallCatalog.Find(first)!.Run!(context) with { Second = (ulong)SystemCallCatalog.Find(second)!.Run!(context).Value };

    /// <summary><c>osf_brk()</c>: an error where Linux' own call gives the old break.</summary>
    private static CallResult Break(CallContext context)
    {
        ulong wanted = context[0];
        CallResult result = SystemCallCatalog.Find("brk")!.Run!(context);
        return wanted != 0 && !result.Failed && (ulong)result.Value != wanted ? Errno.ENOMEM : result;
    }

    private static CallResult GetSystemInformation(CallContext context)
    {
        if (context[0] != GetFloatControl)
            return Errno.EOPNOTSUPP;
        Errno error = context.WriteNumber(context[1], 8, AlphaFloatControl.ToSoftware(context.Task.Registers[AlphaRegisters.Fpcr]));
        return error;
    }

    private static CallResult SetSystemInformation(CallContext context)
    {
        if (context[0] != SetFloatControl)
            return Errno.EOPNOTSUPP;
        Errno error = context.ReadNumber(context[1], 8, out ulong software);
        if (error.Failed())
            return error;
        TaskRegisters registers = context.Task.Registers;
        registers[AlphaRegisters.Fpcr] = (registers[AlphaRegisters.Fpcr] & AlphaFloatControl.RoundingMask) | AlphaFloatControl.FromSoftware(software);
        return 0;
    }

    // ---- traps ----------------------------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override SignalInfo React(TrapContext trap)
    {
        TaskRegisters registers = trap.Registers;
        switch (trap.Stop.Kind)
        {
            case CpuStopKind.Unaligned when trap.Stop.Code != (int)AccessKind.Fetch:
                return AlphaUnaligned.Mend(registers, trap.Space, trap.Stop.Address);
            case CpuStopKind.Unaligned:
                return new SignalInfo(Signal.SIGBUS, SignalInfo.BusAlignment) { Address = trap.Stop.Address };
            case CpuStopKind.IllegalInstruction:
                registers.Pc += 4;      // PALcode tells of the instruction behind it
                return new SignalInfo(Signal.SIGILL, SignalInfo.IllegalOpcode) { Address = registers.Pc };
            case CpuStopKind.Trap when (trap.Stop.Code & AlphaTraps.Arithmetic) != 0:
                if ((trap.Stop.Code & AlphaTraps.SoftwareCompletion) != 0)
                    Complete(registers, trap.Space);
                registers.Pc += 4;
                return new SignalInfo(Signal.SIGFPE, ArithmeticCode(trap.Stop.Code)) { Address = registers.Pc };
            case CpuStopKind.Trap when trap.Stop.Code == AlphaTraps.GenerateTrap:
                return GenerateTrap((long)registers[AlphaRegisters.A0], registers.Pc, trap.System.Kernel.Profile.Era);
            case CpuStopKind.Trap when trap.Stop.Code == AlphaTraps.Bugcheck:
                return new SignalInfo(Signal.SIGTRAP, Unknown(trap.System.Kernel.Profile.Era, SignalInfo.TrapUnknown)) { Address = registers.Pc };
            default:
                return new SignalInfo(Signal.SIGTRAP, SignalInfo.TrapBreakpoint) { Address = registers.Pc };
        }
    }

    /// <summary><c>alpha_fp_emul()</c>: the result is always written, whether a signal follows or not.</summary>
    private static void Complete(TaskRegisters registers, AddressSpace space)
    {
        Span<byte> code = stackalloc byte[4];
        if (space.CopyIn(new VirtualAddress(registers.Pc), code).Failed())
            return;     // another thread has taken the code away in between
        int target = new AlphaWord(BinaryPrimitives.ReadUInt32LittleEndian(code), registers.Pc).Rc;
        if (target != 31)
            registers[AlphaRegisters.Float(target)] = registers[AlphaRegisters.Completed];
    }

    /// <summary><c>do_entArith()</c>: without software completion the kernel does not look at what happened.</summary>
    private static int ArithmeticCode(int summary)
    {
        const int Software = AlphaTraps.SoftwareCompletion, Invalid = 2, DivideByZero = 4, Overflow = 8, Underflow = 16, Inexact = 32;
        if ((summary & Software) == 0 || (summary & Invalid) != 0)
            return SignalInfo.FloatInvalid;
        return (summary & DivideByZero) != 0 ? SignalInfo.FloatDivide
            : (summary & Overflow) != 0 ? SignalInfo.FloatOverflow
            : (summary & Underflow) != 0 ? SignalInfo.FloatUnderflow
            : (summary & Inexact) != 0 ? SignalInfo.FloatInexact
            : SignalInfo.FloatInvalid;
    }

    /// <summary><c>do_entIF()</c>, GENTRAP: the codes of arch/alpha/include/uapi/asm/gentrap.h.</summary>
    private static SignalInfo GenerateTrap(long code, ulong pc, KernelEra era)
    {
        const int ReservedOperand = -11;

        int? why = code switch
        {
            -1 => SignalInfo.IntegerOverflow,
            -2 => SignalInfo.IntegerDivide,
            -3 => SignalInfo.FloatOverflow,
            -4 => SignalInfo.FloatDivide,
            -5 => SignalInfo.FloatUnderflow,
            -6 => SignalInfo.FloatInvalid,
            -7 => SignalInfo.FloatInexact,
            ReservedOperand => Unknown(era, SignalInfo.FloatUnknown),
            _ => null,
        };
        return why is { } known
            ? new SignalInfo(Signal.SIGFPE, known) { Address = pc }
            : new SignalInfo(Signal.SIGTRAP, Unknown(era, SignalInfo.TrapUnknown)) { Address = pc };
    }

    /// <summary>
    /// The si_code of a trap that the kernel cannot name: 0 (__SI_FAULT, of which programs see the lower half) before the Linux kernel's
    /// "signal: Add TRAP_UNK si_code for undiagnosted trap exceptions" and "signal: Add FPE_FLTUNK si_code for undiagnosable floating point exceptions".
    /// </summary>
    private static int Unknown(KernelEra era, int code) => era.Version == KernelEra.V2_6_32.Version ? 0 : code;

    // ---- signals --------------------------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override Errno PushFrame(SignalDelivery delivery) => AlphaSignalFrame.Push(delivery);

    /// <inheritdoc/>
    public override Errno PopFrame(SignalReturn back) => AlphaSignalFrame.Pop(back);

    private static ulong Argument(TaskRegisters registers, int index) => registers[AlphaRegisters.Integer(16 + index)];
}
