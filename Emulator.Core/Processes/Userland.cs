using Emulator.Core.Exec;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes;

/// <summary>
/// What a plugin tells of the programs of one ABI, so that they can run: how they call the kernel, how structures lie in memory, what a
/// trap means, and what a handler of signals finds on its stack. It has no state of its own.
/// </summary>
public abstract class Userland
{
    /// <summary>Makes a userland.</summary>
    protected Userland(UserAbi abi, InstructionSet instructions)
    {
        Abi = abi;
        Instructions = instructions;
    }

    /// <summary>The row.</summary>
    public UserAbi Abi { get; }

    /// <summary>What its programs are made of.</summary>
    public InstructionSet Instructions { get; }

    /// <summary>Layouts and numbers.</summary>
    public abstract GuestLayout Layout { get; }

    /// <summary>What uname() calls the machine.</summary>
    public abstract string Machine { get; }

    /// <summary>Which number is which system call in a kernel.</summary>
    public abstract SystemCallTable CallsOf(KernelEra era);

    // ---- registers ------------------------------------------------------------------------------------------------------

    /// <summary>Sets the registers that a program starts with (<c>ELF_PLAT_INIT()</c>, <c>start_thread()</c>); all are 0, but for the program counter.</summary>
    public abstract void Start(TaskRegisters registers, StartState start);

    /// <summary>The stack pointer.</summary>
    public abstract ulong StackPointerOf(TaskRegisters registers);

    /// <summary>What a program asks for when it calls the system.</summary>
    public abstract SystemCallRequest ReadCall(TaskRegisters registers, in CpuStop stop);

    /// <summary>A system call is done.</summary>
    /// <param name="registers">The caller's.</param>
    /// <param name="result">What it gives, or its error.</param>
    public abstract void Return(TaskRegisters registers, in CallResult result);

    /// <summary>The program goes back to before a system call, to make it again.</summary>
    /// <param name="registers">The caller's.</param>
    /// <param name="request">The call: the one that was made, or another with the same arguments.</param>
    public abstract void Repeat(TaskRegisters registers, in SystemCallRequest request);

    /// <summary>Registers of a child that differ from its parent's: fork gives it 0.</summary>
    /// <param name="registers">Copies of the parent's.</param>
    /// <param name="stackPointer">Its stack; 0 for its parent's.</param>
    public abstract void BeginChild(TaskRegisters registers, ulong stackPointer);

    /// <summary>What a parent gets beside the number of its child.</summary>
    public virtual void EndFork(TaskRegisters registers)
    {
    }

    /// <summary>Sets the thread pointer as CLONE_SETTLS wants it.</summary>
    /// <param name="registers">The thread's.</param>
    /// <param name="space">Its memory.</param>
    /// <param name="value">The argument of clone().</param>
    public abstract Errno SetThreadPointer(TaskRegisters registers, AddressSpace space, ulong value);

    /// <summary>A call that only this ABI has.</summary>
    /// <param name="name">Its name in the table.</param>
    public virtual SystemCall? FindCall(string name) => null;

    // ---- traps ----------------------------------------------------------------------------------------------------------

    /// <summary>What a stop means that is neither a system call nor a page fault that the kernel could mend.</summary>
    /// <returns>The signal to send; a signal of <see cref="Signal.None"/> when it was mended and the program goes on.</returns>
    public abstract SignalInfo React(TrapContext trap);

    /// <summary>Completes what is told of a page fault with the machine's own words of it.</summary>
    /// <param name="info">SIGSEGV or SIGBUS.</param>
    /// <param name="trap">The fault.</param>
    public virtual SignalInfo Describe(in SignalInfo info, TrapContext trap) => info;

    /// <summary>A page fault that is a system call: code of the kernel's at an address that programs may call, where no table has a page. Most ABIs have none.</summary>
    /// <returns>The call by name, which need not have a number, and the registers are as behind it but for its result; null for any other fault, and nothing is changed.</returns>
    public virtual (string Name, SystemCallRequest Request)? CallOf(TrapContext trap) => null;

    // ---- signals --------------------------------------------------------------------------------------------------------

    /// <summary>Puts a frame on the stack and lets the task go on in its handler (<c>setup_rt_frame()</c>).</summary>
    /// <returns>EFAULT when the frame cannot be written: SIGSEGV then.</returns>
    public abstract Errno PushFrame(SignalDelivery delivery);

    /// <summary>Takes a frame off again (<c>sigreturn()</c>): registers, and through <paramref name="back"/> the mask.</summary>
    /// <returns>EFAULT when it cannot be read or makes no sense: SIGSEGV then.</returns>
    public abstract Errno PopFrame(SignalReturn back);
}
