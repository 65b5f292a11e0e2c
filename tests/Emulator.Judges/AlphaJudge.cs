using System.Buffers.Binary;

namespace Emulator.Judges;

/// <summary>Asks QEMU's alpha MMU about page tables in a physical memory image, by doing the accesses.</summary>
/// <remarks>
/// <para>QEMU reads OSF/1 page tables itself; what it calls PALcode gets the finished fault. The prober is this PALcode. It lives in 2 MiB
/// behind the image, and needs nothing in the tables but one free slot of the level-1 table for the user's load and store; the slot is put
/// back afterwards. Kernel-mode accesses to KSEG are not translated, and so are not for this judge.</para>
/// <para>Contract: every frame that a write or fetch probe can reach is inside the image and full of quadwords whose low half is 0x81
/// (CALL_PAL 0x81). Fetch probes execute it, write probes write its first byte again; read probes may go anywhere in the image.</para>
/// <code>
/// image | 2 MiB of the judge
///         +0      prober code, KSEG
///         +4000   user code
///         +6000   level-2 and level-3 table of the window
///         +10000  records, 48 bytes each
/// </code>
/// Entry points, registers and records are drawn in Probers/alpha.S, which must change together with this class.
/// </remarks>
public sealed class AlphaJudge : IDisposable
{
    private const ulong PageBytes = 8192;
    private const int RegionBytes = 2 << 20;
    private const int StopOffset = 0xff0, UserCodeOffset = 0x4000, TablesOffset = 0x6000, RecordsOffset = 0x10000;
    private const int RecordBytes = 48;
    private const int BatchRecords = (RegionBytes - RecordsOffset) / RecordBytes;
    private const ulong Kseg = 0xfffffc0000000000;
    private const ulong Valid = 0x1, KernelRead = 0x100, UserRead = 0x200;
    private const ulong Done = 0x100, Unexpected = 0x1000, NotRun = 0xbad, SweepKind = 6;

    private readonly AlphaJudgeOptions _options;
    private readonly QemuMachine _machine;
    private readonly ulong _region;

    private AlphaJudge(ReadOnlySpan<byte> image, AlphaJudgeOptions options)
    {
        _options = options;
        _region = ((ulong)image.Length + RegionBytes - 1) / RegionBytes * RegionBytes;
        ImageBytes = image.Length;
        _machine = QemuMachine.Start(new QemuOptions
        {
            Program = "qemu-system-alpha",
            Machine = "clipper",
            Cpu = "ev67",
            MemoryBytes = (long)_region + RegionBytes,
            Firmware = Elf(EmbeddedProber.Read("alpha.bin"), Kseg + _region),
            // QEMU 7.2 target/alpha/gdbstub.c: r0-r30, 0; f0-f30, fpcr; pc; nothing; unique.
            PacketRegisters = new[] { Names('r', 31), ["zero"], Names('f', 31), ["fpcr", "pc", "none", "unique"] }.SelectMany(names => names)
                .Select((name, place) => (name, place)).ToDictionary(register => register.name, register => register.place),
        }, image);
        ulong table2 = _region + TablesOffset, table3 = table2 + PageBytes;
        _machine.Ram.WriteLittleEndian(table2, Entry(table3) | Valid | KernelRead);
        _machine.Ram.WriteLittleEndian(table3, Entry(_region + UserCodeOffset) | Valid | KernelRead | UserRead);
    }

    /// <summary>Who judges.</summary>
    public JudgeProgram Program => JudgeProgram.Qemu;

    /// <summary>Length of the image as it was loaded.</summary>
    public long ImageBytes { get; }

    /// <summary>Starts a judge on an image.</summary>
    /// <param name="image">Physical memory from address 0.</param>
    /// <param name="options">How it works.</param>
    /// <returns>The judge.</returns>
    /// <exception cref="JudgeException">QEMU is not installed, or did not start.</exception>
    public static AlphaJudge Load(ReadOnlySpan<byte> image, AlphaJudgeOptions options) => new(image, options);

    /// <summary>Starts a judge on an image file.</summary>
    /// <param name="path">Physical memory from address 0.</param>
    /// <param name="options">How it works.</param>
    /// <returns>The judge.</returns>
    /// <exception cref="JudgeException">QEMU is not installed, or did not start.</exception>
    public static AlphaJudge LoadFile(string path, AlphaJudgeOptions options) => new(File.ReadAllBytes(path), options);

    /// <summary>Does the accesses, in this order, each with an empty TLB.</summary>
    /// <param name="pageTableBase">PTBR: the frame number of the level-1 table.</param>
    /// <param name="probes">The accesses. One entry of the level-1 table must be left that is zero and that no probe needs.</param>
    /// <returns>One outcome for each probe.</returns>
    /// <exception cref="JudgeException">The prober did not come back, or no entry is free.</exception>
    public IReadOnlyList<AlphaOutcome> Probe(ulong pageTableBase, IReadOnlyList<AlphaProbe> probes)
    {
        ulong root = RootOf(pageTableBase);
        foreach (AlphaProbe probe in probes)
            Check(probe);
        AlphaProbe[] all = [.. probes];
        AlphaOutcome[] outcomes = new AlphaOutcome[all.Length];
        ulong slot = FreeSlot(root, all), slotAddress = root + slot * 8;

        _machine.Ram.WriteLittleEndian(slotAddress, Entry(_region + TablesOffset) | Valid | KernelRead);
        _machine.Gdb.SetBreakpoint(Kseg + _region + StopOffset, 4);
        for (int first = 0; first < all.Length; first += BatchRecords)
        {
            int count = Math.Min(BatchRecords, all.Length - first);
            RunBatch(root, slot << 33, all.AsSpan(first, count), outcomes.AsSpan(first, count));
        }
        _machine.Gdb.RemoveBreakpoint(Kseg + _region + StopOffset, 4);
        _machine.Ram.WriteLittleEndian(slotAddress, 0);
        return outcomes;
    }

    /// <summary>Does a loop of loads, with the TLB that QEMU has, and says what it cost.</summary>
    /// <param name="pageTableBase">PTBR: the frame number of the level-1 table.</param>
    /// <param name="sweep">The loop.</param>
    /// <returns>CPU time of the QEMU process, start and stop included.</returns>
    /// <exception cref="JudgeException">A load trapped, or the loop took too long.</exception>
    public TimeSpan Run(ulong pageTableBase, Sweep sweep)
    {
        Check(new AlphaProbe(sweep.Start, ProbeAccess.Read, User: false));
        byte[] record = sweep.ToRecord(SweepKind, bigEndian: false);
        _machine.Gdb.SetBreakpoint(Kseg + _region + StopOffset, 4);
        TimeSpan used = RunRecords(RootOf(pageTableBase), userCode: 0, record, 1, out _);
        _machine.Gdb.RemoveBreakpoint(Kseg + _region + StopOffset, 4);
        sweep.Check(BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(16)), Done);
        return used;
    }

    /// <summary>Reads the judge's copy of the memory.</summary>
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

    private static IEnumerable<string> Names(char kind, int count) => Enumerable.Range(0, count).Select(number => $"{kind}{number}");

    private static ulong Entry(ulong frame) => frame / PageBytes << 32;

    private static void Check(AlphaProbe probe)
    {
        if (probe.VirtualAddress % 8 != 0 || probe.Access == ProbeAccess.LoadRealAddress || (probe.IsKseg && !probe.User))
            throw new ArgumentException($"alpha has no probe '{probe}': reads, writes and fetches at multiples of 8, in kernel mode outside KSEG", nameof(probe));
    }

    // An ELF file of one segment, as "-bios" wants it (System V ABI, "ELF header" and "Program header").
    private static byte[] Elf(byte[] code, ulong address)
    {
        const int HeaderBytes = 64, ProgramHeaderBytes = 56;
        byte[] file = new byte[HeaderBytes + ProgramHeaderBytes + code.Length];
        Span<byte> header = file.AsSpan(0, HeaderBytes), segment = file.AsSpan(HeaderBytes, ProgramHeaderBytes);
        ReadOnlySpan<byte> identification = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];       // 64 bits, little-endian, version 1
        identification.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], 2);                                  // ET_EXEC
        BinaryPrimitives.WriteUInt16LittleEndian(header[18..], 0x9026);                             // EM_ALPHA
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], address);                            // e_entry
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], HeaderBytes);                        // e_phoff
        BinaryPrimitives.WriteUInt16LittleEndian(header[52..], HeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[54..], ProgramHeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], 1);                                  // e_phnum
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1);                                       // PT_LOAD
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 7);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[8..], HeaderBytes + ProgramHeaderBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], address);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], address);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)code.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], (ulong)code.Length);
        code.CopyTo(file, HeaderBytes + ProgramHeaderBytes);
        return file;
    }

    private static ulong Kind(AlphaProbe probe) => (probe.User ? 3UL : 0) + probe.Access switch { ProbeAccess.Write => 1UL, ProbeAccess.Fetch => 2, _ => 0 };

    // Below bit 41: the user code's address is positive and not an alias of KSEG. A probe that goes through a self map shows tables
    // at an index that is the index of their own entry, so all three indices of a probe are kept free.
    private ulong FreeSlot(ulong root, ReadOnlySpan<AlphaProbe> probes)
    {
        HashSet<ulong> used = [];
        foreach (AlphaProbe probe in probes)
        {
            ulong index1 = probe.VirtualAddress >> 33 & 1023, index2 = probe.VirtualAddress >> 23 & 1023;
            used.Add(index1);
            if (index1 == 1023)
                used.Add(index2);
            if (index1 == 1023 && index2 == 1023)
                used.Add(probe.VirtualAddress >> 13 & 1023);
        }
        byte[] table = _machine.ReadPhysical(root, (int)PageBytes);
        for (ulong slot = 255; slot > 0; slot--)
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(table.AsSpan((int)slot * 8)) == 0 && !used.Contains(slot))
                return slot;
        }
        throw new JudgeException($"no entry of the level-1 table at {root:x16} is free of tables and probes");
    }

    private ulong RootOf(ulong pageTableBase)
    {
        ulong root = pageTableBase * PageBytes;
        return root + PageBytes <= (ulong)ImageBytes ? root
            : throw new ArgumentException($"the level-1 table at {root:x16} is not in the image of {ImageBytes} bytes", nameof(pageTableBase));
    }

    // Lets the prober work on records, which come back with its results.
    private TimeSpan RunRecords(ulong root, ulong userCode, byte[] records, int count, out bool stopped)
    {
        _machine.WritePhysical(_region + RecordsOffset, records);
        _machine.Gdb.WriteRegister("r16", Kseg + _region + RecordsOffset);
        _machine.Gdb.WriteRegister("r17", (ulong)count);
        _machine.Gdb.WriteRegister("r18", root);
        _machine.Gdb.WriteRegister("r19", userCode);
        _machine.Gdb.WriteRegister("pc", Kseg + _region);
        stopped = _machine.TryContinue(_options.RunLimit, out TimeSpan used);
        _machine.Ram.Read(_region + RecordsOffset, records);
        return used;
    }

    private void RunBatch(ulong root, ulong userCode, ReadOnlySpan<AlphaProbe> probes, Span<AlphaOutcome> outcomes)
    {
        byte[] records = new byte[probes.Length * RecordBytes];
        for (int i = 0; i < probes.Length; i++)
        {
            Span<byte> record = records.AsSpan(i * RecordBytes, RecordBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(record, probes[i].VirtualAddress);
            BinaryPrimitives.WriteUInt64LittleEndian(record[8..], Kind(probes[i]));
            BinaryPrimitives.WriteUInt64LittleEndian(record[16..], NotRun);
        }
        RunRecords(root, userCode, records, probes.Length, out bool stopped);

        for (int i = 0; i < probes.Length; i++)
        {
            ReadOnlySpan<byte> record = records.AsSpan(i * RecordBytes, RecordBytes);
            ulong result = BinaryPrimitives.ReadUInt64LittleEndian(record[16..]);
            if (result == NotRun || (result & Unexpected) != 0)
            {
                throw new JudgeException($"the prober {(result != NotRun ? $"ended at entry +{result - Unexpected:x}" : stopped ? "stopped" : "hangs")} " +
                    $"at '{probes[i]}', probe {i} of the batch; is the frame inside the image and full of CALL_PAL 0x81?");
            }
            outcomes[i] = result == Done
                ? AlphaOutcome.Ok(BinaryPrimitives.ReadUInt64LittleEndian(record[40..]))
                : new AlphaOutcome((int)result, BinaryPrimitives.ReadUInt64LittleEndian(record[24..]), BinaryPrimitives.ReadInt64LittleEndian(record[32..]));
        }
    }
}
