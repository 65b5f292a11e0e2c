using System.Buffers.Binary;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Signals;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>How 64-bit programs of Linux on amd64 call the kernel, and what the kernel does for them that it does nowhere else.</summary>
/// <remarks>
/// Source: arch/x86/kernel/{entry_64.S,process_64.c,signal.c}, v2.6.32; arch/x86/entry and arch/x86/kernel, v6.1. Not modelled: the calls
/// of i386 by int 0x80, which fail with ENOSYS in a 64-bit program, and programs of x32.
/// </remarks>
public sealed class Amd64Userland(UserAbi abi) : X86Userland(abi)
{
    private const int SyscallBytes = 2;

    private static readonly GuestLayout Shared = new(wordBytes: 8, ByteOrder.LittleEndian);
    private static readonly Slot R8 = General(8), R9 = General(9), R10 = General(10);

    /// <inheritdoc/>
    public override GuestLayout Layout => Shared;

    /// <inheritdoc/>
    public override SystemCallTable CallsOf(KernelEra era)
    {
        ArgumentNullException.ThrowIfNull(era);
        return new SystemCallTable(Amd64CallNumbers.List, era.Version == KernelEra.V6_1.Version ? Amd64CallNumbers.Last61 : Amd64CallNumbers.Last2632, FindCall);
    }

    /// <inheritdoc/>
    public override ulong StackPointerOf(TaskRegisters registers) => registers[Rsp];

    /// <inheritdoc/>
    public override SystemCallRequest ReadCall(TaskRegisters registers, in CpuStop stop)
    {
        const ulong NoSuchCall = 1UL << 32;
        ulong number = stop.Code == Amd64SystemCalls.Syscall ? registers[Rax] : NoSuchCall | (uint)registers[Rax];
        return new SystemCallRequest(number, registers[Rdi], registers[Rsi], registers[Rdx], registers[R10], registers[R8], registers[R9]);
    }

    /// <inheritdoc/>
    // emulate_vsyscall(), arch/x86/entry/vsyscall/vsyscall_64.c; code that is mapped in 2.6.32, with the same effect (vsyscall_64.c).
    public override (string Name, SystemCallRequest Request)? CallOf(TrapContext trap)
    {
        const ulong Page = 0xffff_ffff_ff60_0000, Entries = 0xc00;
        ReadOnlySpan<string> calls = ["gettimeofday", "time", "getcpu"];
        ulong at = trap.Stop.Address;
        int entry = (int)((at & Entries) >> 10);
        if (trap.Stop.Fault.Access != AccessKind.Fetch || (at & ~Entries) != Page || entry >= calls.Length)
            return null;
        TaskRegisters registers = trap.Registers;
        Span<byte> caller = stackalloc byte[8];
        if (trap.Space.CopyIn(new VirtualAddress(registers[Rsp]), caller).Failed())
            return null;
        registers.Pc = BinaryPrimitives.ReadUInt64LittleEndian(caller);
        registers[Rsp] += 8;
        return (calls[entry], new SystemCallRequest(0, registers[Rdi], registers[Rsi], registers[Rdx], 0, 0, 0));
    }

    /// <inheritdoc/>
    public override void Return(TaskRegisters registers, in CallResult result) => registers[Rax] = (ulong)(result.Failed ? -(long)result.Error : result.Value);

    /// <inheritdoc/>
    public override void Repeat(TaskRegisters registers, in SystemCallRequest request)
    {
        ArgumentNullException.ThrowIfNull(registers);
        registers[Rax] = request.Number;
        registers.Pc -= SyscallBytes;
    }

    /// <inheritdoc/>
    public override Errno SetThreadPointer(TaskRegisters registers, AddressSpace space, ulong value)
    {
        if (value >= TaskSizeMax)
            return Errno.EPERM;
        registers[Fs] = 0;
        registers[FsBase] = value;
        return Errno.None;
    }

    /// <inheritdoc/>
    public override SystemCall? FindCall(string name) => name == "arch_prctl" ? new(name, ControlArchitecture, "x p") : base.FindCall(name);

    /// <inheritdoc/>
    public override Errno PushFrame(SignalDelivery delivery) => Amd64SignalFrame.Push(delivery);

    /// <inheritdoc/>
    public override Errno PopFrame(SignalReturn back) => Amd64SignalFrame.Pop(back);

    /// <summary>arch_prctl(): the bases of FS and GS.</summary>
    private CallResult ControlArchitecture(CallContext call)
    {
        const int SetGs = 0x1001, SetFs = 0x1002, GetFs = 0x1003, GetGs = 0x1004;
        TaskRegisters registers = call.Task.Registers;
        switch (call.Int(0))
        {
            case SetFs:
                return SetThreadPointer(registers, call.Space, call[1]);
            case SetGs when call[1] >= TaskSizeMax:
                return Errno.EPERM;
            case SetGs:
                registers[Gs] = 0;
                registers[GsBase] = call[1];
                return 0;
            case GetFs:
                return call.WriteNumber(call[1], 8, registers[FsBase]);
            case GetGs:
                return call.WriteNumber(call[1], 8, registers[GsBase]);
            default:
                return Errno.EINVAL;
        }
    }
}
