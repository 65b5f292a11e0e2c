using Emulator.Core.Memory;

namespace Emulator.Core.Execution;

/// <summary>The engine closed over how a machine's accesses go: its byte order, the width of its addresses, and whether it traps unaligned ones.</summary>
/// <remarks>Of each there is one: what is closed here by name is compiled ahead with this assembly, and not when a program begins.</remarks>
public sealed unsafe class CpuMode
{
    private CpuMode(delegate*<EngineState*, SlowAccess, Block*, MicroOp*, void> interpret, bool wraps, bool swaps, bool trapsUnaligned)
    {
        Interpret = interpret;
        Wraps = wraps;
        Swaps = swaps;
        TrapsUnaligned = trapsUnaligned;
    }

    /// <summary>Of amd64.</summary>
    public static CpuMode LittleEndian64 { get; } = Of<LittleEndian64>();

    /// <summary>Of i386.</summary>
    public static CpuMode LittleEndian32 { get; } = Of<LittleEndian32>();

    /// <summary>Of alpha.</summary>
    public static CpuMode LittleEndian64Aligned { get; } = Of<LittleEndian64Aligned>();

    /// <summary>Of s390 and ppc64 with 64 bits.</summary>
    public static CpuMode BigEndian64 { get; } = Of<BigEndian64>();

    /// <summary>Of their programs of 32 bits.</summary>
    public static CpuMode BigEndian32 { get; } = Of<BigEndian32>();

    /// <summary>Of sparc64.</summary>
    public static CpuMode BigEndian64Aligned { get; } = Of<BigEndian64Aligned>();

    /// <summary>Of its programs of 32 bits.</summary>
    public static CpuMode BigEndian32Aligned { get; } = Of<BigEndian32Aligned>();

    /// <summary>Runs blocks until something has to be done outside.</summary>
    internal delegate*<EngineState*, SlowAccess, Block*, MicroOp*, void> Interpret { get; }

    /// <summary>Addresses are modulo 2^32.</summary>
    internal bool Wraps { get; }

    /// <summary>Its byte order is not the host's.</summary>
    internal bool Swaps { get; }

    /// <summary>Accesses to addresses that are no multiples of their sizes trap.</summary>
    internal bool TrapsUnaligned { get; }

    /// <summary>Makes a CPU; its registers are 0.</summary>
    /// <param name="instructions">Its instruction set.</param>
    /// <param name="memory">Guest memory; outlives it.</param>
    /// <param name="pageShift">log2 of the bytes in a page.</param>
    /// <param name="translator">Whom to ask for translations.</param>
    public Cpu CreateCpu(InstructionSet instructions, PhysicalMemory memory, int pageShift, IAddressTranslator translator) =>
        new EngineCpu(this, instructions, memory, pageShift, translator);

    /// <summary>An address as the machine has it.</summary>
    internal ulong Wrap(ulong address) => Wraps ? (uint)address : address;

    private static CpuMode Of<TMode>()
        where TMode : struct, IExecutionMode =>
        new(&Interpreter<TMode>.Run, TMode.Wrap(1UL << 32) == 0, TMode.Order((ushort)1) != 1, TMode.TrapsUnaligned);
}
