using Emulator.Contract;
using Emulator.Core.Paging;

namespace Emulator.Arch.Amd64.Tests;

public sealed class Amd64ArchitectureTests() : ArchitectureContract(new Amd64());

public sealed class FourLevelPageTableTests() : Amd64PageTableContract(Amd64Trees.FourLevel, Amd64Controls.None);

public sealed class FiveLevelPageTableTests() : Amd64PageTableContract(Amd64Trees.FiveLevel, Amd64Controls.La57);

public abstract class Amd64PageTableContract(PageTableGeometry tree, Amd64Controls more)
    : PageTableContract<Amd64Entry>(tree, Amd64Entry.Controls(Amd64Controls.User | Amd64Controls.WriteProtect | Amd64Controls.NoExecute | Amd64Controls.GigabytePages | more))
{
    // The upper half belongs to the kernel, with all bits above the width set.
    protected override ulong UserAddress(ulong address, int depth) => address & (1UL << (11 + 9 * depth)) - 1;
}
