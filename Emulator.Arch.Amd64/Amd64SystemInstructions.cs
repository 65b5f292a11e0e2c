using Emulator.Core.Execution;
using Iced.Intel;
using static Emulator.Arch.Amd64.Amd64Registers;
using Label = Emulator.Core.Execution.Label;

namespace Emulator.Arch.Amd64;

/// <summary>System calls, traps, segments, what the CPU tells of itself, and what programs may not do.</summary>
internal static class Amd64SystemInstructions
{
    public static void AddTo(Amd64InstructionTable table)
    {
        table.Group("System");
        table.Add(Mnemonic.Syscall, SystemCall);
        table.Add(Mnemonic.Sysenter, Sysenter);
        table.Add(Mnemonic.Int, Interrupt);
        table.Add(Mnemonic.Int3, static l => TrapAfter(l, Amd64Traps.Breakpoint));
        table.Add(Mnemonic.Int1, static l => TrapAfter(l, Amd64Traps.Debug));
        table.Add(Mnemonic.Into, IntoOverflow);
        table.Add(Mnemonic.Bound, Bound);
        table.Add(Mnemonic.Ud0, Illegal);
        table.Add(Mnemonic.Ud1, Illegal);
        table.Add(Mnemonic.Ud2, Illegal);
        table.Add(Mnemonic.Cpuid, static l => l.B.Call(Amd64Identification.Cpuid, 0, 0, l.Bits));
        table.Add(Mnemonic.Rdtsc, TimeStamp);
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Nop, Mnemonic.Pause, Mnemonic.Endbr32, Mnemonic.Endbr64, Mnemonic.Lfence, Mnemonic.Mfence,
            Mnemonic.Sfence, Mnemonic.Prefetchnta, Mnemonic.Prefetcht0, Mnemonic.Prefetcht1, Mnemonic.Prefetcht2, Mnemonic.Prefetchw, Mnemonic.Prefetch,
            Mnemonic.Reservednop, Mnemonic.Rdsspd, Mnemonic.Rdsspq])
            table.Add(mnemonic, static _ => { });
        // AT_HWCAP2 of the later kernel says that programs may use them.
        table.Add(Mnemonic.Rdfsbase, static l => l.Write(0, FsBase));
        table.Add(Mnemonic.Rdgsbase, static l => l.Write(0, GsBase));
        table.Add(Mnemonic.Wrfsbase, static l => SetBase(l, FsBase));
        table.Add(Mnemonic.Wrgsbase, static l => SetBase(l, GsBase));
        table.Add(Mnemonic.Clflush, static l => l.B.Load(l.Address(), 1));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Hlt, Mnemonic.Cli, Mnemonic.Sti, Mnemonic.In, Mnemonic.Out, Mnemonic.Clts, Mnemonic.Invd,
            Mnemonic.Wbinvd, Mnemonic.Invlpg, Mnemonic.Lgdt, Mnemonic.Lidt, Mnemonic.Lldt, Mnemonic.Ltr, Mnemonic.Lmsw, Mnemonic.Rdmsr, Mnemonic.Wrmsr,
            Mnemonic.Rdpmc, Mnemonic.Swapgs, Mnemonic.Sysret, Mnemonic.Sysretq, Mnemonic.Sysexit, Mnemonic.Sysexitq, Mnemonic.Iret, Mnemonic.Iretd, Mnemonic.Iretq, Mnemonic.Retf])
            table.Add(mnemonic, Privileged);
    }

    /// <summary>An instruction that does not exist: #UD.</summary>
    public static void Illegal(Amd64Lowering l)
    {
        l.B.StopAt(CpuStopKind.IllegalInstruction, 0);
        l.Ends = true;
    }

    /// <summary>An instruction that programs may not use: #GP.</summary>
    public static void Privileged(Amd64Lowering l)
    {
        l.B.StopAt(CpuStopKind.Trap, Amd64Traps.GeneralProtection);
        l.Ends = true;
    }

    /// <summary>Where a selector is.</summary>
    public static Slot SelectorOf(Register register) => register switch
    {
        Register.CS => Cs,
        Register.SS => Ss,
        Register.DS => Ds,
        Register.ES => Es,
        Register.FS => Fs,
        _ => Gs,
    };

    /// <summary>A move to a segment register: #GP for a selector that names nothing, and the base of FS and GS.</summary>
    public static void LoadSegment(Amd64Lowering l, Register register, Operand selector)
    {
        if (register == Register.CS)
        {
            Illegal(l);
            return;
        }
        int number = SelectorOf(register).Number;
        l.B.CallChecked(Amd64Identification.LoadSegment, selector, 0, number);
    }

    private static void SystemCall(Amd64Lowering l)
    {
        if (l.Bits == 32)
        {
            Illegal(l);
            return;
        }
        l.B.Set(R11, l.B.Call(Amd64Functions.GetFlags, 0, 0));
        l.B.Set(Rcx, l.NextPc);
        l.B.StopAfter(CpuStopKind.SystemCall, Amd64SystemCalls.Syscall, l.NextPc);
        l.Ends = true;
    }

    private static void Sysenter(Amd64Lowering l)
    {
        if (l.Bits == 64)
        {
            Privileged(l);
            return;
        }
        l.B.StopAfter(CpuStopKind.SystemCall, Amd64SystemCalls.Sysenter, l.NextPc);
        l.Ends = true;
    }

    private static void Interrupt(Amd64Lowering l)
    {
        l.Ends = true;
        switch (l.Instruction.Immediate8)
        {
            case 0x80:
                l.B.StopAfter(CpuStopKind.SystemCall, Amd64SystemCalls.Int80, l.NextPc);
                break;
            case 3:
                TrapAfter(l, Amd64Traps.Breakpoint);
                break;
            case 4:
                TrapAfter(l, Amd64Traps.Overflow);
                break;
            default:
                // The error code names the entry of the interrupt table that programs may not call.
                l.B.StopAt(CpuStopKind.Trap, Amd64Traps.WithError(Amd64Traps.GeneralProtection, l.Instruction.Immediate8 * 8u + 2));
                break;
        }
    }

    private static void TrapAfter(Amd64Lowering l, int trap)
    {
        l.B.StopAfter(CpuStopKind.Trap, trap, l.NextPc);
        l.Ends = true;
    }

    private static void IntoOverflow(Amd64Lowering l)
    {
        Label not = l.B.NewLabel();
        l.BranchUnless(ConditionCode.o, not);
        l.B.StopAfter(CpuStopKind.Trap, Amd64Traps.Overflow, l.NextPc);
        l.B.Bind(not);
    }

    private static void Bound(Amd64Lowering l)
    {
        int width = l.BitsOf(0);
        DataAddress at = l.AddressOnce();
        Operand index = l.B.SignExtend(l.Read(0), width);
        Label outside = l.B.NewLabel(), inside = l.B.NewLabel();
        l.B.Branch(Condition.Less, index, l.B.Load(at, width / 8, signed: true), outside);
        Operand upper = l.B.Load(at with { Displacement = at.Displacement + (ulong)(width / 8) }, width / 8, signed: true);
        l.B.Branch(Condition.LessOrEqual, index, upper, inside);
        l.B.Bind(outside);
        l.B.StopAt(CpuStopKind.Trap, Amd64Traps.BoundRange);
        l.B.Bind(inside);
    }

    private static void SetBase(Amd64Lowering l, Slot d)
    {
        Operand x = l.ReadZeroExtended(0);
        if (l.BitsOf(0) == 64)
            l.B.CallChecked(Amd64Functions.RequireCanonical, x, 0);
        l.B.Set(d, x);
    }

    private static void TimeStamp(Amd64Lowering l)
    {
        Operand count = l.B.InstructionCount();
        l.B.Set(Rdx, l.B.Binary(MicroCode.Shr, count, 32));
        l.B.Set(Rax, l.B.ZeroExtend(count, 32));
    }
}
