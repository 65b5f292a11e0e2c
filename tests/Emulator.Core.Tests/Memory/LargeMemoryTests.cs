using System.Globalization;
using Emulator.Core.Memory;
using Xunit;

namespace Emulator.Core.Tests.Memory;

/// <summary>Alone, because it measures the process.</summary>
[CollectionDefinition(nameof(LargeMemoryTests), DisableParallelization = true)]
public sealed class LargeMemoryCollection;

[Collection(nameof(LargeMemoryTests))]
public class LargeMemoryTests
{
    [Fact]
    public void Sixty_four_gibibytes_of_guest_memory_cost_what_is_touched()
    {
        long before = ResidentBytes();
        using PhysicalMemory memory = new(64UL << 30);
        using FrameAllocator frames = new(memory, 12);
        long made = ResidentBytes();
        memory.Write(new PhysicalAddress((64UL << 30) - 8), 1ul);
        memory.Write(new PhysicalAddress(32UL << 30), 2ul);
        for (int i = 0; i < 1000; i++)
            Assert.True(frames.TryAllocate(0, FrameUse.Anonymous, out _));
        long used = ResidentBytes();

        // Nothing is resident of memory that was never touched, and a touched place costs a huge page of 2 MiB at most.
        Assert.InRange(made - before, long.MinValue, 16 << 20);
        Assert.InRange(used - before, long.MinValue, 32 << 20);
    }

    [Fact]
    public void The_largest_memory_has_two_to_the_46_bytes_and_none_has_a_broken_page()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhysicalMemory(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhysicalMemory(4097));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhysicalMemory((1UL << 46) + 4096));
    }

    private static long ResidentBytes()
    {
        if (!OperatingSystem.IsLinux())
            return Environment.WorkingSet;
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', '\t').First(part => part.Length > 0 && char.IsAsciiDigit(part[0])), CultureInfo.InvariantCulture) << 10;
    }
}
