using Emulator.Arch.Ppc64;
using Emulator.Arch.Sparc64;
using Emulator.Core.Paging;
using Emulator.Judges;

namespace Emulator.Bench;

/// <summary>
/// What QEMU does on a miss: its guest runs the same loop over the same pages, through the same tables, in memory that the product's mapper
/// wrote. The CPU time of its process counts, for few pages taken off from many.
/// </summary>
internal sealed class QemuMisses : IDisposable
{
    private const long FirstLoads = 1 << 15, MostLoads = 1 << 21;

    // QEMU's own TLB doubles at a flush that finds it full, and shrinks at one that has found it idle for 100 ms (accel/tcg/cputlb.c, 7.2,
    // tlb_mmu_resize_locked()): without a rest it would soon hold all pages. Every loop has a flush at its beginning or its end.
    private static readonly TimeSpan ResizeWindow = TimeSpan.FromMilliseconds(110);

    private readonly IDisposable _judge;
    private readonly Func<Sweep, TimeSpan> _run;

    private QemuMisses(IDisposable judge, Func<Sweep, TimeSpan> run) => (_judge, _run) = (judge, run);

    /// <summary>A hardware walk, done by QEMU.</summary>
    public static QemuMisses Amd64(Refills refills)
    {
        Amd64Judge judge = Amd64Judge.Load(refills.Image, new Amd64JudgeOptions());
        Amd64PagingState state = new() { Cr3 = Tables(refills).RootRegister, La57 = Tables(refills).Depth == 5 };
        return new QemuMisses(judge, sweep => judge.Run(state, sweep));
    }

    /// <summary>A hardware walk, done by QEMU.</summary>
    public static QemuMisses S390(Refills refills)
    {
        S390Judge judge = S390Judge.Load(refills.Image, new S390JudgeOptions());
        S390DatState state = new() { Asce = Tables(refills).RootRegister, InstructionExecutionProtection = true };
        return new QemuMisses(judge, sweep => judge.Run(state, sweep));
    }

    /// <summary>PALcode's walk, done by QEMU itself: its PALcode is told of faults alone.</summary>
    public static QemuMisses Alpha(Refills refills)
    {
        AlphaJudge judge = AlphaJudge.Load(refills.Image, new AlphaJudgeOptions());
        ulong root = Tables(refills).RootRegister;
        return new QemuMisses(judge, sweep => judge.Run(root, sweep));
    }

    /// <summary>A trap, and a guest's handler that looks into the TSB as Linux's does.</summary>
    public static QemuMisses Sparc64(Refills refills)
    {
        Sparc64Judge judge = Sparc64Judge.Load(refills.Image, new Sparc64JudgeOptions());
        Sparc64MmuState state = new() { TsbRegister = ((ITsbRefill)refills.Refill).Tsb.Register, Context = 1 };
        return new QemuMisses(judge, sweep => judge.Run(state, sweep));
    }

    /// <summary>A radix walk, or a search of the hash table, done by QEMU.</summary>
    public static QemuMisses Ppc64(Refills refills)
    {
        Ppc64Model model = refills.Machine.Kernel.Profile.Cpu == "power8" ? Ppc64Model.Power8 : Ppc64Model.Power9;
        Ppc64State state = refills.Refill is IHashRefill hash
            ? new Ppc64State { HashTable = hash.Table.Register, Segments = [.. hash.Slb.Entries.Select(entry => (entry.Rb, entry.Rs))] }
            : new Ppc64State { ProcessTableEntry = Tables(refills).RootRegister };
        Ppc64Judge judge = Ppc64Judge.Load(refills.Image, new Ppc64JudgeOptions { Model = model });
        return new QemuMisses(judge, sweep => judge.Run(state, sweep));
    }

    /// <summary>The miss path as a work, nanoseconds of CPU time a miss.</summary>
    /// <param name="pattern">Order.</param>
    /// <param name="pageBytes">Page size in bytes.</param>
    /// <param name="length">About how long each measurement runs.</param>
    public Work Work(MissPattern pattern, int pageBytes, TimeSpan length)
    {
        _run(pattern.ToSweep(pageBytes, MissPattern.Pages, FirstLoads));    // translated now
        TimeSpan first = _run(pattern.ToSweep(pageBytes, MissPattern.Pages, FirstLoads));
        long loads = FirstLoads;
        for (TimeSpan expected = first; expected < length && loads < MostLoads; expected *= 2)
            loads *= 2;
        Sweep misses = pattern.ToSweep(pageBytes, MissPattern.Pages, loads), hits = pattern.ToSweep(pageBytes, MissPattern.HitPages, loads);
        return new Work("QEMU", () =>
        {
            TimeSpan bare = RunRested(hits);
            return (RunRested(misses) - bare).TotalNanoseconds / loads;
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _judge.Dispose();

    private TimeSpan RunRested(Sweep sweep)
    {
        Thread.Sleep(ResizeWindow);
        return _run(sweep);
    }

    private static PageTables Tables(Refills refills) => refills.Space.Tables!;
}
