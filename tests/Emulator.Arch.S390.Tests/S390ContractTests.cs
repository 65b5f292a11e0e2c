using Emulator.Contract;
using Emulator.Core.Paging;

namespace Emulator.Arch.S390.Tests;

public sealed class S390ArchitectureTests() : ArchitectureContract(new S390());

public sealed class PageTable2632Tests() : PageTableContract<S390Entry<S390SoftwareBits2632>>(S390Trees.Dat, default);

public sealed class PageTable61Tests() : PageTableContract<S390Entry<S390SoftwareBits61>>(S390Trees.Dat, WithAllFacilities)
{
    private static MmuControls WithAllFacilities { get; } =
        S390Entry<S390SoftwareBits61>.Controls(S390Controls.Edat1 | S390Controls.Edat2 | S390Controls.InstructionExecutionProtection);
}
