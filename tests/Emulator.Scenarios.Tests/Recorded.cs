using System.Text;
using Emulator.Arch.Alpha;
using Emulator.Arch.Amd64;
using Emulator.Arch.Ppc64;
using Emulator.Arch.S390;
using Emulator.Arch.Sparc64;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Testing;

namespace Emulator.Scenarios.Tests;

/// <summary>How the recorded kernels were driven, in the model's terms. See tests/oracle/README.md.</summary>
internal static class Recorded
{
    private const ulong ProbePages = 32;

    public static ArchitectureRegistry Registry { get; } = MakeRegistry();

    public static MachineOptions Machine(CsvRow row)
    {
        string log = row["log"];
        return new MachineOptions
        {
            Kernel = "6.1",
            PageBytes = (int)row.Decimal("pagesize"),
            Mmu = log switch
            {
                "x86_64-la57" => "la57",
                "ppc64-4k-hash" or "ppc64-64k-hash" or "ppc64-4k-p9hash" => "hash",
                "ppc64-4k-radix" or "ppc64-64k-radix" => "radix",
                _ => null,
            },
            CallerAbi = row["caller"],
            MemoryBytes = 256 << 20,
            // A POWER9 told to use the hash MMU still has its own caches; everything else is as on the POWER8.
            Cpu = log == "ppc64-4k-p9hash" ? "power9" : null,
        };
    }

    public static Architecture Architecture(CsvRow row) => Registry.Find(row["log"].Split('-')[0] switch { "s390x" => "s390", "x86_64" => "amd64", string name => name })!;

    public static ExecRequest Request(CsvRow row, string second, long argumentBytes) => Request(
        row["log"].Split('-')[0] switch { "s390x" => "s390", "x86_64" => "x86", "ppc64" => "ppc", "sparc64" => "sparc", string name => name },
        row["target"], second, argumentBytes, row.Decimal("slen"), row.Hex("rlim"), row["caller"]);

    public static ExecRequest Request(string folder, string target, string second, long argumentBytes, long stringBytes, ulong stackLimit, string? caller)
    {
        string file = target.Contains("64", StringComparison.Ordinal) ? "t64" : "t32";
        byte[] bytes = File.ReadAllBytes(Repository.PathOf($"tests/programs/{folder}/{file}"));
        return new ExecRequest
        {
            Program = new MemoryFile(target, bytes),
            FileName = target,
            Arguments = Arguments(target, second, argumentBytes, stringBytes),
            Environment = ["A=b"u8.ToArray()],
            Files = new NoFiles(),
            CallerAbi = caller,
            StackLimitBytes = stackLimit,
        };
    }

    /// <summary>argv = [target, second, pads]: strings with their NULs add up to exactly the given bytes.</summary>
    public static IReadOnlyList<byte[]> Arguments(string target, string second, long totalBytes, long stringBytes)
    {
        List<byte[]> arguments = [Encoding.ASCII.GetBytes(target), Encoding.ASCII.GetBytes(second)];
        long left = totalBytes - target.Length - 1 - second.Length - 1;
        byte[] full = Pad(stringBytes);
        for (; left >= stringBytes; left -= stringBytes)
            arguments.Add(full);
        if (left > 0)
            arguments.Add(Pad(left));
        return arguments;
    }

    private static byte[] Pad(long bytesWithNul)
    {
        byte[] text = new byte[bytesWithNul - 1];
        Array.Fill(text, (byte)'x');
        return text;
    }

    private static ArchitectureRegistry MakeRegistry()
    {
        ArchitectureRegistry registry = new();
        registry.Add(new Amd64());
        registry.Add(new S390());
        registry.Add(new Alpha());
        registry.Add(new Sparc64());
        registry.Add(new Ppc64());
        return registry;
    }

    public sealed class NoFiles : IFileSource
    {
        public Errno Open(string path, out GuestFile? file)
        {
            file = null;
            return Errno.ENOENT;
        }
    }
}
