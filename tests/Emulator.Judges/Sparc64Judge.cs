using System.Buffers.Binary;

namespace Emulator.Judges;

/// <summary>
/// Asks QEMU's UltraSPARC IIi about a TSB in a physical memory image, by doing the accesses: the processor computes pointer and
/// tag, the prober's miss handlers compare and load the TLB as Linux's do, the TLB judges the entry's bits.
/// </summary>
/// <remarks>
/// <para>Contract for probes, not for sweeps: the image has at most 16 MiB, and every doubleword that a probe can reach is <see cref="Signature"/> of its address
/// (or <see cref="Stored"/>, after a store). Entries in the TSB have Linux's tags, without context. A TSB miss, an entry with V = 0 and, for
/// fetches, one without Linux's exec bit are reported as the miss they came from: there is no walk behind the TSB.</para>
/// <para>The judge lives in 2 MiB behind the image, at virtual addresses of the same low 41 bits with all higher bits set; no fetch probe
/// may go there. Records, entry point, stop and parameters are drawn in Probers/sparc64.S, which must change together with this class.</para>
/// </remarks>
public sealed class Sparc64Judge : IDisposable
{
    private const ulong MaxImageBytes = 16 << 20;
    private const ulong RegionBytes = 2 << 20;
    private const int EntryOffset = 0x8000;
    private const int StopOffset = 0xe000;
    private const int ParametersOffset = 0x8010;
    private const int RecordsOffset = 0x20000;
    private const int RecordBytes = 48;
    private const int BatchRecords = ((int)RegionBytes - RecordsOffset) / RecordBytes;
    private const ulong HighBits = ~((1UL << 41) - 1);

    private const ulong Sethi = 0x1b000000;         // sethi N, %o5
    private const ulong TrapAlways = 0x91d02010;    // ta 0x10
    private const ulong StoredMark = 1 << 21;       // no address below 16 MiB has it in its N
    private const ulong NoTrap = 0x100, NotRun = 0xbad, SweepKind = 6;
    private const int InstructionAccessException = 0x08, DataAccessException = 0x30;

    private readonly Sparc64JudgeOptions _options;
    private readonly QemuMachine _machine;
    private readonly ulong _region;

    private Sparc64Judge(ReadOnlySpan<byte> image, Sparc64JudgeOptions options)
    {
        _options = options;
        ImageBytes = image.Length;
        _region = ((ulong)image.Length + RegionBytes - 1) / RegionBytes * RegionBytes;
        byte[] memory = new byte[_region + RegionBytes];
        image.CopyTo(memory);
        EmbeddedProber.Read("sparc64.bin").CopyTo(memory, (int)_region);
        _machine = QemuMachine.Start(new QemuOptions
        {
            Program = "qemu-system-sparc64",
            Machine = "sun4u",
            Cpu = "TI-UltraSparc-IIi",
            MemoryBytes = memory.Length,
            BigEndian = true,
            SharesMemory = false,
            Firmware = new byte[8192],              // never runs
            PacketRegisters = new Dictionary<string, int> { ["pc"] = 64, ["npc"] = 65 },    // behind 32 integer and 64 (4-byte) floating registers
        }, memory);
    }

    /// <summary>Length of the image as it was loaded.</summary>
    public long ImageBytes { get; }

    /// <summary>Starts a judge on an image.</summary>
    /// <param name="image">Physical memory from address 0.</param>
    /// <param name="options">How it works.</param>
    /// <returns>The judge.</returns>
    /// <exception cref="JudgeException">QEMU is not installed, or did not start.</exception>
    public static Sparc64Judge Load(ReadOnlySpan<byte> image, Sparc64JudgeOptions options) => new(image, options);

    /// <summary>What the doubleword at a physical address has to be: two instructions that tell the address.</summary>
    /// <param name="physicalAddress">A multiple of 8.</param>
    /// <returns>The doubleword.</returns>
    public static ulong Signature(ulong physicalAddress) => (Sethi | physicalAddress >> 3) << 32 | TrapAlways;

    /// <summary>What a store probe stores.</summary>
    /// <param name="index">Its place in the list of probes.</param>
    /// <returns>The doubleword.</returns>
    public static ulong Stored(int index) => (Sethi | StoredMark | ((uint)index & (StoredMark - 1))) << 32 | TrapAlways;

    /// <summary>Fills a part of an image with signatures.</summary>
    /// <param name="image">Physical memory from address 0.</param>
    /// <param name="from">First byte, a multiple of 8.</param>
    /// <param name="bytes">How many.</param>
    public static void Sign(Span<byte> image, ulong from, ulong bytes)
    {
        for (ulong at = from; at < from + bytes; at += 8)
            BinaryPrimitives.WriteUInt64BigEndian(image[(int)at..], Signature(at));
    }

    /// <summary>Does the accesses, in this order, each with empty TLBs.</summary>
    /// <param name="state">TSB and context.</param>
    /// <param name="probes">The accesses.</param>
    /// <returns>One outcome for each probe.</returns>
    /// <exception cref="JudgeException">The prober did not come back.</exception>
    public IReadOnlyList<Sparc64Outcome> Probe(Sparc64MmuState state, IReadOnlyList<Sparc64Probe> probes)
    {
        if ((ulong)ImageBytes > MaxImageBytes)
            throw new InvalidOperationException($"an image of {ImageBytes} bytes is too long for signatures; {MaxImageBytes} are possible");
        Sparc64Outcome[] outcomes = new Sparc64Outcome[probes.Count];
        for (int first = 0; first < probes.Count; first += BatchRecords)
            RunBatch(state, probes, first, Math.Min(BatchRecords, probes.Count - first), outcomes);
        return outcomes;
    }

    /// <summary>Does a loop of loads, with the TLB that QEMU has, and says what it cost.</summary>
    /// <param name="state">TSB and context; every page must be in the TSB.</param>
    /// <param name="sweep">The loop.</param>
    /// <returns>CPU time of the QEMU process, start and stop included.</returns>
    /// <exception cref="JudgeException">A load trapped, or the loop took too long.</exception>
    public TimeSpan Run(Sparc64MmuState state, Sweep sweep)
    {
        byte[] record = sweep.ToRecord(SweepKind, bigEndian: true);
        TimeSpan used = RunRecords(state, ref record, 1, out _);
        sweep.Check(BinaryPrimitives.ReadUInt64BigEndian(record.AsSpan(24)), NoTrap);
        return used;
    }

    /// <summary>Reads the judge's copy of the memory.</summary>
    /// <param name="address">Physical address.</param>
    /// <param name="count">How many bytes.</param>
    /// <returns>The bytes.</returns>
    public byte[] ReadPhysical(ulong address, int count) => _machine.ReadPhysical(address, count);

    /// <summary>Changes the TSB or data in the judge's copy of the memory; the next batch sees it.</summary>
    /// <param name="address">Physical address inside the image.</param>
    /// <param name="bytes">The bytes.</param>
    public void WritePhysical(ulong address, ReadOnlySpan<byte> bytes) => _machine.WritePhysical(address, bytes);

    /// <inheritdoc/>
    public void Dispose() => _machine.Dispose();

    private static ulong Kind(Sparc64Probe probe) => (probe.User ? 3UL : 0) + probe.Access switch
    {
        ProbeAccess.Read => 0UL,
        ProbeAccess.Write => 1,
        ProbeAccess.Fetch => 2,
        _ => throw new ArgumentException($"sparc64 has no probe '{probe}'", nameof(probe)),
    };

    // Lets the prober work on records, which come back with its results.
    private TimeSpan RunRecords(Sparc64MmuState state, ref byte[] records, int count, out bool stopped)
    {
        _machine.WritePhysical(_region + RecordsOffset, records);
        byte[] parameters = new byte[24];
        BinaryPrimitives.WriteUInt64BigEndian(parameters, state.TsbRegister);
        BinaryPrimitives.WriteUInt64BigEndian(parameters.AsSpan(8), (ulong)state.Context);
        BinaryPrimitives.WriteUInt64BigEndian(parameters.AsSpan(16), (ulong)count);
        _machine.WritePhysical(_region + ParametersOffset, parameters);

        ulong window = HighBits | _region;
        _machine.Gdb.WriteRegister("pc", window + EntryOffset);
        _machine.Gdb.WriteRegister("npc", window + EntryOffset + 4);
        _machine.Gdb.SetBreakpoint(window + StopOffset, 4);
        stopped = _machine.TryContinue(_options.RunLimit, out TimeSpan used);
        records = _machine.ReadPhysical(_region + RecordsOffset, records.Length);
        if (stopped)
            _machine.Gdb.RemoveBreakpoint(window + StopOffset, 4);
        return used;
    }

    private void RunBatch(Sparc64MmuState state, IReadOnlyList<Sparc64Probe> probes, int first, int count, Sparc64Outcome[] outcomes)
    {
        byte[] records = new byte[count * RecordBytes];
        for (int i = 0; i < count; i++)
        {
            Sparc64Probe probe = probes[first + i];
            if ((probe.VirtualAddress & 7) != 0)
                throw new ArgumentException($"'{probe}' is not a multiple of 8", nameof(probes));
            Span<byte> record = records.AsSpan(i * RecordBytes, RecordBytes);
            BinaryPrimitives.WriteUInt64BigEndian(record, probe.VirtualAddress);
            BinaryPrimitives.WriteUInt64BigEndian(record[8..], Kind(probe));
            BinaryPrimitives.WriteUInt64BigEndian(record[16..], Stored(first + i));
            BinaryPrimitives.WriteUInt64BigEndian(record[24..], NotRun);
        }
        RunRecords(state, ref records, count, out bool stopped);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> record = records.AsSpan(i * RecordBytes, RecordBytes);
            ulong trap = BinaryPrimitives.ReadUInt64BigEndian(record[24..]);
            if (trap == NotRun)
            {
                throw new JudgeException($"the prober {(stopped ? "stopped" : "hangs")} at '{probes[first + i]}', probe {first + i}; " +
                    "is the frame inside the image and full of signatures?");
            }
            outcomes[first + i] = Outcome(probes[first + i], (int)trap, BinaryPrimitives.ReadUInt64BigEndian(record[32..]), BinaryPrimitives.ReadUInt64BigEndian(record[40..]));
        }
    }

    private static Sparc64Outcome Outcome(Sparc64Probe probe, int trap, ulong faultStatus, ulong loaded)
    {
        if (trap != (int)NoTrap)
            return Sparc64Outcome.Trap(trap, trap is InstructionAccessException or DataAccessException ? (int)(faultStatus >> 7 & 0x7f) : 0);
        // A load brings both instructions; the first of them executed shifts its number by 10.
        return Sparc64Outcome.Ok(probe.Access switch
        {
            ProbeAccess.Read => (loaded >> 32 & 0x3fffff) << 3,
            ProbeAccess.Fetch => loaded >> 10 << 3,
            _ => null,
        });
    }
}
