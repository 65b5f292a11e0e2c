using System.Buffers.Binary;

namespace Emulator.Judges;

/// <summary>
/// Asks QEMU's amd64 MMU about page tables in a physical memory image, by doing the accesses.
/// </summary>
/// <remarks>
/// <para>RAM is flat from 0 (no ROM, no VGA hole) and 2 MiB longer than the image. The judge lives in these 2 MiB: prober, its tables and
/// the probe records. While a batch runs, one free slot of the root table points there; it is restored afterwards.</para>
/// <para>Contract: every frame that a probe can reach is inside the image and filled with 0xCC (int3). Fetch probes execute it, write
/// probes write it again. Root tables are not used as lower tables at the same time (no self map through the free slot).</para>
/// <code>
/// image | 2 MiB of the judge
///         +0      prober code, IDT, stack (supervisor)
///         +10000  user code: the read and the write of CPL 3
///         +11000  PML4 (LA57 only), PDPT, PD, PT: the window, 4 KiB pages
///         +20000  records, 48 bytes each
/// </code>
/// Records, entry point, stop and parameters are drawn in Probers/amd64.S, which must change together with this class.
/// </remarks>
public sealed class Amd64Judge : IDisposable
{
    private const long RegionBytes = 2 << 20;
    private const int UserCodeOffset = 0x10000;
    private const int TablesOffset = 0x11000;
    private const int RecordsOffset = 0x20000;
    private const int RecordBytes = 48;
    private const int StopOffset = 0x10;
    private const int ParametersOffset = 0x20;
    private const int BatchRecords = ((int)RegionBytes - RecordsOffset) / RecordBytes;

    private const ulong Present = 1, Writable = 2, User = 4, Accessed = 0x20, Dirty = 0x40;
    private const ulong AddressMask = 0x000ffffffffff000;
    private const ulong NoFault = 0x100;                        // what the prober writes instead of a vector
    private const ulong NotRun = 0xbad;
    private const ulong SweepKind = 8;

    private readonly Amd64JudgeOptions _options;
    private readonly QemuMachine _machine;
    private readonly ulong _region;

    private Amd64Judge(ReadOnlySpan<byte> image, Amd64JudgeOptions options)
    {
        _options = options;
        _region = ((ulong)image.Length + (ulong)RegionBytes - 1) / (ulong)RegionBytes * (ulong)RegionBytes;
        ImageBytes = image.Length;
        // Without a local APIC the machine "none" is a CPU and RAM, nothing else.
        _machine = QemuMachine.Start(new QemuOptions
        {
            Program = "qemu-system-x86_64",
            Machine = "none",
            Cpu = $"max,phys-bits={options.PhysicalAddressBits},apic-id=0,-apic",
            MemoryBytes = (long)_region + RegionBytes,
        }, image);
        PlaceProber();
        EnterLongMode();
    }

    /// <summary>Length of the image as it was loaded.</summary>
    public long ImageBytes { get; }

    /// <summary>Starts a judge on an image.</summary>
    /// <param name="image">Physical memory from address 0.</param>
    /// <param name="options">Which processor.</param>
    /// <returns>The judge.</returns>
    /// <exception cref="JudgeException">QEMU did not start.</exception>
    public static Amd64Judge Load(ReadOnlySpan<byte> image, Amd64JudgeOptions options) => new(image, options);

    /// <summary>Starts a judge on an image file.</summary>
    /// <param name="path">Physical memory from address 0.</param>
    /// <param name="options">Which processor.</param>
    /// <returns>The judge.</returns>
    /// <exception cref="JudgeException">QEMU did not start.</exception>
    public static Amd64Judge LoadFile(string path, Amd64JudgeOptions options) => new(File.ReadAllBytes(path), options);

    /// <summary>Does the accesses, in this order, each with a fresh TLB for its page.</summary>
    /// <param name="state">Control bits and root.</param>
    /// <param name="probes">The accesses. One root slot must be left that has no present entry and no probe.</param>
    /// <returns>One outcome for each probe.</returns>
    /// <exception cref="JudgeException">The prober did not come back, or no root slot is free.</exception>
    public IReadOnlyList<Amd64Outcome> Probe(Amd64PagingState state, IReadOnlyList<Amd64Probe> probes)
    {
        Amd64Outcome[] outcomes = new Amd64Outcome[probes.Count];
        InWindow(state, probes, window =>
        {
            for (int first = 0; first < probes.Count; first += BatchRecords)
                RunBatch(state, window, probes, first, Math.Min(BatchRecords, probes.Count - first), outcomes);
        });
        return outcomes;
    }

    /// <summary>Does a loop of loads, with the TLB that QEMU has, and says what it cost.</summary>
    /// <param name="state">Control bits and root.</param>
    /// <param name="sweep">The loop.</param>
    /// <returns>CPU time of the QEMU process, start and stop included.</returns>
    /// <exception cref="JudgeException">A load trapped, or the loop took too long.</exception>
    public TimeSpan Run(Amd64PagingState state, Sweep sweep)
    {
        byte[] record = sweep.ToRecord(SweepKind, bigEndian: false);
        TimeSpan used = default;
        InWindow(state, [new Amd64Probe(sweep.Start, ProbeAccess.Read, User: false)], window => used = RunRecords(state, window, record, 1, out _));
        sweep.Check(BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(16)), NoFault);
        return used;
    }

    // With the window in a free slot of the root.
    private void InWindow(Amd64PagingState state, IReadOnlyList<Amd64Probe> probes, Action<ulong> run)
    {
        ulong root = state.Cr3 & AddressMask;
        if (root + 4096 > (ulong)ImageBytes)
            throw new ArgumentException($"the root table at {root:x16} is not in the image of {ImageBytes} bytes", nameof(state));
        int rootShift = state.La57 ? 48 : 39;
        int slot = FreeSlot(root, rootShift, probes);
        ulong slotAddress = root + ((ulong)slot * 8);
        ulong window = (ulong)((long)((ulong)slot << rootShift) << (55 - rootShift) >> (55 - rootShift));
        ulong before = _machine.Ram.ReadLittleEndian(slotAddress);

        ulong windowTable = _region + TablesOffset + (state.La57 ? 0UL : 4096);
        _machine.Ram.WriteLittleEndian(slotAddress, windowTable | Present | Writable | User | Accessed);
        SetControlRegisters(state);
        _machine.Gdb.SetBreakpoint(window + StopOffset, 1);
        run(window);
        _machine.Gdb.RemoveBreakpoint(window + StopOffset, 1);
        _machine.Ram.WriteLittleEndian(slotAddress, before);
    }

    /// <summary>Walks with QEMU's debug walk: present bits and sizes only, no rights, no reserved bits, no accessed bits.</summary>
    /// <param name="state">Control bits and root.</param>
    /// <param name="virtualAddress">The address.</param>
    /// <returns>The physical address, or null.</returns>
    public ulong? TranslateWithoutChecks(Amd64PagingState state, ulong virtualAddress)
    {
        SetControlRegisters(state);
        return _machine.TranslateWithoutChecks(virtualAddress);
    }

    /// <summary>Reads the judge's copy of the memory, with the accessed and dirty bits the probes have set.</summary>
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

    private static int Kind(Amd64Probe probe) => (probe.Access, probe.User, probe.AlignmentCheck) switch
    {
        (ProbeAccess.Read, false, false) => 0,
        (ProbeAccess.Write, false, false) => 1,
        (ProbeAccess.Fetch, false, false) => 2,
        (ProbeAccess.Read, true, false) => 3,
        (ProbeAccess.Write, true, false) => 4,
        (ProbeAccess.Fetch, true, false) => 5,
        (ProbeAccess.Read, false, true) => 6,
        (ProbeAccess.Write, false, true) => 7,
        _ => throw new ArgumentException($"amd64 has no probe '{probe}'", nameof(probe)),
    };

    private void PlaceProber()
    {
        _machine.Ram.Write(_region, EmbeddedProber.Read("amd64.bin"));
        _machine.Ram.Write(_region + UserCodeOffset, [0x8a, 0x03, 0xcd, 0x80]);         // mov (%rbx),%al; int $0x80
        _machine.Ram.Write(_region + UserCodeOffset + 8, [0xc6, 0x03, 0xcc, 0xcd, 0x80]);   // movb $0xcc,(%rbx); int $0x80

        ulong tables = _region + TablesOffset;
        for (ulong upper = 0; upper < 3; upper++)               // PML4 -> PDPT -> PD -> PT, slot 0 of each
            _machine.Ram.WriteLittleEndian(tables + (upper * 4096), (tables + ((upper + 1) * 4096)) | Present | Writable | User | Accessed);
        for (ulong page = 0; page < 512; page++)
        {
            ulong rights = page == UserCodeOffset >> 12 ? User : Writable;
            ulong frame = _region + (page * 4096);
            _machine.Ram.WriteLittleEndian(tables + (3 * 4096) + (page * 8), frame | Present | Accessed | Dirty | rights);
        }
    }

    // The stub loads a descriptor when a selector register is written, from the GDT at linear = physical 0 after reset.
    // The descriptors lie there for this moment only. LMA has to be set before CS, or CS would not become a 64-bit segment.
    private void EnterLongMode()
    {
        byte[] before = _machine.ReadPhysical(0, 24);
        _machine.Ram.WriteLittleEndian(8, 0x00209a0000000000);
        _machine.Ram.WriteLittleEndian(16, 0x00cf92000000ffff);
        _machine.Gdb.WriteRegister("cr0", 0x11);
        _machine.Gdb.WriteRegister("efer", 0xd01);
        _machine.Gdb.WriteRegister("cs", 0x08);
        foreach (string segment in (string[])["ss", "ds", "es"])
            _machine.Gdb.WriteRegister(segment, 0x10);
        _machine.WritePhysical(0, before);
    }

    private void SetControlRegisters(Amd64PagingState state)
    {
        ulong cr4 = 0x20 | Bit(state.La57, 12) | Bit(state.Smep, 20) | Bit(state.Smap, 21) | Bit(state.ProtectionKeys, 22);   // PAE
        _machine.Gdb.WriteRegister("cr4", cr4);
        _machine.Gdb.WriteRegister("efer", 0x501 | Bit(state.NoExecute, 11));                               // SCE, LME, LMA
        _machine.Gdb.WriteRegister("cr3", state.Cr3);
        _machine.Gdb.WriteRegister("cr0", 0x80000011 | Bit(state.WriteProtect, 16));                        // PG, ET, PE
    }

    private static ulong Bit(bool set, int number) => set ? 1UL << number : 0;

    // Prefers the top of the address space, where kernels keep fixmaps and guards.
    private int FreeSlot(ulong root, int rootShift, IReadOnlyList<Amd64Probe> probes)
    {
        HashSet<int> probed = [.. probes.Select(p => (int)(p.VirtualAddress >> rootShift) & 511)];
        byte[] table = _machine.ReadPhysical(root, 4096);
        for (int slot = 510; slot >= 0; slot--)
        {
            bool present = (table[slot * 8] & 1) != 0;
            if (!present && !probed.Contains(slot))
                return slot;
        }
        throw new JudgeException($"no slot of the root table at {root:x16} is free of entries and probes");
    }

    // Lets the prober work on records, which come back with its results.
    private TimeSpan RunRecords(Amd64PagingState state, ulong window, byte[] records, int count, out bool stopped)
    {
        _machine.Ram.Write(_region + RecordsOffset, records);
        ulong[] parameters = [window + RecordsOffset, (ulong)count, window + UserCodeOffset, state.Pkru, state.ProtectionKeys ? 1UL : 0];
        for (int i = 0; i < parameters.Length; i++)
            _machine.Ram.WriteLittleEndian(_region + ParametersOffset + ((ulong)i * 8), parameters[i]);

        _machine.Gdb.WriteRegister("eflags", 2);
        _machine.Gdb.WriteRegister("rip", window);
        stopped = _machine.TryContinue(_options.RunLimit, out TimeSpan used);
        _machine.Ram.Read(_region + RecordsOffset, records);
        return used;
    }

    private void RunBatch(Amd64PagingState state, ulong window, IReadOnlyList<Amd64Probe> probes, int first, int count,
        Amd64Outcome[] outcomes)
    {
        byte[] records = new byte[count * RecordBytes];
        for (int i = 0; i < count; i++)
        {
            Span<byte> record = records.AsSpan(i * RecordBytes, RecordBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(record, probes[first + i].VirtualAddress);
            BinaryPrimitives.WriteUInt64LittleEndian(record[8..], (ulong)Kind(probes[first + i]));
            BinaryPrimitives.WriteUInt64LittleEndian(record[16..], NotRun);
        }
        RunRecords(state, window, records, count, out bool stopped);

        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> record = records.AsSpan(i * RecordBytes, RecordBytes);
            ulong vector = BinaryPrimitives.ReadUInt64LittleEndian(record[16..]);
            if (vector == NotRun)
            {
                throw new JudgeException($"the prober {(stopped ? "stopped" : "hangs")} at '{probes[first + i]}', probe {first + i}; " +
                    "is the frame inside the image and full of 0xCC?");
            }
            ulong cr2 = vector == 14 ? BinaryPrimitives.ReadUInt64LittleEndian(record[32..]) : 0;
            outcomes[first + i] = vector == NoFault
                ? Amd64Outcome.Ok
                : new Amd64Outcome((byte)vector, (uint)BinaryPrimitives.ReadUInt64LittleEndian(record[24..]), cr2);
        }
    }
}
