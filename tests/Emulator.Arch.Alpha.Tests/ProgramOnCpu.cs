using Emulator.Core.Execution;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Alpha.Tests;

/// <summary>Runs an <see cref="InstructionProgram"/> on a CPU of ours, with the two system calls that it makes.</summary>
internal sealed class ProgramOnCpu : IAddressTranslator, IDisposable
{
    private const ulong From = InstructionProgram.CodeAt;

    private readonly PhysicalMemory _memory = new(1 << 29);

    public byte[] Run(byte[] elf, EngineMode mode)
    {
        // Three segments, the last without bytes, each at the same distance from its address; the file's program headers say where their bytes are.
        for (int i = 0; i < 3; i++)
        {
            ReadOnlySpan<byte> header = elf.AsSpan(64 + 56 * i, 56);
            ulong offset = BitConverter.ToUInt64(header[8..]), address = BitConverter.ToUInt64(header[16..]), bytes = BitConverter.ToUInt64(header[32..]);
            if (bytes == 0)
                continue;
            elf.AsSpan((int)offset, (int)bytes).CopyTo(_memory.Slice(new PhysicalAddress(address - From), (int)bytes));
        }
        using Cpu cpu = new AlphaInstructionSet().CreateCpu(_memory, 13, this);
        cpu.Mode = mode;
        cpu.Pc = From;
        cpu[AlphaRegisters.Fpcr] = 0;
        using MemoryStream written = new();
        for (; ; )
        {
            CpuStop stop = cpu.Run(long.MaxValue);
            if (stop.Kind != CpuStopKind.SystemCall)
                throw new InvalidOperationException($"{stop} after {written.Length} bytes");
            if (cpu[AlphaRegisters.V0] != 4)
                return written.ToArray();
            int bytes = (int)cpu[new Slot(18)];
            written.Write(_memory.Slice(new PhysicalAddress(cpu[new Slot(17)] - From), bytes));
            cpu[AlphaRegisters.V0] = (ulong)bytes;
        }
    }

    public bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault)
    {
        found = new PhysicalAddress(va.Value - From);
        fault = new PageFault(va, access, FaultKind.Absent, 0, 0);
        return va.Value >= From && va.Value - From < _memory.Bytes;
    }

    public void Dispose() => _memory.Dispose();
}
