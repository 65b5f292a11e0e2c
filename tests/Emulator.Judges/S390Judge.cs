namespace Emulator.Judges;

/// <summary>QEMU's z/Architecture MMU. It has no EDAT: <see cref="KnownDeviations"/>.</summary>
/// <remarks>The contract is that of <see cref="IS390Judge"/>.</remarks>
public sealed class S390Judge : IS390Judge
{
    // s390-ccw-virtio puts its IPL firmware into the last 2 MiB of RAM; nothing of it ever runs here.
    private const long FirmwareBytes = 2 << 20;

    private readonly S390JudgeOptions _options;
    private readonly QemuMachine _machine;
    private readonly ulong _region;

    private S390Judge(ReadOnlySpan<byte> image, S390JudgeOptions options)
    {
        _options = options;
        _region = S390Prober.RegionBehind(image.Length);
        _machine = QemuMachine.Start(new QemuOptions
        {
            Program = "qemu-system-s390x",
            Machine = "s390-ccw-virtio",
            Cpu = "max",
            MemoryBytes = (long)_region + S390Prober.RegionBytes + FirmwareBytes,
            BigEndian = true,
        }, image);
    }

    /// <inheritdoc/>
    public JudgeProgram Program => JudgeProgram.Qemu;

    /// <summary>Starts a judge on an image.</summary>
    /// <param name="image">Absolute storage from address 0.</param>
    /// <param name="options">How it works.</param>
    /// <returns>The judge.</returns>
    /// <exception cref="JudgeException">QEMU did not start.</exception>
    public static S390Judge Load(ReadOnlySpan<byte> image, S390JudgeOptions options) => new(image, options);

    /// <summary>Starts a judge on an image file.</summary>
    /// <param name="path">Absolute storage from address 0.</param>
    /// <param name="options">How it works.</param>
    /// <returns>The judge.</returns>
    /// <exception cref="JudgeException">QEMU did not start.</exception>
    public static S390Judge LoadFile(string path, S390JudgeOptions options) => new(File.ReadAllBytes(path), options);

    /// <inheritdoc/>
    public IReadOnlyList<S390Outcome> Probe(S390DatState state, IReadOnlyList<S390Probe> probes)
    {
        S390Probe[] all = [.. probes];
        S390Outcome[] outcomes = new S390Outcome[all.Length];
        for (int first = 0; first < all.Length; first += S390Prober.BatchRecords)
        {
            int count = Math.Min(S390Prober.BatchRecords, all.Length - first);
            RunBatch(state, all.AsSpan(first, count), outcomes.AsSpan(first, count));
        }
        return outcomes;
    }

    /// <summary>Does a loop of loads, with the TLB that QEMU has, and says what it cost.</summary>
    /// <param name="state">ASCE and control bits.</param>
    /// <param name="sweep">The loop.</param>
    /// <returns>CPU time of the QEMU process, start and stop included.</returns>
    /// <exception cref="JudgeException">A load trapped, or the loop took too long.</exception>
    public TimeSpan Run(S390DatState state, Sweep sweep)
    {
        byte[] region = S390Prober.Region(_region, state, sweep);
        TimeSpan used = RunRegion(ref region, out _);
        sweep.Check(S390Prober.ReadCode(region), S390Prober.NoInterruption);
        return used;
    }

    /// <summary>Walks with QEMU's debug walk: no protection, no storage limits.</summary>
    /// <param name="state">ASCE and control bits.</param>
    /// <param name="virtualAddress">The address.</param>
    /// <returns>The absolute address, or null.</returns>
    public ulong? TranslateWithoutChecks(S390DatState state, ulong virtualAddress)
    {
        const ulong Dat = 0x0400000000000000;
        _machine.Gdb.WriteRegister("cr0", S390Prober.ControlRegister0(state));
        _machine.Gdb.WriteRegister("cr1", state.Asce);
        _machine.Gdb.WriteRegister("pswm", Dat | S390Prober.AddressingMode(state));
        return _machine.TranslateWithoutChecks(virtualAddress);
    }

    /// <inheritdoc/>
    public byte[] ReadPhysical(ulong address, int count) => _machine.ReadPhysical(address, count);

    /// <inheritdoc/>
    public void WritePhysical(ulong address, ReadOnlySpan<byte> bytes) => _machine.WritePhysical(address, bytes);

    /// <inheritdoc/>
    public void Dispose() => _machine.Dispose();

    private void RunBatch(S390DatState state, ReadOnlySpan<S390Probe> probes, Span<S390Outcome> outcomes)
    {
        byte[] region = S390Prober.Region(_region, state, probes);
        RunRegion(ref region, out bool stopped);
        S390Prober.ReadOutcomes(region, probes, outcomes);
        if (!stopped)
            throw new JudgeException($"{probes.Length} probes took more than {_options.RunLimit.TotalSeconds} s");
    }

    // Lets the prober work on its region, which comes back with its results.
    private TimeSpan RunRegion(ref byte[] region, out bool stopped)
    {
        _machine.WritePhysical(_region, region);
        _machine.Gdb.WriteRegister("pswm", S390Prober.RealModePsw);
        _machine.Gdb.WriteRegister("pswa", _region);
        _machine.Gdb.SetBreakpoint(_region + S390Prober.StopOffset, 2);
        stopped = _machine.TryContinue(_options.RunLimit, out TimeSpan used);
        region = _machine.ReadPhysical(_region, region.Length);
        if (stopped)
            _machine.Gdb.RemoveBreakpoint(_region + S390Prober.StopOffset, 2);
        return used;
    }
}
