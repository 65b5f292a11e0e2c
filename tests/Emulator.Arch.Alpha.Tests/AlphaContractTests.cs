using Emulator.Contract;
using Emulator.Core.Paging;

namespace Emulator.Arch.Alpha.Tests;

public sealed class AlphaArchitectureTests() : ArchitectureContract(new Alpha());

public sealed class PageTableTests() : PageTableContract<AlphaEntry>(AlphaTrees.ThreeLevel, new MmuControls(AlphaEntry.UserMode, 0))
{
    // The upper half belongs to the kernel.
    protected override ulong UserAddress(ulong address, int depth) => address & ((1UL << 42) - 1);
}
