using System.Buffers.Binary;
using System.Collections.Immutable;
using Emulator.Core.Execution;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Tests.Execution;

/// <summary>
/// A machine whose instructions are what a test wants: words of four bytes, each the number of a lowering in a list. Word
/// <see cref="Long"/> is followed by a second word that holds the number. Pages map one to one until the test says otherwise.
/// </summary>
internal sealed class Tale : InstructionSet, IAddressTranslator, IDisposable
{
    public const uint Long = 0xffff_ffff;
    public const int PageShift = 12;
    public const ulong CodeAt = 0x10000, DataAt = 0x20000;

    public static readonly Slot R0 = new(0), R1 = new(1), R2 = new(2), R3 = new(3), Flags = new(8);

    private readonly List<(Action<BlockBuilder> Lower, bool Ends)> _instructions = [];

    public Tale(EngineMode mode, Func<Tale, Cpu>? make = null)
    {
        Memory = new PhysicalMemory(1 << 20);
        Cpu = (make ?? (tale => CpuMode.LittleEndian64.CreateCpu(tale, tale.Memory, PageShift, tale)))(this);
        Cpu.Mode = mode;
        Cpu.Pc = CodeAt;
    }

    public PhysicalMemory Memory { get; }

    public Cpu Cpu { get; }

    /// <summary>Virtual pages that lie elsewhere: page address to physical page address; <see cref="ulong.MaxValue"/> for nowhere.</summary>
    public Dictionary<ulong, ulong> Elsewhere { get; } = [];

    /// <summary>Pages that may not be written.</summary>
    public HashSet<ulong> ReadOnly { get; } = [];

    public int Decoded { get; private set; }

    public override string Name => "tale";

    public override ImmutableArray<RegisterName> Registers => [new("r0", R0, 64), new("r1", R1, 64)];

    public override int LongestInstruction => 8;

    public override int InstructionAlignment => 2;

    public override Cpu CreateCpu(PhysicalMemory memory, int pageShift, IAddressTranslator translator) => CpuMode.LittleEndian64.CreateCpu(this, memory, pageShift, translator);

    public override Emitted Emit(BlockBuilder builder, ReadOnlySpan<byte> code)
    {
        Decoded++;
        if (code.Length < 4)
            return Emitted.NeedsMore;
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(code);
        int bytes = 4;
        if (word == Long)
        {
            if (code.Length < 8)
                return Emitted.NeedsMore;
            word = BinaryPrimitives.ReadUInt32LittleEndian(code[4..]);
            bytes = 8;
        }
        if (word >= _instructions.Count)
        {
            builder.StopAt(CpuStopKind.IllegalInstruction, (int)word);
            return new Emitted(bytes, EndsBlock: true);
        }
        (Action<BlockBuilder> lower, bool ends) = _instructions[(int)word];
        lower(builder);
        return new Emitted(bytes, ends);
    }

    public bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault)
    {
        ulong page = va.Value >> PageShift << PageShift, offset = va.Value - page;
        ulong physical = Elsewhere.GetValueOrDefault(page, page);
        found = new PhysicalAddress(physical + offset);
        fault = default;
        if (physical < Memory.Bytes && !(access == AccessKind.Write && ReadOnly.Contains(page)))
            return true;
        fault = new PageFault(va, access, physical < Memory.Bytes ? FaultKind.Protection : FaultKind.Absent, 0, 0);
        return false;
    }

    /// <summary>Defines an instruction; its number.</summary>
    public uint Define(Action<BlockBuilder> lower, bool ends = false)
    {
        _instructions.Add((lower, ends));
        return (uint)_instructions.Count - 1;
    }

    /// <summary>Writes words into memory from an address on.</summary>
    public Tale Write(ulong at, params ReadOnlySpan<uint> words)
    {
        foreach (uint word in words)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(Memory.Slice(new PhysicalAddress(at), 4), word);
            at += 4;
        }
        return this;
    }

    /// <summary>Defines instructions and puts them at the beginning of the code, one after the other, with a stop behind them.</summary>
    public Tale Tell(params ReadOnlySpan<Action<BlockBuilder>> lowerings)
    {
        ulong at = CodeAt;
        foreach (Action<BlockBuilder> lower in lowerings)
        {
            Write(at, Define(lower));
            at += 4;
        }
        return Write(at, Define(b => b.StopAfter(CpuStopKind.SystemCall, 7, b.Pc + 4), ends: true));
    }

    public void Dispose()
    {
        Cpu.Dispose();
        Memory.Dispose();
    }
}
