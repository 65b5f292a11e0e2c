using Emulator.Contract;
using Emulator.Core.Paging;

namespace Emulator.Arch.Sixth.Tests;

public sealed class Riscv64ArchitectureTests() : ArchitectureContract(new Riscv64());

public sealed class Sv39PageTableTests() : Riscv64PageTableContract(Riscv64Trees.Sv39);

public sealed class Sv48PageTableTests() : Riscv64PageTableContract(Riscv64Trees.Sv48);

public sealed class Sv57PageTableTests() : Riscv64PageTableContract(Riscv64Trees.Sv57);

public abstract class Riscv64PageTableContract(PageTableGeometry tree) : PageTableContract<Riscv64Entry>(tree, new MmuControls(Riscv64Entry.UserMode, 0))
{
    // The upper half belongs to the kernel, with all bits above the width set.
    protected override ulong UserAddress(ulong address, int depth) => address & (1UL << (11 + 9 * depth)) - 1;
}
