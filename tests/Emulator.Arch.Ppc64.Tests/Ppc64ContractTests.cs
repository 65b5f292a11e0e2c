using Emulator.Contract;
using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64.Tests;

public sealed class Ppc64ArchitectureTests() : ArchitectureContract(new Ppc64());

public sealed class HashSmallPageTable2632Tests() : Ppc64PageTableContract<Ppc64HashEntry2632<SmallPages>>(Ppc64Trees.Hash2632(12));

public sealed class HashLargePageTable2632Tests() : Ppc64PageTableContract<Ppc64HashEntry2632<LargePages>>(Ppc64Trees.Hash2632(16));

public sealed class HashSmallPageTable61Tests() : Ppc64PageTableContract<Ppc64Entry61<HashUpper<SmallPages>>>(Ppc64Trees.Hash61(12));

public sealed class HashLargePageTable61Tests() : Ppc64PageTableContract<Ppc64Entry61<HashUpper<LargePages>>>(Ppc64Trees.Hash61(16));

public sealed class RadixSmallPageTable61Tests() : Ppc64PageTableContract<Ppc64Entry61<RadixUpper<SmallPages>>>(Ppc64Trees.Radix61(12));

public sealed class RadixLargePageTable61Tests() : Ppc64PageTableContract<Ppc64Entry61<RadixUpper<LargePages>>>(Ppc64Trees.Radix61(16));

public abstract class Ppc64PageTableContract<TCodec>(PageTableGeometry tree) : PageTableContract<TCodec>(tree, new MmuControls(Flags: 1, Mask: 0))
    where TCodec : struct, IPageTableEntryCodec;
