using Emulator.Core.Execution;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;
using static Emulator.Core.Tests.Execution.Tale;

namespace Emulator.Core.Tests.Execution;

/// <summary>
/// The acceleration TLB: 1,024 entries at first, up to 16,384 for programs that work on more pages, fewer again when they are forgotten often.
/// </summary>
public abstract class AccelerationTlbTests(EngineMode mode)
{
    private const ulong First = 0x1006_4000, PageBytes = 0x1000;        // in no entry that the code takes
    private const int PerPage = 4;      // instructions of the loop

    [Fact]
    public void It_grows_until_the_pages_that_a_program_works_on_fit()
    {
        using Tale tale = Sweeper(3000);

        long first = Sweep(tale), later = 0;
        for (int i = 0; i < 8; i++)
            later = Sweep(tale);

        Assert.InRange(first, 3000, 3010);      // and the code
        Assert.Equal(0, later);
    }

    [Fact]
    public void It_grows_no_further_than_to_its_largest()
    {
        using Tale fits = Sweeper(16_000), isTooMuch = Sweeper(20_000);

        long[] last = [0, 0];
        for (int i = 0; i < 12; i++)
            last = [Sweep(fits), Sweep(isTooMuch)];

        Assert.InRange(last[0], 0, 10);
        // Pages 16,384 apart drive each other out: 3,616 pairs.
        Assert.InRange(last[1], 2 * 3616, 2 * 3616 + 10);
    }

    [Fact]
    public void It_is_small_again_when_it_is_forgotten_before_it_is_full()
    {
        using Tale tale = Sweeper(3000);
        for (int i = 0; i < 8; i++)
            Sweep(tale);

        tale.Cpu.Flush();
        (long Once, long Again) large = (Sweep(tale), Sweep(tale));
        tale.Cpu.Flush();
        tale.Cpu.Flush();
        (long Once, long Again) small = (Sweep(tale), Sweep(tale));

        Assert.InRange(large.Once, 3000, 3010);
        Assert.Equal(0, large.Again);
        Assert.InRange(small.Once, 3000, 3010);
        Assert.InRange(small.Again, 1000, 3010);        // it grows in the course of this one
    }

    [Fact]
    public void What_was_forgotten_while_it_was_large_is_not_there_when_it_has_grown_again()
    {
        using Tale tale = Sweeper(3000);
        for (int i = 0; i < 8; i++)
            Sweep(tale);
        ulong page = First + 2500 * PageBytes;
        tale.Cpu.Flush();
        Sweep(tale);

        tale.Cpu.Flush();
        tale.Cpu.Flush();
        tale.Elsewhere[page] = DataAt + 15 * PageBytes;
        tale.Memory.Slice(new PhysicalAddress(DataAt + 15 * PageBytes), 8)[0] = 99;
        ulong[] sums = new ulong[8];
        for (int i = 0; i < sums.Length; i++)
        {
            tale.Cpu[R0] = 0;
            Sweep(tale);
            sums[i] = tale.Cpu[R0];
        }

        Assert.All(sums, sum => Assert.Equal(3000UL - 1 + 99, sum));
    }

    [Fact]
    public void A_page_that_is_flushed_alone_is_asked_about_alone()
    {
        using Tale tale = Sweeper(3000);
        for (int i = 0; i < 8; i++)
            Sweep(tale);
        ulong page = First + 1700 * PageBytes;

        tale.Elsewhere[page] = DataAt + 15 * PageBytes;
        tale.Cpu.Flush(new VirtualAddress(page));
        tale.Cpu[R0] = 0;
        long misses = Sweep(tale);

        Assert.Equal((1L, 3000UL - 1), (misses, tale.Cpu[R0]));
    }

    /// <summary>A loop that adds up what is at the beginning of each of some pages, 1 each, and then stops. All of them lie in the same.</summary>
    private Tale Sweeper(int pages)
    {
        Tale tale = new(mode);
        for (int i = 0; i < pages; i++)
            tale.Elsewhere[First + (ulong)i * PageBytes] = DataAt;
        tale.Memory.Slice(new PhysicalAddress(DataAt), 8)[0] = 1;
        tale.Write(CodeAt,
            tale.Define(b => b.Set(R0, b.Add(R0, b.Load(new DataAddress(R1, 0), 8)))),
            tale.Define(b => b.Set(R1, b.Add(R1, PageBytes))),
            tale.Define(b => b.Set(R2, b.Subtract(R2, 1))),
            tale.Define(
                b =>
                {
                    Label done = b.NewLabel();
                    b.Branch(Condition.Equal, R2, 0, done);
                    b.Exit(CodeAt);
                    b.Bind(done);
                    b.Exit(CodeAt + 4 * PerPage);
                },
                ends: true),
            tale.Define(b => b.StopAfter(CpuStopKind.SystemCall, pages, CodeAt), ends: true));
        tale.Cpu[R3] = (ulong)pages;
        return tale;
    }

    /// <summary>Once over all pages; how many accesses the TLB did not know.</summary>
    private static long Sweep(Tale tale)
    {
        long before = tale.Cpu.Statistics.TlbMisses;
        (tale.Cpu[R1], tale.Cpu[R2]) = (First, tale.Cpu[R3]);
        Assert.Equal(CpuStopKind.SystemCall, tale.Cpu.Run(long.MaxValue / 2).Kind);
        return tale.Cpu.Statistics.TlbMisses - before;
    }
}
