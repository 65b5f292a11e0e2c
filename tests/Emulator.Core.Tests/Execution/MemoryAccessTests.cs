using System.Buffers.Binary;
using Emulator.Core.Execution;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;
using static Emulator.Core.Tests.Execution.Tale;

namespace Emulator.Core.Tests.Execution;

/// <summary>Loads and stores: sizes, byte orders, ends of pages, faults.</summary>
public abstract class MemoryAccessTests(EngineMode mode)
{
    private static readonly byte[] Pattern = [.. Enumerable.Range(0, 64).Select(i => (byte)(0x91 + 7 * i))];

    public static TheoryData<string> Machines => ["little 64", "little 32", "big 64", "big 32", "little 64 aligned", "big 64 aligned", "big 32 aligned"];

    [Theory]
    [MemberData(nameof(Machines))]
    public void Loads_read_what_lies_in_memory_in_the_order_of_the_machine(string machine)
    {
        foreach (int bytes in (int[])[1, 2, 4, 8])
        {
            foreach (bool signed in (bool[])[false, true])
            {
                foreach (ulong at in (ulong[])[DataAt, DataAt + 8, DataAt + 1, DataAt + 0xffd, DataAt + 0x1000 - (ulong)bytes / 2])
                {
                    using Tale tale = Of(machine);
                    Pattern.CopyTo(tale.Memory.Slice(new PhysicalAddress(at & ~7UL), 64));
                    byte[] data = tale.Memory.Slice(new PhysicalAddress(at), bytes).ToArray();
                    tale.Tell(
                        b => b.Set(R1, b.Load(new DataAddress(R0, 0xffff_ffff_ffff_fff8), bytes, signed)),
                        b => b.Set(R2, b.Load(new DataAddress(R0, 0xffff_ffff_ffff_ffe8) { Index = R3, Scale = 2 }, bytes, signed)));
                    (tale.Cpu[R0], tale.Cpu[R3]) = (at + 8, 4);

                    CpuStop stop = tale.Cpu.Run(3);

                    if (machine.Contains("aligned", StringComparison.Ordinal) && at % (ulong)bytes != 0)
                    {
                        Assert.Equal((CpuStopKind.Unaligned, at, CodeAt), (stop.Kind, stop.Address, stop.Pc));
                        continue;
                    }
                    if (machine.StartsWith("little", StringComparison.Ordinal))
                        Array.Reverse(data);
                    ulong value = data.Aggregate(0UL, (sum, next) => sum << 8 | next);
                    if (signed && bytes < 8)
                        value = (ulong)((long)(value << (64 - 8 * bytes)) >> (64 - 8 * bytes));
                    Assert.Equal((CpuStopKind.SystemCall, value, value), (stop.Kind, tale.Cpu[R1], tale.Cpu[R2]));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Stores_write_the_bytes_that_loads_read_and_no_others(string machine)
    {
        foreach (int bytes in (int[])[1, 2, 4, 8, 16])
        {
            foreach (ulong at in (ulong[])[DataAt + 0x100, DataAt + 0x1000 - (ulong)bytes / 2, DataAt + 0x101])
            {
                using Tale tale = Of(machine);
                if (machine.Contains("aligned", StringComparison.Ordinal) && at % (ulong)bytes != 0)
                    continue;
                tale.Tell(
                    b =>
                    {
                        if (bytes == 16)
                            b.Store128(new DataAddress(R0, 0), R2);
                        else
                            b.Store(new DataAddress(R0, 0), bytes, R2);
                    },
                    b =>
                    {
                        if (bytes == 16)
                        {
                            Slot both = b.Load128(new DataAddress(R0, 0));
                            b.Set(new Slot(4), both);
                            b.Set(new Slot(5), both.Next());
                        }
                        else
                        {
                            b.Set(new Slot(4), b.Load(new DataAddress(R0, 0), bytes));
                        }
                    });
                (tale.Cpu[R0], tale.Cpu[R2], tale.Cpu[R3]) = (at, 0x1122_3344_5566_7788, 0x99aa_bbcc_ddee_ff01);

                CpuStop stop = tale.Cpu.Run(3);

                Assert.Equal(CpuStopKind.SystemCall, stop.Kind);
                ulong mask = bytes >= 8 ? ulong.MaxValue : (1UL << 8 * bytes) - 1;
                Assert.Equal(0x1122_3344_5566_7788 & mask, tale.Cpu[new Slot(4)]);
                Assert.Equal(bytes == 16 ? 0x99aa_bbcc_ddee_ff01 : 0, tale.Cpu[new Slot(5)]);
                Assert.Equal(bytes == 16 ? 16 : bytes, tale.Memory.Slice(new PhysicalAddress(DataAt), 0x2000).ToArray().Count(value => value != 0));
                if (bytes == 4)
                {
                    byte[] expected = [0x55, 0x66, 0x77, 0x88];
                    if (machine.StartsWith("little", StringComparison.Ordinal))
                        Array.Reverse(expected);
                    Assert.Equal(expected, tale.Memory.Slice(new PhysicalAddress(at), 4).ToArray());
                }
            }
        }
    }

    [Fact]
    public void Addresses_of_32_bits_wrap_around()
    {
        using Tale tale = Of("little 32");
        tale.Elsewhere[0xffff_f000] = DataAt;
        tale.Elsewhere[0] = DataAt + 0x1000;
        Pattern.AsSpan(0, 8).CopyTo(tale.Memory.Slice(new PhysicalAddress(DataAt + 0xffc), 8));
        tale.Tell(b => b.Set(R1, b.Load(new DataAddress(R0, 0xffc), 8)), b => b.Set(R2, b.Load(new DataAddress(R0, 0x1000), 1)));
        tale.Cpu[R0] = 0xffff_f000;

        CpuStop stop = tale.Cpu.Run(3);

        Assert.Equal(CpuStopKind.SystemCall, stop.Kind);
        Assert.Equal(BinaryPrimitives.ReadUInt64LittleEndian(Pattern), tale.Cpu[R1]);
        Assert.Equal(Pattern[4], tale.Cpu[R2]);
    }

    [Fact]
    public void A_fault_tells_the_page_that_is_missing_and_leaves_everything_as_it_was()
    {
        using Tale tale = new(mode);
        tale.Elsewhere[DataAt + 0x1000] = ulong.MaxValue;
        tale.Tell(
            b => b.Set(R1, b.Add(R1, 1)),
            b => b.Store(new DataAddress(R0, 0), 8, R2),
            b => b.Set(R1, b.Add(R1, 10)));
        (tale.Cpu[R0], tale.Cpu[R2]) = (DataAt + 0xffc, ulong.MaxValue);

        CpuStop stop = tale.Cpu.Run(100);

        Assert.Equal((CpuStopKind.PageFault, CodeAt + 4, DataAt + 0x1000), (stop.Kind, stop.Pc, stop.Address));
        Assert.Equal((AccessKind.Write, FaultKind.Absent), (stop.Fault.Access, stop.Fault.Kind));
        Assert.Equal((1UL, 1L), (tale.Cpu[R1], tale.Cpu.Retired));
        Assert.Equal(-1, tale.Memory.Slice(new PhysicalAddress(DataAt), 0x1000).IndexOfAnyExcept((byte)0));

        tale.Elsewhere.Clear();
        stop = tale.Cpu.Run(100);

        Assert.Equal((CpuStopKind.SystemCall, 11UL, 4L), (stop.Kind, tale.Cpu[R1], tale.Cpu.Retired));
    }

    [Fact]
    public void A_write_to_a_page_that_was_read_is_asked_about_again()
    {
        using Tale tale = new(mode);
        tale.ReadOnly.Add(DataAt);
        tale.Tell(b => b.Set(R1, b.Load(new DataAddress(DataAt, 0), 8)), b => b.Store(new DataAddress(DataAt, 0), 8, 5));

        CpuStop stop = tale.Cpu.Run(100);

        Assert.Equal((CpuStopKind.PageFault, FaultKind.Protection, AccessKind.Write), (stop.Kind, stop.Fault.Kind, stop.Fault.Access));

        tale.ReadOnly.Clear();
        Assert.Equal(CpuStopKind.SystemCall, tale.Cpu.Run(100).Kind);
    }

    [Fact]
    public void A_probe_faults_as_a_store_and_stores_nothing()
    {
        using Tale tale = new(mode);
        tale.ReadOnly.Add(DataAt);
        tale.Memory.Write(new PhysicalAddress(DataAt), 0x1234UL);
        tale.Tell(b =>
        {
            b.ProbeWrite(new DataAddress(DataAt, 0), 8);
            b.Set(R1, b.Load(new DataAddress(DataAt, 0), 8));
        });

        CpuStop stop = tale.Cpu.Run(100);
        Assert.Equal((CpuStopKind.PageFault, AccessKind.Write, 0UL), (stop.Kind, stop.Fault.Access, tale.Cpu[R1]));

        tale.ReadOnly.Clear();
        tale.Cpu.Run(100);
        Assert.Equal(0x1234UL, tale.Cpu[R1]);
    }

    [Fact]
    public void A_page_that_moves_is_found_in_its_new_place_after_the_flush()
    {
        using Tale tale = new(mode);
        tale.Memory.Write(new PhysicalAddress(DataAt), 1UL);
        tale.Memory.Write(new PhysicalAddress(DataAt + 0x5000), 2UL);
        tale.Tell(b => b.Set(R1, b.Load(new DataAddress(DataAt, 0), 8)));
        tale.Cpu.Run(2);
        Assert.Equal(1UL, tale.Cpu[R1]);

        tale.Elsewhere[DataAt] = DataAt + 0x5000;
        tale.Cpu.Flush(new VirtualAddress(DataAt));
        tale.Cpu.Pc = CodeAt;
        tale.Cpu.Run(2);

        Assert.Equal(2UL, tale.Cpu[R1]);
    }

    [Fact]
    public void An_observer_sees_every_access_in_order()
    {
        using Tale tale = new(mode);
        Notes notes = new();
        tale.Cpu.Observe(notes);
        tale.Tell(
            b => b.Set(R1, b.Load(new DataAddress(R0, 8), 8)),
            b => b.Store(new DataAddress(R0, 0) { Index = R2, Scale = 3 }, 4, R1),
            b => b.Store128(new DataAddress(R0, 64), R2));
        (tale.Cpu[R0], tale.Cpu[R2]) = (DataAt, 5);

        tale.Cpu.Run(4);

        Assert.Equal(
        [
            (CodeAt, AccessKind.Fetch), (DataAt + 8, AccessKind.Read),
            (CodeAt + 4, AccessKind.Fetch), (DataAt + 40, AccessKind.Write),
            (CodeAt + 8, AccessKind.Fetch), (DataAt + 64, AccessKind.Write),
            (CodeAt + 12, AccessKind.Fetch),
        ], notes.All);

        tale.Cpu.Observe(null);
        tale.Cpu.Pc = CodeAt;
        tale.Cpu.Run(4);
        Assert.Equal(7, notes.All.Count);
    }

    [Fact]
    public void An_observer_is_told_how_long_accesses_and_instructions_are()
    {
        using Tale tale = new(mode);
        Notes notes = new();
        tale.Cpu.Observe(notes);
        uint load = tale.Define(b => b.Set(R1, b.Load(new DataAddress(R0, 0), 2))), store = tale.Define(b => b.Store128(new DataAddress(R0, 0), R2));
        tale.Write(CodeAt, load, Long, store);
        tale.Cpu[R0] = DataAt;

        tale.Cpu.Run(2);

        Assert.Equal([4, 2, 8, 16], notes.Lengths);
    }

    [Fact]
    public void A_fetch_that_fails_is_told_as_often_as_it_is_made()
    {
        using Tale tale = new(mode);
        Notes notes = new();
        tale.Cpu.Observe(notes);
        tale.Tell(b => b.Set(R1, 1));
        tale.Write(CodeAt + 0xffc, Long, tale.Define(b => b.Set(R1, 2)));
        tale.Elsewhere[CodeAt] = ulong.MaxValue;

        Assert.Equal(CpuStopKind.PageFault, tale.Cpu.Run(1).Kind);
        tale.Elsewhere.Clear();
        tale.Cpu.Run(1);
        Assert.Equal([(CodeAt, AccessKind.Fetch), (CodeAt, AccessKind.Fetch)], notes.All);

        tale.Elsewhere[CodeAt + 0x1000] = ulong.MaxValue;       // the end of the next instruction
        tale.Cpu.Pc = CodeAt + 0xffc;
        Assert.Equal(CodeAt + 0x1000, tale.Cpu.Run(1).Address);
        Assert.Equal((CodeAt + 0xffc, AccessKind.Fetch), notes.All[^1]);
        Assert.Equal(5, notes.Lengths[^1]);     // up to the first byte that is not there
    }

    [Fact]
    public void A_load_that_is_going_to_be_written_back_is_told_as_the_store_that_it_faults_as()
    {
        using Tale tale = new(mode);
        Notes notes = new();
        tale.Cpu.Observe(notes);
        tale.Tell(b => b.Store(new DataAddress(R0, 0), 4, b.Add(b.LoadForWrite(new DataAddress(R0, 0), 4), 1)));
        tale.ReadOnly.Add(DataAt);
        tale.Cpu[R0] = DataAt;

        Assert.Equal(AccessKind.Write, tale.Cpu.Run(1).Fault.Access);
        tale.ReadOnly.Clear();
        tale.Cpu.Flush();
        tale.Cpu.Run(1);

        Assert.Equal(
        [
            (CodeAt, AccessKind.Fetch), (DataAt, AccessKind.Write),
            (CodeAt, AccessKind.Fetch), (DataAt, AccessKind.Write), (DataAt, AccessKind.Write),
        ], notes.All);
    }

    [Fact]
    public void A_look_whether_something_may_be_written_is_told_when_it_may_not()
    {
        using Tale tale = new(mode);
        Notes notes = new();
        tale.Cpu.Observe(notes);
        tale.Tell(b =>
        {
            b.ProbeWrite(new DataAddress(R0, 0), 4);
            b.Set(R1, b.Load(new DataAddress(R0, 0), 4));
        });
        tale.ReadOnly.Add(DataAt);
        tale.Cpu[R0] = DataAt;

        Assert.Equal(AccessKind.Write, tale.Cpu.Run(1).Fault.Access);
        tale.ReadOnly.Clear();
        tale.Cpu.Flush();
        tale.Cpu.Run(1);

        Assert.Equal([(CodeAt, AccessKind.Fetch), (DataAt, AccessKind.Write), (CodeAt, AccessKind.Fetch), (DataAt, AccessKind.Read)], notes.All);
    }

    [Fact]
    public void A_store_to_code_is_told_once()
    {
        using Tale tale = new(mode);
        Notes notes = new();
        tale.Cpu.Observe(notes);
        tale.Tell(b =>
        {
            b.Set(R2, b.Load(new DataAddress(R1, 0), 4));
            b.Store(new DataAddress(R0, 0), 4, R2);
        });
        (tale.Cpu[R0], tale.Cpu[R1]) = (CodeAt + 0x100, DataAt);

        tale.Cpu.Run(1);

        Assert.Equal(1, tale.Cpu.Statistics.CodeStores);
        Assert.Equal([(CodeAt, AccessKind.Fetch), (DataAt, AccessKind.Read), (CodeAt + 0x100, AccessKind.Write)], notes.All);
    }

    [Fact]
    public void Without_an_observer_blocks_are_what_they_are_without_one()
    {
        (long, long, long) Made(bool observedBefore, bool observed)
        {
            using Tale tale = new(mode);
            tale.Tell(
                b => b.Set(R1, b.Load(new DataAddress(R0, 8), 8)),
                b => b.Store(new DataAddress(R0, 0) { Index = R2, Scale = 3 }, 4, R1),
                b => b.Set(R2, b.Add(R2, 1)));
            if (observedBefore)
                tale.Cpu.Observe(new Notes());
            if (!observed)
                tale.Cpu.Observe(null);
            tale.Cpu[R0] = DataAt;
            tale.Cpu.Run(4);
            EngineStatistics statistics = tale.Cpu.Statistics;
            return (statistics.BlocksMade, statistics.InstructionsDecoded, statistics.Operations);
        }

        (long, long, long) plain = Made(observedBefore: false, observed: false);

        Assert.Equal(plain, Made(observedBefore: true, observed: false));
        // Two operations for each of 4 fetches, one for each of 2 accesses, and the store's address is computed apart.
        Assert.Equal(plain.Item3 + 4 * 2 + 2 * 1 + 1, Made(observedBefore: true, observed: true).Item3);
    }

    private Tale Of(string machine) => new(mode, tale => machine switch
    {
        "little 64" => CpuMode.LittleEndian64.CreateCpu(tale, tale.Memory, PageShift, tale),
        "little 32" => CpuMode.LittleEndian32.CreateCpu(tale, tale.Memory, PageShift, tale),
        "big 64" => CpuMode.BigEndian64.CreateCpu(tale, tale.Memory, PageShift, tale),
        "big 32" => CpuMode.BigEndian32.CreateCpu(tale, tale.Memory, PageShift, tale),
        "little 64 aligned" => CpuMode.LittleEndian64Aligned.CreateCpu(tale, tale.Memory, PageShift, tale),
        "big 64 aligned" => CpuMode.BigEndian64Aligned.CreateCpu(tale, tale.Memory, PageShift, tale),
        _ => CpuMode.BigEndian32Aligned.CreateCpu(tale, tale.Memory, PageShift, tale),
    });

    private sealed class Notes : IAccessObserver
    {
        public List<(ulong, AccessKind)> All { get; } = [];

        public List<int> Lengths { get; } = [];

        public void Access(VirtualAddress va, AccessKind access, int bytes)
        {
            All.Add((va.Value, access));
            Lengths.Add(bytes);
        }
    }
}
