using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Signals;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>How i386 programs call a 64-bit kernel, and what it does for them that it does nowhere else.</summary>
/// <remarks>
/// Source: arch/x86/ia32, v2.6.32 and v6.1; arch/x86/entry, v6.1. Not modelled: segments with a limit that matters, the local descriptor
/// table (modify_ldt() is ENOSYS), vm86.
/// </remarks>
public sealed class I386Userland(UserAbi abi) : X86Userland(abi)
{
    private const int InterruptBytes = 2;

    private static readonly GuestLayout Shared = new(wordBytes: 4, ByteOrder.LittleEndian);

    /// <inheritdoc/>
    public override GuestLayout Layout => Shared;

    /// <inheritdoc/>
    public override SystemCallTable CallsOf(KernelEra era)
    {
        ArgumentNullException.ThrowIfNull(era);
        return new SystemCallTable(I386CallNumbers.List, era.Version == KernelEra.V6_1.Version ? I386CallNumbers.Last61 : I386CallNumbers.Last2632, FindCall);
    }

    /// <inheritdoc/>
    public override ulong StackPointerOf(TaskRegisters registers) => (uint)registers[Rsp];

    /// <inheritdoc/>
    // sysenter goes back to the vdso, and there is none: whatever is asked for, the program is lost.
    public override SystemCallRequest ReadCall(TaskRegisters registers, in CpuStop stop)
    {
        ArgumentNullException.ThrowIfNull(registers);
        if (stop.Code == Amd64SystemCalls.Sysenter)
            registers.Pc = 0;
        return new SystemCallRequest((uint)registers[Rax],
            (uint)registers[Rbx], (uint)registers[Rcx], (uint)registers[Rdx], (uint)registers[Rsi], (uint)registers[Rdi], (uint)registers[Rbp]);
    }

    /// <inheritdoc/>
    public override void Return(TaskRegisters registers, in CallResult result) => registers[Rax] = (uint)(result.Failed ? -(long)result.Error : result.Value);

    /// <inheritdoc/>
    public override void Repeat(TaskRegisters registers, in SystemCallRequest request)
    {
        ArgumentNullException.ThrowIfNull(registers);
        registers[Rax] = (uint)request.Number;
        registers.Pc = (uint)(registers.Pc - InterruptBytes);
    }

    /// <inheritdoc/>
    // The argument of clone() is the address of a struct user_desc.
    public override Errno SetThreadPointer(TaskRegisters registers, AddressSpace space, ulong value) => Amd64ThreadAreas.Set(registers, space, value, mayChoose: false);

    /// <inheritdoc/>
    public override SystemCall? FindCall(string name) => name switch
    {
        "getresuid16" or "getresgid16" => new(name, RootThrice16, "p p p"),
        _ => base.FindCall(name),
    };

    /// <inheritdoc/>
    public override Errno PushFrame(SignalDelivery delivery) => I386SignalFrame.Push(delivery);

    /// <inheritdoc/>
    public override Errno PopFrame(SignalReturn back) => I386SignalFrame.Pop(back);

    private static CallResult RootThrice16(CallContext call)
    {
        for (int i = 0; i < 3; i++)
        {
            if (call.WriteNumber(call[i], 2, 0) is var error && error.Failed())
                return error;
        }
        return 0;
    }
}
