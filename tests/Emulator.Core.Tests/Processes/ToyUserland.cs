using Emulator.Core.Exec;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Tests.Processes;

/// <summary>How programs of the toy talk to the kernel: number in r0, arguments in r1 to r6, result or negative error in r0.</summary>
internal sealed class ToyUserland : Userland
{
    private const int RegisterCount = 16, WordsBefore = 1;

    private readonly SystemCallTable _calls = new(string.Join('\n', ToyCalls.Names.Select((name, number) => $"{number} {name}")), ulong.MaxValue, _ => null);

    public ToyUserland(UserAbi abi)
        : base(abi, new ToyInstructionSet(abi.WordBytes == 8)) => Layout = new GuestLayout(abi.WordBytes, abi.Order);

    public override GuestLayout Layout { get; }

    public override string Machine => "toy";

    private int FrameBytes => 128 + 8 + (RegisterCount + WordsBefore) * 8;

    public override SystemCallTable CallsOf(KernelEra era) => _calls;

    public override void Start(TaskRegisters registers, StartState start) => registers[Register(ToyInstructionSet.StackPointer)] = start.StackPointer;

    public override ulong StackPointerOf(TaskRegisters registers) => registers[Register(ToyInstructionSet.StackPointer)];

    public override SystemCallRequest ReadCall(TaskRegisters registers, in CpuStop stop) =>
        new(registers[Register(0)], registers[Register(1)], registers[Register(2)], registers[Register(3)], registers[Register(4)], registers[Register(5)], registers[Register(6)]);

    public override void Return(TaskRegisters registers, in CallResult result) => registers[Register(0)] = Word((ulong)(result.Failed ? -(long)result.Error : result.Value));

    public override void Repeat(TaskRegisters registers, in SystemCallRequest request)
    {
        registers.Pc -= 4;
        registers[Register(0)] = request.Number;
    }

    public override void BeginChild(TaskRegisters registers, ulong stackPointer)
    {
        registers[Register(0)] = 0;
        if (stackPointer != 0)
            registers[Register(ToyInstructionSet.StackPointer)] = stackPointer;
    }

    public override Errno SetThreadPointer(TaskRegisters registers, AddressSpace space, ulong value)
    {
        registers[Register(ToyInstructionSet.ThreadPointer)] = value;
        return Errno.None;
    }

    public override SignalInfo React(TrapContext trap) => trap.Stop.Kind switch
    {
        CpuStopKind.IllegalInstruction => new SignalInfo(Signal.SIGILL, SignalInfo.IllegalOpcode) { Address = trap.Stop.Pc },
        CpuStopKind.Unaligned => new SignalInfo(Signal.SIGBUS, SignalInfo.BusAlignment) { Address = trap.Stop.Address },
        _ => new SignalInfo(Signal.SIGFPE, SignalInfo.IntegerDivide) { Address = trap.Stop.Pc },
    };

    /// <summary>siginfo, mask, program counter, registers. The handler gets signal, siginfo and the frame; it returns to the restorer.</summary>
    public override Errno PushFrame(SignalDelivery delivery)
    {
        TaskRegisters registers = delivery.Registers;
        ulong at = (delivery.StackTop(StackPointerOf(registers)) - (ulong)FrameBytes) & ~15UL;
        byte[] frame = new byte[FrameBytes];
        delivery.WriteInfo(frame);
        GuestNumbers.Write(frame.AsSpan(128, 8), Layout.Order, delivery.GuestMask);
        GuestNumbers.Write(frame.AsSpan(136, 8), Layout.Order, registers.Pc);
        for (int i = 0; i < RegisterCount; i++)
            GuestNumbers.Write(frame.AsSpan(144 + 8 * i, 8), Layout.Order, registers[Register(i)]);
        if (delivery.CopyOut(at, frame) is var error && error.Failed())
            return error;
        registers[Register(ToyInstructionSet.StackPointer)] = at;
        registers[Register(1)] = (ulong)delivery.GuestSignal;
        registers[Register(2)] = registers[Register(3)] = at;
        registers[Register(ToyInstructionSet.Link)] = delivery.Action.Restorer;
        registers.Pc = delivery.Action.Handler;
        return Errno.None;
    }

    public override Errno PopFrame(SignalReturn back)
    {
        byte[] frame = new byte[FrameBytes];
        if (back.CopyIn(StackPointerOf(back.Registers), frame) is var error && error.Failed())
            return error;
        back.SetMask(GuestNumbers.Read(frame.AsSpan(128, 8), Layout.Order));
        back.Registers.Pc = GuestNumbers.Read(frame.AsSpan(136, 8), Layout.Order);
        for (int i = 0; i < RegisterCount; i++)
            back.Registers[Register(i)] = GuestNumbers.Read(frame.AsSpan(144 + 8 * i, 8), Layout.Order);
        return Errno.None;
    }

    private static Slot Register(int number) => ToyInstructionSet.Register(number);

    private ulong Word(ulong value) => Abi.WordBytes == 8 ? value : (uint)value;
}
