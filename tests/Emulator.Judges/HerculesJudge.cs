using System.Buffers.Binary;

namespace Emulator.Judges;

/// <summary>Hercules 3.13 as Debian builds it: z/Architecture with EDAT-1, without EDAT-2 and instruction-execution protection.</summary>
/// <remarks>
/// The contract is that of <see cref="IS390Judge"/>. Each batch is a run of the emulator of a second or more: give many probes at once.
/// Storage is loaded with <c>loadcore</c>, the prober started with <c>restart</c>, the records fetched with <c>savecore</c>.
/// </remarks>
public sealed class HerculesJudge : IS390Judge
{
    // Hercules cannot tell a script that the CPU has stopped, so the script sleeps; longer each time it was too short.
    private static readonly int[] PauseSeconds = [1, 2, 4, 8, 16];

    private const int RestartNewPsw = 0x1a0;

    private readonly S390JudgeOptions _options;
    private readonly byte[] _image;
    private readonly ulong _region;

    private HerculesJudge(byte[] image, S390JudgeOptions options)
    {
        _options = options;
        _image = image;
        _region = S390Prober.RegionBehind(image.Length);
        Tool.Find(options.HerculesProgram);
    }

    /// <inheritdoc/>
    public JudgeProgram Program => JudgeProgram.Hercules;

    /// <summary>Prepares a judge on an image.</summary>
    /// <param name="image">Absolute storage from address 0.</param>
    /// <param name="options">How it works.</param>
    /// <returns>The judge.</returns>
    /// <exception cref="MissingToolException">Hercules is not installed.</exception>
    public static HerculesJudge Load(ReadOnlySpan<byte> image, S390JudgeOptions options) => new(image.ToArray(), options);

    /// <summary>Prepares a judge on an image file.</summary>
    /// <param name="path">Absolute storage from address 0.</param>
    /// <param name="options">How it works.</param>
    /// <returns>The judge.</returns>
    /// <exception cref="MissingToolException">Hercules is not installed.</exception>
    public static HerculesJudge LoadFile(string path, S390JudgeOptions options) => new(File.ReadAllBytes(path), options);

    /// <inheritdoc/>
    public IReadOnlyList<S390Outcome> Probe(S390DatState state, IReadOnlyList<S390Probe> probes)
    {
        S390Probe[] all = [.. probes];
        S390Outcome[] outcomes = new S390Outcome[all.Length];
        for (int first = 0; first < all.Length; first += S390Prober.BatchRecords)
        {
            int count = Math.Min(S390Prober.BatchRecords, all.Length - first);
            ReadOnlySpan<S390Probe> batch = all.AsSpan(first, count);
            S390Prober.ReadOutcomes(Run(S390Prober.Region(_region, state, batch)), batch, outcomes.AsSpan(first, count));
        }
        return outcomes;
    }

    /// <inheritdoc/>
    /// <remarks>What probes stored is not seen; by contract it was there before.</remarks>
    public byte[] ReadPhysical(ulong address, int count) => _image.AsSpan((int)address, count).ToArray();

    /// <inheritdoc/>
    public void WritePhysical(ulong address, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_image.AsSpan((int)address));

    /// <inheritdoc/>
    public void Dispose() { }

    private byte[] Run(byte[] region)
    {
        using PrivateFolder folder = new();
        byte[] storage = new byte[_region + (ulong)region.Length];
        _image.CopyTo(storage, 0);
        region.CopyTo(storage, (int)_region);
        BinaryPrimitives.WriteUInt64BigEndian(storage.AsSpan(RestartNewPsw), S390Prober.RealModePsw);
        BinaryPrimitives.WriteUInt64BigEndian(storage.AsSpan(RestartNewPsw + 8), _region);
        File.WriteAllBytes(folder.File("storage"), storage);
        File.WriteAllLines(folder.File("configuration"),
        [
            $"MAINSIZE {(_region + S390Prober.RegionBytes) >> 20}", "XPNDSIZE 0", "NUMCPU 1", "ARCHMODE z/Arch", "CPUMODEL 2827",
            "CPUSERIAL 000001", "PANRATE FAST", "DIAG8CMD DISABLE", "OSTAILOR QUIET", "0009 3215-C / noprompt",
        ]);

        string log = "";
        foreach (int pause in PauseSeconds)
        {
            File.Delete(folder.File("core"));
            File.WriteAllLines(folder.File("script"),
            [
                $"loadcore {folder.File("storage")} 0", "restart", $"pause {pause}",
                $"savecore {folder.File("core")} {_region:x} {_region + (ulong)region.Length - 1:x}", "quit",
            ]);
            Dictionary<string, string> environment = new() { ["HERCULES_RC"] = folder.File("script"), ["TERM"] = "dumb" };
            using Tool hercules = new(_options.HerculesProgram, ["-d", "-f", folder.File("configuration")], environment);
            if (hercules.WaitForExit(_options.RunLimit) && File.Exists(folder.File("core")))
            {
                byte[] core = File.ReadAllBytes(folder.File("core"));
                if (core.Length == region.Length && S390Prober.IsFinished(core))
                    return core;
            }
            log = hercules.Output;
        }
        throw new JudgeException(
            $"{_options.HerculesProgram} did not finish the probes in {PauseSeconds.Length} runs; the last one said:\n{log}");
    }
}
