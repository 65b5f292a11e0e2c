using System.Buffers.Binary;

namespace Emulator.Judges;

/// <summary>
/// The prober for z/Architecture and its 2 MiB behind the image, the same for QEMU and Hercules.
/// Drawn in Probers/s390x.S, which must change together with this class.
/// </summary>
/// <remarks>
/// <code>
/// +0      code and parameters
/// +1000   finished, and the prober's variables
/// +2000   prefix area, 8 KiB
/// +4000   the loop of a sweep
/// +10000  records, 48 bytes each
/// </code>
/// </remarks>
internal static class S390Prober
{
    public const int RegionBytes = 2 << 20;
    public const int StopOffset = 0x10;
    public const int RecordsOffset = 0x10000;
    public const int BatchRecords = (RegionBytes - RecordsOffset) / RecordBytes;

    /// <summary>PSW with DAT off and 64-bit addressing.</summary>
    public const ulong RealModePsw = 0x0000000180000000;

    /// <summary>What the prober writes instead of an interruption code.</summary>
    public const ulong NoInterruption = 0x100;

    private const int RecordBytes = 48;
    private const int ParametersOffset = 0x18;
    private const int FinishedOffset = 0x1000;
    private const int PrefixOffset = 0x2000;
    private const ulong Psw31 = 0x80000000;
    private const ulong EnhancedDatBit = 0x00800000;            // CR0 bit 40
    private const ulong ExecutionProtectionBit = 0x00100000;    // CR0 bit 43
    private const ulong NotRun = 0xbad;
    private const ulong SweepKind = 4;

    /// <summary>Where the region of an image lies.</summary>
    public static ulong RegionBehind(int imageBytes) => ((ulong)imageBytes + RegionBytes - 1) / RegionBytes * RegionBytes;

    /// <summary>CR0 for a state.</summary>
    public static ulong ControlRegister0(S390DatState state) =>
        (state.EnhancedDat ? EnhancedDatBit : 0) | (state.InstructionExecutionProtection ? ExecutionProtectionBit : 0);

    /// <summary>The EA and BA bits of the PSW for a state.</summary>
    public static ulong AddressingMode(S390DatState state) => state.Addressing31 ? Psw31 : RealModePsw;

    /// <summary>The contents of the region, up to the last record, for a batch.</summary>
    public static byte[] Region(ulong address, S390DatState state, ReadOnlySpan<S390Probe> probes)
    {
        byte[] region = Region(address, state, probes.Length, probes.Length * RecordBytes);
        for (int i = 0; i < probes.Length; i++)
        {
            if ((probes[i].VirtualAddress & 1) != 0)
                throw new ArgumentException($"'{probes[i]}' is odd; instructions are at even addresses", nameof(probes));
            Span<byte> record = region.AsSpan(RecordsOffset + (i * RecordBytes));
            // A PSW with 31-bit addressing and a longer instruction address is a specification exception, not an access (QEMU lets it pass).
            bool isLongPsw = state.Addressing31 && probes[i].Access == ProbeAccess.Fetch;
            BinaryPrimitives.WriteUInt64BigEndian(record, probes[i].VirtualAddress & (isLongPsw ? 0x7fffffff : ulong.MaxValue));
            BinaryPrimitives.WriteUInt64BigEndian(record[8..], Kind(probes[i].Access));
            BinaryPrimitives.WriteUInt64BigEndian(record[16..], NotRun);
        }
        return region;
    }

    /// <summary>The same for a sweep.</summary>
    public static byte[] Region(ulong address, S390DatState state, Sweep sweep)
    {
        byte[] record = sweep.ToRecord(SweepKind, bigEndian: true);
        byte[] region = Region(address, state, 1, record.Length);
        record.CopyTo(region, RecordsOffset);
        return region;
    }

    /// <summary>The interruption code in the first record.</summary>
    public static ulong ReadCode(ReadOnlySpan<byte> region) => BinaryPrimitives.ReadUInt64BigEndian(region[(RecordsOffset + 16)..]);

    /// <summary>Whether the prober got to its end.</summary>
    public static bool IsFinished(ReadOnlySpan<byte> region) => BinaryPrimitives.ReadUInt64BigEndian(region[FinishedOffset..]) != 0;

    /// <summary>The outcomes of a batch.</summary>
    public static void ReadOutcomes(ReadOnlySpan<byte> region, ReadOnlySpan<S390Probe> probes, Span<S390Outcome> outcomes)
    {
        for (int i = 0; i < probes.Length; i++)
        {
            ReadOnlySpan<byte> record = region[(RecordsOffset + (i * RecordBytes))..];
            ulong code = BinaryPrimitives.ReadUInt64BigEndian(record[16..]);
            if (code == NotRun)
            {
                throw new JudgeException($"the prober did not come back from '{probes[i]}', probe {i} of the batch; " +
                    "is the frame inside the image and full of 0x0A02?");
            }
            S390Outcome outcome = code == NoInterruption
                ? S390Outcome.Ok
                : S390Outcome.Interruption((ushort)code, BinaryPrimitives.ReadUInt64BigEndian(record[24..]));
            outcomes[i] = probes[i].Access == ProbeAccess.LoadRealAddress && outcome.IsOk
                ? outcome with
                {
                    LoadedAddress = BinaryPrimitives.ReadUInt64BigEndian(record[32..]),
                    ConditionCode = (int)BinaryPrimitives.ReadUInt64BigEndian(record[40..]),
                }
                : outcome;
        }
    }

    private static byte[] Region(ulong address, S390DatState state, int records, int recordBytes)
    {
        byte[] region = new byte[RecordsOffset + recordBytes];
        EmbeddedProber.Read("s390x.bin").CopyTo(region, 0);
        ulong[] parameters =
        [
            address + RecordsOffset, (ulong)records, state.Asce,
            AddressingMode(state), ControlRegister0(state), address + PrefixOffset,
        ];
        for (int i = 0; i < parameters.Length; i++)
            BinaryPrimitives.WriteUInt64BigEndian(region.AsSpan(ParametersOffset + (i * 8)), parameters[i]);
        return region;
    }

    private static ulong Kind(ProbeAccess access) => access switch
    {
        ProbeAccess.Read => 0,
        ProbeAccess.Write => 1,
        ProbeAccess.Fetch => 2,
        _ => 3,
    };
}
