using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Emulator.Testing;
using Xunit;

namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>The floating-point units of other machines as QEMU has them: foreign.c, cross-compiled when first needed.</summary>
internal sealed class ForeignUnit(string machine, string compiler, string option, string emulator, string packages)
{
    public const int CaseBytes = 72, OutcomeBytes = 32;

    public static readonly ForeignUnit S390x = new("s390x", "s390x-linux-gnu-gcc", "-march=z900", "qemu-s390x", "gcc-s390x-linux-gnu qemu-user");
    public static readonly ForeignUnit Ppc64 = new("ppc64", "powerpc64-linux-gnu-gcc", "-mcpu=power5+", "qemu-ppc64", "gcc-powerpc64-linux-gnu qemu-user");
    public static readonly ForeignUnit Sparc64 = new("sparc64", "sparc64-linux-gnu-gcc", "-mhard-quad-float", "qemu-sparc64", "gcc-sparc64-linux-gnu qemu-user");

    private static readonly TemporaryDirectory Folder = new();
    private readonly Lock _lock = new();
    private string? _program;

    static ForeignUnit() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Folder.Dispose();

    /// <summary>Executes an instruction on many cases.</summary>
    public ForeignOutcome[] Run(string instruction, IReadOnlyList<ForeignCase> cases)
    {
        byte[] input = new byte[cases.Count * CaseBytes];
        for (int i = 0; i < cases.Count; i++)
        {
            Span<byte> record = input.AsSpan(i * CaseBytes, CaseBytes);
            Encoding.ASCII.GetBytes(instruction, record);
            BinaryPrimitives.WriteUInt64BigEndian(record[16..], cases[i].Control);
            BinaryPrimitives.WriteUInt128BigEndian(record[24..], cases[i].A);
            BinaryPrimitives.WriteUInt128BigEndian(record[40..], cases[i].B);
            BinaryPrimitives.WriteUInt128BigEndian(record[56..], cases[i].C);
        }
        string file = Folder.PathOf($"{machine}-{instruction}");
        File.WriteAllBytes(file, input);
        // By files: a read from a pipe may end early, and the program does not look why.
        Execute("sh", ["-c", "exec \"$0\" \"$1\" <\"$2\" >\"$2.out\"", Tool(emulator), Program(), file]);
        byte[] output = File.ReadAllBytes(file + ".out");
        Assert.Equal(cases.Count * OutcomeBytes, output.Length);
        ForeignOutcome[] outcomes = new ForeignOutcome[cases.Count];
        for (int i = 0; i < outcomes.Length; i++)
        {
            ReadOnlySpan<byte> record = output.AsSpan(i * OutcomeBytes, OutcomeBytes);
            outcomes[i] = new(BinaryPrimitives.ReadUInt128BigEndian(record), BinaryPrimitives.ReadUInt64BigEndian(record[16..]), BinaryPrimitives.ReadUInt64BigEndian(record[24..]));
        }
        return outcomes;
    }

    private string Program()
    {
        lock (_lock)
        {
            if (_program is not null)
                return _program;
            string program = Folder.PathOf(machine), source = Path.Combine(Path.GetDirectoryName(Here())!, "foreign.c");
            Execute(Tool(compiler), ["-O1", "-fno-builtin", "-fno-stack-protector", "-ffreestanding", "-nostdlib", "-static", "-no-pie", option, "-o", program, source]);
            return _program = program;
        }
    }

    private string Tool(string program)
    {
        bool found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
        if (!found)
            Assert.Skip($"{program} is not installed; on Debian: apt-get install {packages}");
        return program;
    }

    private static void Execute(string program, string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
