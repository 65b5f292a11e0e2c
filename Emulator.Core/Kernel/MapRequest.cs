using Emulator.Core.Memory;

namespace Emulator.Core.Kernel;

/// <summary>What a caller of <c>mmap()</c> wants.</summary>
/// <param name="Address">Where: a wish, or an order with <see cref="MapFlags.Fixed"/>.</param>
/// <param name="Bytes">How much; rounded up to pages.</param>
/// <param name="Protection">Read, Write and Execute of <see cref="AreaFlags"/>.</param>
/// <param name="Flags">How.</param>
/// <param name="File">What; null for zeroed memory.</param>
/// <param name="Offset">From which byte of the file; a multiple of the page size.</param>
public readonly record struct MapRequest(VirtualAddress Address, ulong Bytes, AreaFlags Protection, MapFlags Flags = MapFlags.None, GuestFile? File = null, ulong Offset = 0);
