using System.Collections.Immutable;
using Emulator.Core.Memory;

namespace Emulator.Core.Kernel;

/// <summary>A userland: one row of an architecture's list. Addresses are not here, they depend on era and MMU (<see cref="AbiProfile"/>).</summary>
/// <param name="Name">As given on the command line: "x86_64", "s390".</param>
/// <param name="WordBytes">Bytes of a pointer: 4 or 8; also decides the ELF class.</param>
/// <param name="Order">Byte order of the program and its data.</param>
/// <param name="ElfMachines">Values of e_machine that the loader takes, the usual one first.</param>
public sealed record UserAbi(string Name, int WordBytes, ByteOrder Order, ImmutableArray<ushort> ElfMachines)
{
    /// <summary>32 or 64.</summary>
    public int ElfClass => WordBytes * 8;
}
