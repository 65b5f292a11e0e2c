using Emulator.Contract;
using Emulator.Core.Paging;

namespace Emulator.Arch.Sparc64.Tests;

public sealed class Sparc64ArchitectureTests() : ArchitectureContract(new Sparc64());

public sealed class Sun4uPageTable2632Tests() : Sparc64PageTableContract<Sun4uTte, ShiftedUpper>(Sparc64Trees.V2632, userBits: 43);

public sealed class Sun4vPageTable2632Tests() : Sparc64PageTableContract<Sun4vTte, ShiftedUpper>(Sparc64Trees.V2632, userBits: 43);

public sealed class Sun4uPageTable61Tests() : Sparc64PageTableContract<Sun4uTte, PlainUpper>(Sparc64Trees.V61, userBits: 43);

public sealed class Sun4vPageTable61Tests() : Sparc64PageTableContract<Sun4vTte, PlainUpper>(Sparc64Trees.V61, userBits: 47);

public abstract class Sparc64PageTableContract<TLeaf, TUpper>(PageTableGeometry tree, int userBits)
    : PageTableContract<Sparc64Entry<TLeaf, TUpper>>(tree, new MmuControls(Sparc64Entry<TLeaf, TUpper>.UserMode, 0))
    where TLeaf : struct, ITranslationTableEntry
    where TUpper : struct, ISparc64Upper
{
    // Programs live below the hole of the processor, or of the tree.
    protected override ulong UserAddress(ulong address, int depth) => address & ((1UL << userBits) - 1);
}
