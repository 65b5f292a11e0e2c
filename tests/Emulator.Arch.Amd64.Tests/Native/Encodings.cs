using Iced.Intel;

namespace Emulator.Arch.Amd64.Tests.Native;

/// <summary>The encodings of what is implemented.</summary>
internal static class Encodings
{
    private static readonly CpuidFeature[] Features =
    [
        CpuidFeature.INTEL8086, CpuidFeature.INTEL8086_ONLY, CpuidFeature.INTEL186, CpuidFeature.INTEL286, CpuidFeature.INTEL386, CpuidFeature.INTEL486, CpuidFeature.X64, CpuidFeature.CPUID,
        CpuidFeature.CX8, CpuidFeature.CMOV, CpuidFeature.FPU, CpuidFeature.FPU287, CpuidFeature.FPU387, CpuidFeature.MMX, CpuidFeature.FXSR, CpuidFeature.SSE, CpuidFeature.SSE2, CpuidFeature.CMPXCHG16B, CpuidFeature.CLFSH, CpuidFeature.PAUSE, CpuidFeature.MULTIBYTENOP, CpuidFeature.SYSCALL, CpuidFeature.SEP, CpuidFeature.TSC, CpuidFeature.POPCNT,
        CpuidFeature.SSE4_2, CpuidFeature.D3NOW, CpuidFeature.PREFETCHW, CpuidFeature.BMI1, CpuidFeature.LZCNT, CpuidFeature.CET_IBT, CpuidFeature.CET_SS, CpuidFeature.FSGSBASE, CpuidFeature.MSR, CpuidFeature.RDPMC,
    ];

    /// <summary>All legacy encodings of implemented mnemonics that there are in a mode, with the group that they belong to.</summary>
    public static IEnumerable<(string Group, Mnemonic Mnemonic, Code Code)> All(int bits)
    {
        ILookup<Mnemonic, Code> codes = Enum.GetValues<Code>().ToLookup(code => code.Mnemonic());
        foreach ((string group, Mnemonic mnemonic) in Amd64InstructionSet.Implemented)
        {
            foreach (Code code in codes[mnemonic])
            {
                OpCodeInfo info = code.ToOpCode();
                if (info.Encoding == EncodingKind.Legacy && (bits == 64 ? info.Mode64 : info.Mode32) && code.CpuidFeatures().All(Features.Contains))
                    yield return (group, mnemonic, code);
            }
        }
    }
}
