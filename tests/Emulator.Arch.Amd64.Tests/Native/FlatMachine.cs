using Emulator.Core.Execution;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Amd64.Tests.Native;

/// <summary>Our CPU in the surroundings of the native judge: the same pages, and nothing else.</summary>
internal sealed class FlatMachine : IAddressTranslator, IDisposable
{
    private const ulong PageBytes = 4096;

    // From here on it is always a protection violation that programs are told of (arch/x86/mm/fault.c, sanitize_error_code).
    private const ulong TaskSizeMax = (1UL << 47) - PageBytes;

    private readonly PhysicalMemory _memory = new(1 << 16);
    private readonly Dictionary<ulong, (ulong Physical, AccessKind[] Allowed)> _pages = new()
    {
        [NativeJudge.CodePage] = (0x1000, [AccessKind.Read, AccessKind.Write, AccessKind.Fetch]),
        [NativeJudge.DataPages] = (0x2000, [AccessKind.Read, AccessKind.Write]),
        [NativeJudge.DataPages + PageBytes] = (0x3000, [AccessKind.Read, AccessKind.Write]),
        [NativeJudge.ReadOnlyPage] = (0x4000, [AccessKind.Read]),
    };

    private readonly int _bits;

    public FlatMachine(int bits, EngineMode mode)
    {
        _bits = bits;
        Cpu = new Amd64InstructionSet(bits).CreateCpu(_memory, 12, this);
        Cpu.Mode = mode;
        _memory.Slice(new PhysicalAddress(0x1000), 4096).Fill(0xcc);
    }

    public Cpu Cpu { get; }

    /// <summary>Memory from <see cref="NativeJudge.CodeAt"/> to the end of its page.</summary>
    public Span<byte> Code => _memory.Slice(new PhysicalAddress(0x1400), 0xc00);

    /// <summary>Memory from <see cref="NativeJudge.DataAt"/> on.</summary>
    public Span<byte> Data => _memory.Slice(new PhysicalAddress(0x3000 - 256), 512);

    public bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault)
    {
        ulong page = va.Value & ~(PageBytes - 1);
        bool mapped = _pages.TryGetValue(page, out (ulong Physical, AccessKind[] Allowed) there);
        found = new PhysicalAddress(there.Physical + va.Value - page);
        fault = default;
        if (mapped && there.Allowed.Contains(access))
            return true;
        bool canonical = _bits == 32 || (long)va.Value << 16 >> 16 == (long)va.Value;
        fault = new PageFault(va, access, mapped ? FaultKind.Protection : canonical ? FaultKind.Absent : FaultKind.OutOfReach, 0, 0);
        return false;
    }

    /// <summary>Runs one case and tells it in the judge's words.</summary>
    /// <param name="test">The case.</param>
    /// <param name="instructions">How many instructions there are before the trap that ends it.</param>
    public NativeResult Run(in NativeCase test, int instructions = 1)
    {
        NativeCase given = test;
        Span<byte> code = Code[..32], data = Data;
        if (!code.SequenceEqual(((ReadOnlySpan<byte>)given.Code)[..32]))
        {
            _memory.Watched.Change(new PhysicalAddress(0x1000));
            ((ReadOnlySpan<byte>)given.Code).CopyTo(code);
        }
        _memory.Slice(new PhysicalAddress(0x2000), 8192).Clear();
        ((ReadOnlySpan<byte>)given.Before.Data).CopyTo(data);
        Load(given.Before);

        CpuStop stop = Cpu.Run(instructions + 1);

        NativeResult result = default;
        Save(ref result.After);
        data.CopyTo(result.After.Data);
        (result.Trap, result.Signal) = stop.Kind switch
        {
            CpuStopKind.Trap => ((uint)Amd64Traps.VectorOf(stop.Code), Amd64Traps.VectorOf(stop.Code) switch { Amd64Traps.DivideError or Amd64Traps.FloatingPoint or Amd64Traps.SimdFloatingPoint => 8u, Amd64Traps.Breakpoint or Amd64Traps.Debug => 5u, _ => 11u }),
            CpuStopKind.IllegalInstruction => (6u, 4u),
            CpuStopKind.PageFault when stop.Fault.Kind == FaultKind.OutOfReach => ((Amd64InstructionSet)Cpu.Instructions).IsStackAccess(code) ? (12u, 7u) : (13u, 11u),
            CpuStopKind.PageFault => (14u, 11u),
            _ => throw new InvalidOperationException($"the instruction stopped with {stop}"),
        };
        if (result.Trap == 14)
        {
            result.Address = stop.Address;
            result.Error = (stop.Fault.Access == AccessKind.Write ? 2u : 0) | (stop.Fault.Kind == FaultKind.Protection || stop.Address >= TaskSizeMax ? 1u : 0) | (stop.Fault.Access == AccessKind.Fetch ? 16u : 0) | 4;
        }
        return result;
    }

    public void Dispose()
    {
        Cpu.Dispose();
        _memory.Dispose();
    }

    private void Load(in MachineState state)
    {
        MachineState given = state;
        Span<ulong> registers = Cpu.Registers;
        Cpu.Instructions.Reset(registers);
        for (int i = 0; i < (_bits == 64 ? 16 : 8); i++)
            registers[i] = given.General[i];
        Amd64Registers.WriteFlags(registers, given.Flags);
        Amd64FloatState.Restore(registers, given.Fx, _bits);
        Cpu.Pc = NativeJudge.CodeAt;
    }

    private void Save(ref MachineState state)
    {
        Span<ulong> registers = Cpu.Registers;
        for (int i = 0; i < (_bits == 64 ? 16 : 8); i++)
            state.General[i] = registers[i];
        state.Pc = Cpu.Pc;
        state.Flags = Amd64Registers.ReadFlags(registers);
        Amd64FloatState.Save(registers, state.Fx, _bits);
    }
}
