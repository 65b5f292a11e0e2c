using Emulator.Core.Memory;

namespace Emulator.Contract;

/// <summary>Numbers about guest memory that only tests ask for.</summary>
internal static class MemoryExtensions
{
    /// <summary>Frames that the allocator can hand out at most: all but frame 0.</summary>
    public static long Pages(this PhysicalMemory memory, FrameAllocator frames) => (long)(memory.Bytes >> frames.PageShift) - 1;
}
