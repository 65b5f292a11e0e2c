using Emulator.Core.Execution;
using Iced.Intel;
using static Emulator.Arch.Amd64.Amd64Registers;
using Label = Emulator.Core.Execution.Label;

namespace Emulator.Arch.Amd64;

/// <summary>Jumps, calls, loops.</summary>
internal static class Amd64ControlInstructions
{
    public static void AddTo(Amd64InstructionTable table)
    {
        table.Group("Control");
        table.Add(Mnemonic.Jmp, Jump);
        table.Add(Mnemonic.Call, Call);
        table.Add(Mnemonic.Ret, Return);
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Jo, Mnemonic.Jno, Mnemonic.Jb, Mnemonic.Jae, Mnemonic.Je, Mnemonic.Jne,
            Mnemonic.Jbe, Mnemonic.Ja, Mnemonic.Js, Mnemonic.Jns, Mnemonic.Jp, Mnemonic.Jnp, Mnemonic.Jl, Mnemonic.Jge, Mnemonic.Jle, Mnemonic.Jg])
            table.Add(mnemonic, JumpIf);
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Jcxz, Mnemonic.Jecxz, Mnemonic.Jrcxz])
            table.Add(mnemonic, JumpIfCounterIsZero);
        table.Add(Mnemonic.Loop, static l => Loop(l, null));
        table.Add(Mnemonic.Loope, static l => Loop(l, ConditionCode.e));
        table.Add(Mnemonic.Loopne, static l => Loop(l, ConditionCode.ne));
    }

    private static bool IsNear(Amd64Lowering l) => l.Instruction.Op0Kind is OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64;

    /// <summary>A target that is in a register or memory.</summary>
    private static Operand Target(Amd64Lowering l)
    {
        Operand target = l.Read(0);
        return l.BitsOf(0) == 16 ? l.B.ZeroExtend(target, 16) : target;
    }

    private static void Jump(Amd64Lowering l)
    {
        if (IsFar(l))
            return;
        if (IsNear(l))
            l.B.Exit(l.Instruction.NearBranchTarget);
        else
            l.B.Exit(Target(l));
        l.Ends = true;
    }

    private static void Call(Amd64Lowering l)
    {
        if (IsFar(l))
            return;
        l.Ends = true;
        int bytes = Math.Abs(l.Instruction.StackPointerIncrement);
        if (IsNear(l))
        {
            Amd64IntegerInstructions.Push(l, l.NextPc, bytes);
            l.B.Exit(l.Instruction.NearBranchTarget);
            return;
        }
        Operand target = Target(l);
        if (target == (Operand)Rsp)
            target = l.B.Copy(target);
        Amd64IntegerInstructions.Push(l, l.NextPc, bytes);
        l.B.Exit(target);
    }

    private static void Return(Amd64Lowering l)
    {
        l.Ends = true;
        int bytes = l.Instruction.Code is Code.Retnw or Code.Retnw_imm16 ? 2 : l.WordBytes;
        ulong more = l.Instruction.OpCount == 1 ? l.Instruction.Immediate16 : 0UL;
        Slot target = l.B.Scratch();
        if (bytes >= 4)
        {
            l.B.LoadUpdate(target, Rsp, (ulong)bytes + more, bytes);
            l.B.Exit(target);
            return;
        }
        Operand x = l.B.Load(new DataAddress(Rsp, 0), bytes);
        l.B.Set(Rsp, l.B.Binary(l.Bits == 32 ? MicroCode.Add32 : MicroCode.Add, Rsp, (ulong)bytes + more));
        l.B.Exit(x);
    }

    /// <summary>Far transfers would change segments: programs of Linux have nowhere to go.</summary>
    private static bool IsFar(Amd64Lowering l)
    {
        if (IsNear(l) || l.IsRegister(0) || !l.Instruction.IsJmpFarIndirect && !l.Instruction.IsCallFarIndirect && l.Instruction.Op0Kind == OpKind.Memory)
            return false;
        Amd64SystemInstructions.Privileged(l);
        return true;
    }

    private static void JumpIf(Amd64Lowering l)
    {
        Label not = l.B.NewLabel();
        l.BranchUnless(l.Instruction.ConditionCode, not);
        l.B.Exit(l.Instruction.NearBranchTarget);
        l.B.Bind(not);
        // A loop's end ends the block; what jumps over something else is passed more often than not.
        if (l.Instruction.NearBranchTarget <= l.B.Pc)
            LeaveFor(l, l.NextPc);
    }

    private static void LeaveFor(Amd64Lowering l, ulong target)
    {
        l.B.Exit(target);
        l.Ends = true;
    }

    private static Operand Counter(Amd64Lowering l, int width) => width == 64 || l.Bits == 32 && width == 32 ? Rcx : l.B.ZeroExtend(Rcx, width);

    private static void JumpIfCounterIsZero(Amd64Lowering l)
    {
        int width = l.Instruction.Mnemonic switch { Mnemonic.Jcxz => 16, Mnemonic.Jecxz => 32, _ => 64 };
        Label not = l.B.NewLabel();
        l.B.Branch(Condition.NotEqual, Counter(l, width), 0, not);
        l.B.Exit(l.Instruction.NearBranchTarget);
        l.B.Bind(not);
        LeaveFor(l, l.NextPc);
    }

    private static void Loop(Amd64Lowering l, ConditionCode? condition)
    {
        int width = l.Instruction.Code switch
        {
            Code.Loop_rel8_16_CX or Code.Loop_rel8_32_CX or Code.Loope_rel8_16_CX or Code.Loope_rel8_32_CX or Code.Loopne_rel8_16_CX or Code.Loopne_rel8_32_CX => 16,
            Code.Loop_rel8_16_RCX or Code.Loop_rel8_64_RCX or Code.Loope_rel8_16_RCX or Code.Loope_rel8_64_RCX or Code.Loopne_rel8_16_RCX or Code.Loopne_rel8_64_RCX => 64,
            _ => 32,
        };
        Label not = l.B.NewLabel();
        Operand? test = condition is { } code ? l.Test(code) : null;
        Register counter = width switch { 16 => Register.CX, 32 => Register.ECX, _ => Register.RCX };
        l.WriteRegister(counter, l.B.Binary(width == 32 ? MicroCode.Sub32 : MicroCode.Sub, Rcx, 1));
        l.B.Branch(Condition.Equal, Counter(l, width), 0, not);
        if (test is { } needed)
            l.B.Branch(Condition.Equal, needed, 0, not);
        l.B.Exit(l.Instruction.NearBranchTarget);
        l.B.Bind(not);
        LeaveFor(l, l.NextPc);
    }
}
