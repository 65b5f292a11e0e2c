using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64;

/// <summary>Storage interrupts: vector, and the cause bits of DSISR (data) or SRR1 (instruction).</summary>
/// <remarks>Source: Power ISA 3.0, book III, 6.5.3 "Data Storage Interrupt" to 6.5.6.</remarks>
internal static class Ppc64Faults
{
    /// <summary>MmuControls.Flags: MSR[PR].</summary>
    public const ulong ProblemState = 1;

    private const ulong NoTranslation = 0x4000_0000, Protection = 0x0800_0000, Store = 0x0200_0000, NoExecute = 0x1000_0000, BadConfiguration = 0x0008_0000;

    public static HardwareFault Describe(in PageFault fault)
    {
        bool fetch = fault.Access == AccessKind.Fetch;
        if (fault.Kind == FaultKind.OutOfReach)
            return fetch ? new HardwareFault("instruction segment interrupt", 0x480, 0) : new HardwareFault("data segment interrupt", 0x380, 0);
        ulong cause = fault.Kind switch
        {
            FaultKind.Protection => fetch ? NoExecute : Protection,
            FaultKind.Malformed => BadConfiguration,
            _ => NoTranslation,
        };
        return fetch
            ? new HardwareFault("instruction storage interrupt", 0x400, cause)
            : new HardwareFault("data storage interrupt", 0x300, cause | (fault.Access == AccessKind.Write ? Store : 0));
    }
}
