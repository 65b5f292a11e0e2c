using System.Buffers.Binary;

namespace Emulator.Judges;

/// <summary>Asks QEMU's Book3S MMUs about tables in a physical memory image, by doing the accesses.</summary>
/// <remarks>
/// <para>The machine (powernv8, powernv9) has 1 GiB of RAM. The image lies at 0 and ends below the judge, which lives from 768 MiB on: prober,
/// partition and process table, the records, and a page of code for the problem state. That page has to be mapped by the tables under test:
/// while a batch runs, a free slot of the radix root, or a free slot of the hash table, points there; it is restored afterwards.</para>
/// <para>Contract: every frame that a probe can reach is inside the image and full of 44 00 00 02 (<c>sc</c>). Fetch probes execute it, write
/// probes write its first byte again.</para>
/// <code>
/// 0x30000000  +0        prober, interrupt vectors: found through HRMOR
///             +8000     segments, 16 bytes each
///             +10000    partition table
///             +20000    process table, entry 5 is the one under test
///             +30000    radix tree of partition 0: real addresses are themselves, for the process table's sake
///             +50000    radix tables of the window
///             +200000   code of the problem state
///             +400000   records, 48 bytes each
/// </code>
/// Records, entry point and stop are drawn in Probers/ppc64.S, which must change together with this class.
/// </remarks>
public sealed class Ppc64Judge : IDisposable
{
    private const long MemoryBytes = 1L << 30;
    private const ulong Region = 0x3000_0000;
    private const ulong SegmentsOffset = 0x8000, PartitionTable = Region + 0x10000, ProcessTable = Region + 0x20000;
    private const ulong PartitionRoot = Region + 0x30000, PartitionLevel2 = Region + 0x40000;
    private const ulong WindowLevel2 = Region + 0x50000, WindowLevel3 = Region + 0x51000;
    private const ulong UserCode = Region + 0x20_0000, RecordsOffset = 0x40_0000;
    private const int RecordBytes = 48, BatchRecords = 100_000;
    private const ulong EntryPoint = 0x100, StopOffset = 0x104;
    private const int UserCodeInProber = 0x1800, UserCodeBytes = 16;
    private const ulong ProcessId = 5;

    private const ulong Wide = 1UL << 63, Hypervisor = 1UL << 60, MachineCheck = 1UL << 12, Problem = 1UL << 14, InstructionRelocate = 1UL << 5, DataRelocate = 1UL << 4;
    private const ulong HostRadix = 1UL << 20, UseProcessTable = 1UL << 22;     // LPCR
    private const ulong Valid = 1UL << 63, Leaf = 1UL << 62, Referenced = 0x100, Changed = 0x80, Privileged = 8, ReadRight = 4, WriteRight = 2, ExecuteRight = 1;
    private const ulong TreeSize52 = 2UL << 61 | 5 << 5;
    private const ulong RadixBase = 0x0fff_ffff_ffff_ff00;
    private const ulong InstructionCauses = 0x783f_0000;
    private const ulong Done = 1, NotRun = 0xbad, SweepKind = 6;

    private readonly Ppc64JudgeOptions _options;
    private readonly QemuMachine _machine;

    private Ppc64Judge(ReadOnlySpan<byte> image, Ppc64JudgeOptions options)
    {
        if ((ulong)image.Length > Region)
            throw new ArgumentException($"the image of {image.Length} bytes reaches into the judge's memory at {Region:x}", nameof(image));
        _options = options;
        ImageBytes = image.Length;
        bool power9 = options.Model == Ppc64Model.Power9;
        _machine = QemuMachine.Start(new QemuOptions
        {
            Program = "qemu-system-ppc64",
            Machine = power9 ? "powernv9" : "powernv8",
            Cpu = power9 ? "power9_v2.0" : "power8_v2.0",
            MemoryBytes = MemoryBytes,
            BigEndian = true,
        }, []);
        // Reset has put firmware and a device tree into RAM; nothing has run, so RAM can be anything.
        _machine.Ram.Write(0, new byte[32 << 20]);
        _machine.Ram.Load(image);
        byte[] prober = EmbeddedProber.Read("ppc64.bin");
        _machine.Ram.Write(Region, prober);
        _machine.Ram.Write(UserCode, prober.AsSpan(UserCodeInProber, UserCodeBytes));
        _machine.Gdb.WriteRegister("hrmor", Region);
    }

    /// <summary>Length of the image as it was loaded.</summary>
    public long ImageBytes { get; }

    /// <summary>Starts a judge on an image.</summary>
    /// <param name="image">Physical memory from address 0.</param>
    /// <param name="options">Which machine.</param>
    /// <returns>The judge.</returns>
    /// <exception cref="JudgeException">QEMU is not installed, or did not start.</exception>
    public static Ppc64Judge Load(ReadOnlySpan<byte> image, Ppc64JudgeOptions options) => new(image, options);

    /// <summary>Does the accesses, in this order, each with a fresh TLB.</summary>
    /// <param name="state">Where translation starts.</param>
    /// <param name="probes">The accesses. One radix root slot, or one segment, must be left free.</param>
    /// <returns>One outcome for each probe.</returns>
    /// <exception cref="JudgeException">The prober did not come back, or there is no room for the window.</exception>
    public IReadOnlyList<Ppc64Outcome> Probe(Ppc64State state, IReadOnlyList<Ppc64Probe> probes)
    {
        Ppc64Outcome[] outcomes = new Ppc64Outcome[probes.Count];
        InWindow(state, probes, window =>
        {
            for (int first = 0; first < probes.Count; first += BatchRecords)
                RunBatch(state, window, probes, first, Math.Min(BatchRecords, probes.Count - first), outcomes);
        });
        return outcomes;
    }

    /// <summary>Does a loop of loads, with the TLB that QEMU has, and says what it cost.</summary>
    /// <param name="state">Where translation starts.</param>
    /// <param name="sweep">The loop.</param>
    /// <returns>CPU time of the QEMU process, start and stop included.</returns>
    /// <exception cref="JudgeException">A load trapped, or the loop took too long.</exception>
    public TimeSpan Run(Ppc64State state, Sweep sweep)
    {
        byte[] record = sweep.ToRecord(SweepKind, bigEndian: true);
        TimeSpan used = default;
        InWindow(state, [new Ppc64Probe(sweep.Start, ProbeAccess.Read, Problem: false)], window => used = RunRecords(state, window, record, 1, out _));
        sweep.Check(BinaryPrimitives.ReadUInt64BigEndian(record.AsSpan(16)), Done);
        return used;
    }

    /// <summary>
    /// Walks with QEMU's debug walk from where the last <see cref="Probe"/> started, as for a load of the supervisor: what that may not
    /// read, or else fetch, is not found.
    /// </summary>
    /// <param name="address">The effective address.</param>
    /// <returns>The real address, or null.</returns>
    public ulong? TranslateSupervisorLoad(ulong address)
    {
        _machine.Gdb.WriteRegister("msr", Wide | Hypervisor | MachineCheck | InstructionRelocate | DataRelocate);
        ulong? found = _machine.TranslateWithoutChecks(address);
        _machine.Gdb.WriteRegister("msr", Wide | Hypervisor | MachineCheck);
        return found;
    }

    /// <summary>Reads the judge's copy of the memory, with the R and C bits the probes have set.</summary>
    /// <param name="address">Physical address.</param>
    /// <param name="count">How many bytes.</param>
    /// <returns>The bytes.</returns>
    public byte[] ReadPhysical(ulong address, int count) => _machine.ReadPhysical(address, count);

    /// <summary>Changes tables or data (not code) in the judge's copy of the memory; the next batch sees it.</summary>
    /// <param name="address">Physical address inside the image.</param>
    /// <param name="bytes">The bytes.</param>
    public void WritePhysical(ulong address, ReadOnlySpan<byte> bytes) => _machine.WritePhysical(address, bytes);

    /// <inheritdoc/>
    public void Dispose() => _machine.Dispose();

    // Partition 0 is the host: its radix tree is used for nothing but the address of the process table.
    private Window EnterRadix(ulong processTableEntry, IReadOnlyList<Ppc64Probe> probes)
    {
        if (_options.Model != Ppc64Model.Power9)
            throw new ArgumentException("only POWER9 walks radix trees", nameof(processTableEntry));
        WriteWord(PartitionTable, Valid | TreeSize52 | PartitionRoot | 13);                 // HR, RTS, RPDB, RPDS
        WriteWord(PartitionTable + 8, ProcessTable | 4);                                    // PRTB, PRTS: 64 KiB
        WriteWord(PartitionRoot, Valid | PartitionLevel2 | 9);
        WriteWord(PartitionLevel2, Valid | Leaf | Referenced | Changed | Privileged | ReadRight | WriteRight | ExecuteRight);   // 1 GiB at 0
        WriteWord(ProcessTable, TreeSize52 | PartitionRoot | 13);
        WriteWord(ProcessTable + (ProcessId * 16), processTableEntry);
        WriteWord(WindowLevel2, Valid | WindowLevel3 | 9);
        WriteWord(WindowLevel3, Valid | Leaf | Referenced | UserCode | ReadRight | ExecuteRight);                               // 2 MiB
        _machine.Gdb.WriteRegister("ptcr", PartitionTable);
        _machine.Gdb.WriteRegister("lpidr", 0);
        _machine.Gdb.WriteRegister("pid", ProcessId);
        _machine.Gdb.WriteRegister("lpcr", _machine.Gdb.ReadRegister("lpcr") | HostRadix | UseProcessTable);

        ulong root = processTableEntry & RadixBase;
        HashSet<ulong> probed = [.. probes.Select(p => (p.Address >> 39) & 0x1fff)];
        for (ulong slot = 8191; slot > 0; slot--)
        {
            byte[] before = _machine.ReadPhysical(root + (slot * 8), 8);
            if (probed.Contains(slot) || before.AsSpan().ContainsAnyExcept((byte)0))
                continue;
            WriteWord(root + (slot * 8), Valid | WindowLevel2 | 9);
            return new Window(root + (slot * 8), before, slot << 39, 0);
        }
        throw new JudgeException($"no slot of the root at {root:x16} is free of entries and probes");
    }

    // A segment of the judge's own, with a VSID that makes its page fall into a group with room.
    private Window EnterHash(Ppc64State state, IReadOnlyList<Ppc64Probe> probes)
    {
        if (state.HashTable is not { } register)
            throw new ArgumentException("neither a process table entry nor a hash table is given", nameof(state));
        if (state.Segments.Count > 31)
            throw new ArgumentException($"{state.Segments.Count} segments leave none of 32 to the judge", nameof(state));
        bool power9 = _options.Model == Ppc64Model.Power9;
        if (power9)
        {
            WriteWord(PartitionTable, register);
            WriteWord(PartitionTable + 8, 0);
            _machine.Gdb.WriteRegister("ptcr", PartitionTable);
            _machine.Gdb.WriteRegister("lpidr", 0);
            _machine.Gdb.WriteRegister("lpcr", _machine.Gdb.ReadRegister("lpcr") & ~(HostRadix | UseProcessTable));
        }
        else
        {
            _machine.Gdb.WriteRegister("sdr1", register);
        }

        HashSet<ulong> taken = [.. probes.Select(p => p.Address >> 40), .. state.Segments.Select(s => s.Rb >> 40)];
        ulong segment = 0xfff;                                                              // in units of 1 TiB, a 256 MiB segment at its start
        while (taken.Contains(segment))
            segment--;
        ulong table = register & 0x0fff_ffff_fffc_0000, mask = (1UL << (int)(11 + (register & 0x1f))) - 1;
        HashSet<ulong> vsids = [.. state.Segments.Select(s => (s.Rs & ~(3UL << 62)) >> 12)];
        for (ulong vsid = 0x3f_ffff; vsid > 0; vsid--)
        {
            ulong group = table + ((vsid & mask) * 128);                                    // page 0 of the segment: the hash is the VSID
            for (ulong slot = group; slot < group + 128 && !vsids.Contains(vsid); slot += 16)
            {
                byte[] before = _machine.ReadPhysical(slot, 16);
                if ((before[7] & 1) != 0)
                    continue;
                WriteWord(slot + 8, UserCode | Referenced | 0x10 | 3);                      // M, read-only to all
                WriteWord(slot, (vsid << 12) | 1);
                WriteWord(Region + SegmentsOffset + ((ulong)state.Segments.Count * 16), (segment << 40) | (1 << 27) | 31);
                WriteWord(Region + SegmentsOffset + ((ulong)state.Segments.Count * 16) + 8, (vsid << 12) | 0x400);
                for (int i = 0; i < state.Segments.Count; i++)
                {
                    WriteWord(Region + SegmentsOffset + ((ulong)i * 16), state.Segments[i].Rb);
                    WriteWord(Region + SegmentsOffset + ((ulong)i * 16) + 8, state.Segments[i].Rs);
                }
                return new Window(slot, before, segment << 40, state.Segments.Count + 1);
            }
        }
        throw new JudgeException($"the hash table at {table:x16} has no room for the judge's page");
    }

    // With everything set up, and the window in a free slot.
    private void InWindow(Ppc64State state, IReadOnlyList<Ppc64Probe> probes, Action<Window> run)
    {
        _machine.Gdb.WriteRegister("msr", Wide | Hypervisor | MachineCheck);
        Window window = state.ProcessTableEntry is { } entry ? EnterRadix(entry, probes) : EnterHash(state, probes);
        _machine.Gdb.WriteRegister("amr", state.Amr);
        _machine.Gdb.SetBreakpoint(StopOffset, 4);
        run(window);
        _machine.Gdb.RemoveBreakpoint(StopOffset, 4);
        _machine.Ram.Write(window.Slot, window.Before);
    }

    // Lets the prober work on records, which come back with its results.
    private TimeSpan RunRecords(Ppc64State state, Window window, byte[] records, int count, out bool stopped)
    {
        _machine.Ram.Write(Region + RecordsOffset, records);
        const ulong Base = Wide | Hypervisor | MachineCheck;
        (string Name, ulong Value)[] registers =
        [
            ("msr", Base),
            ("r2", state.ProcessTableEntry is null ? 0UL : 1), ("r3", RecordsOffset), ("r4", (ulong)count), ("r5", Base | DataRelocate),
            ("r6", Base | InstructionRelocate | DataRelocate | Problem), ("r7", SegmentsOffset), ("r8", (ulong)window.Segments),
            ("r9", window.CodeAddress), ("pc", EntryPoint),
        ];
        foreach ((string name, ulong value) in registers)
            _machine.Gdb.WriteRegister(name, value);
        stopped = _machine.TryContinue(_options.RunLimit, out TimeSpan used);
        _machine.Ram.Read(Region + RecordsOffset, records);
        return used;
    }

    private void RunBatch(Ppc64State state, Window window, IReadOnlyList<Ppc64Probe> probes, int first, int count, Ppc64Outcome[] outcomes)
    {
        byte[] records = new byte[count * RecordBytes];
        for (int i = 0; i < count; i++)
        {
            Span<byte> record = records.AsSpan(i * RecordBytes, RecordBytes);
            BinaryPrimitives.WriteUInt64BigEndian(record, probes[first + i].Address);
            BinaryPrimitives.WriteUInt64BigEndian(record[8..], Kind(probes[first + i]));
            BinaryPrimitives.WriteUInt64BigEndian(record[16..], NotRun);
        }
        RunRecords(state, window, records, count, out bool stopped);

        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> record = records.AsSpan(i * RecordBytes, RecordBytes);
            ulong vector = BinaryPrimitives.ReadUInt64BigEndian(record[16..]);
            if (vector == NotRun)
            {
                throw new JudgeException($"the prober {(stopped ? "stopped" : "hangs")} at '{probes[first + i]}', probe {first + i}; " +
                    "is the frame inside the image and full of 44000002?");
            }
            ulong srr1 = BinaryPrimitives.ReadUInt64BigEndian(record[24..]), dar = BinaryPrimitives.ReadUInt64BigEndian(record[32..]);
            ulong dsisr = BinaryPrimitives.ReadUInt64BigEndian(record[40..]);
            outcomes[first + i] = vector switch
            {
                Done => Ppc64Outcome.Ok,
                0x300 or 0xe00 => new Ppc64Outcome((int)vector, (uint)dsisr, dar),
                0x380 => new Ppc64Outcome((int)vector, 0, dar),
                0x400 or 0xe20 => new Ppc64Outcome((int)vector, (uint)(srr1 & InstructionCauses), 0),
                _ => new Ppc64Outcome((int)vector, 0, 0),
            };
        }
    }

    private static ulong Kind(Ppc64Probe probe) => (probe.Problem ? 3UL : 0) + probe.Access switch
    {
        ProbeAccess.Read => 0UL,
        ProbeAccess.Write => 1,
        ProbeAccess.Fetch => 2,
        _ => throw new ArgumentException($"ppc64 has no probe '{probe}'", nameof(probe)),
    };

    private void WriteWord(ulong address, ulong value)
    {
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(word, value);
        _machine.Ram.Write(address, word);
    }

    /// <summary>The page of the problem state's code.</summary>
    private readonly record struct Window(ulong Slot, byte[] Before, ulong CodeAddress, int Segments);
}
