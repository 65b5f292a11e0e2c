using Emulator.Core.Execution;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>What the CPU says it is, and what its segments are.</summary>
/// <remarks>CPUID promises what is implemented and nothing else; the features of leaf 1 in EDX are AT_HWCAP, too.</remarks>
internal static class Amd64Identification
{
    /// <summary>
    /// CPUID.1:EDX. Beside what kernels alone see: FPU, TSC, CX8, SEP, CMOV, CLFSH, MMX, FXSR, SSE, SSE2.
    /// </summary>
    public const ulong Features = 0x0fcb_fbfd;

    private const uint MaxLeaf = 1, MaxExtendedLeaf = 0x8000_0008;
    private const uint Clflush64Bytes = 8 << 8, OneProcessor = 1 << 16;
    private const uint Version = 0x0004_0f12;       // family 15, model 65: of the first that had all of x86-64-v1 and CMPXCHG16B
    private const uint FirstLevelCache = 64 << 24 | 2 << 16 | 1 << 8 | 64, SecondLevelCache = 1024 << 16 | 8 << 12 | 1 << 8 | 64;    // theirs: KiB, ways, lines, bytes
    private const uint FirstLevelTlb = 0xff20_ff20, FirstLevelLargeTlb = 0xff08_ff08, SecondLevelTlb = 0x4200_4200;
    private const uint ExtendedSyscall = 1 << 11, NoExecute = 1 << 20, LongMode = 1 << 29;
    private const uint CompareExchange16Bytes = 1 << 13, LahfInLongMode = 1;

    public static ulong Cpuid(ref EngineState state, ulong x, ulong y, int bits)
    {
        uint leaf = (uint)state[Rax.Number];
        bool is64 = bits == 64;
        (uint a, uint b, uint c, uint d) = leaf switch
        {
            // Libraries look at the features of vendors that they know: glibc 2.36 refuses to run on any other.
            0 => (MaxLeaf, Text("Auth"), Text("cAMD"), Text("enti")),
            1 => (Version, Clflush64Bytes | OneProcessor, is64 ? CompareExchange16Bytes : 0, (uint)Features),
            0x8000_0000 => (MaxExtendedLeaf, Text("Auth"), Text("cAMD"), Text("enti")),
            0x8000_0001 => (0u, 0u, is64 ? LahfInLongMode : 0, is64 ? ExtendedSyscall | NoExecute | LongMode : NoExecute),
            0x8000_0002 => (Text("Emul"), Text("ator"), Text(" of "), Text("mult")),
            0x8000_0003 => (Text("i-ar"), Text("chit"), Text("ectu"), Text("re M")),
            0x8000_0004 => (Text("MUs\0"), 0u, 0u, 0u),
            0x8000_0005 => (FirstLevelLargeTlb, FirstLevelTlb, FirstLevelCache, FirstLevelCache),
            0x8000_0006 => (0u, SecondLevelTlb, SecondLevelCache, 0u),
            0x8000_0008 => (is64 ? 48u << 8 | 40 : 32u << 8 | 36, 0u, 0u, 0u),
            _ => (0u, 0u, 0u, 0u),
        };
        (state[Rax.Number], state[Rbx.Number], state[Rcx.Number], state[Rdx.Number]) = (a, b, c, d);
        return 0;
    }

    /// <summary>Loads the segment register in a slot with selector x: its base is that of the descriptor.</summary>
    public static ulong LoadSegment(ref EngineState state, ulong x, ulong y, int number)
    {
        int slot = number & 0xff;
        ushort selector = (ushort)x;
        ulong at = 0;
        if (ThreadAreaOf(selector) is >= 0 and var thread && state[ThreadPresent(thread).Number] != 0)
            at = state[ThreadBase(thread).Number];
        else if (!IsFlat(new Slot((ushort)slot), selector))
            return Amd64Functions.Raise(ref state, Amd64Traps.WithError(Amd64Traps.GeneralProtection, (uint)selector & ~3u));
        state[slot] = selector;
        if (slot == Fs.Number)
            state[FsBase.Number] = at;
        else if (slot == Gs.Number)
            state[GsBase.Number] = at;
        return 0;
    }

    private static uint Text(string four) => (uint)(four[0] | four[1] << 8 | four[2] << 16 | four[3] << 24);
}
