using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Testing;

namespace Emulator.Scenarios.Tests;

/// <summary>A random execve: machine, program, strings and circumstances. Its text form says all of it.</summary>
internal sealed record ExecCase(Architecture Architecture, MachineOptions Options, UserAbi Abi, string Kind, ImmutableArray<int> ArgumentLengths,
    ImmutableArray<int> EnvironmentLengths, ulong StackLimitBytes, ulong? Seed, Personality Personality)
{
    public const string Program = "/bin/program", Loader = "/lib/ld.so", Script = "/bin/script";

    private static readonly ImmutableArray<string> Kinds = ["static", "pie", "interpreted", "interpreted pie", "no stack header", "script"];

    private static readonly ImmutableArray<ulong> Limits = [0, 4096, 8192, 65536, 100_000, 131072, 262144, 1 << 20, 8 << 20, 64 << 20, ulong.MaxValue];

    // Lengths without NUL: small, around one and two pages, around the longest string that is taken.
    private static readonly Gen<int> Length = Gen.Frequency(
        (10, Gen.Int[0, 40]),
        (2, Gen.Const(0)),
        (4, Gen.OneOf(4086, 4087, 4088, 4094, 4095, 4096, 8190, 8191, 8192)),
        (3, Gen.Int[0, 30_000]),
        (1, Gen.OneOf(131070, 131071, 131072)));

    private static readonly Gen<ImmutableArray<int>> Lengths = Gen.Frequency(
        (8, Length.Array[0, 12]),
        (2, Gen.Int[0, 60].Array[0, 600]),
        (1, Gen.OneOf(100_000, 131071).Array[0, 20])).Select(lengths => lengths.ToImmutableArray());

    private static readonly ImmutableArray<(Architecture Architecture, MachineOptions Options, UserAbi Abi)> Machines =
    [
        .. from architecture in Recorded.Registry.Architectures
           from kernel in architecture.Kernels
           from mmu in architecture.Mmus(kernel)
           from caller in architecture.Abis
           from page in architecture.PageSizes
           from shallow in (bool[])[false, true]
           from abi in architecture.Abis
           select (architecture, new MachineOptions { Kernel = kernel, Mmu = mmu, PageBytes = page, CallerAbi = caller.Name, ShallowAddressSpaces = shallow, MemoryBytes = 64 << 20 }, abi),
    ];

    public static Gen<ExecCase> Any { get; } = Among(Machines);

    /// <summary>On one architecture.</summary>
    public static Gen<ExecCase> On(string architecture) => Among([.. Machines.Where(machine => machine.Architecture.Name == architecture)]);

    private static Gen<ExecCase> Among(ImmutableArray<(Architecture Architecture, MachineOptions Options, UserAbi Abi)> machines) => Gen.Select(Gen.Int[0, machines.Length - 1], Gen.OneOf<string>([.. Kinds]), Lengths, Lengths, Gen.OneOf<ulong>([.. Limits]), Gen.ULong, Gen.Int[0, 63],
        (machine, kind, arguments, environment, limit, seed, bits) => new ExecCase(machines[machine].Architecture, machines[machine].Options, machines[machine].Abi, kind, arguments, environment,
            limit, seed % 3 == 0 ? null : seed, PersonalityOf(bits)).Complete());

    /// <summary>Bytes of all strings that are pushed before the program is looked at, NULs included.</summary>
    public long StringBytes => ArgumentLengths.Concat(EnvironmentLengths).Sum(length => length + 1L) + FileName.Length + 1;

    /// <summary>What the 32 pages of the fixed way hold.</summary>
    public long FixedArrayBytes => 32L * (Options.PageBytes ?? 4096) - 8;

    public string FileName => Kind == "script" ? Script : Program;

    public IReadOnlyList<byte[]> Arguments { get; } = [.. ArgumentLengths.Select(Text)];

    public IReadOnlyList<byte[]> Environment { get; } = [.. EnvironmentLengths.Select(Text)];

    public Machine CreateMachine() => Architecture.CreateMachine(Options, null);

    public GuestFiles Files()
    {
        ElfBuilder program = Kind switch
        {
            "pie" => GuestPrograms.PositionIndependent(Abi),
            "interpreted" => GuestPrograms.WithInterpreter(Abi, Loader),
            "interpreted pie" => GuestPrograms.PositionIndependent(Abi).Add(ProgramHeader.Interpreter(Loader)),
            "no stack header" => GuestPrograms.Static(Abi) with { Headers = [ProgramHeader.Code, ProgramHeader.Data] },
            _ => GuestPrograms.Static(Abi),
        };
        return new GuestFiles()
            .Add(Program, program.Build())
            .Add(Loader, GuestPrograms.PositionIndependent(Abi).Build())
            .Add(Script, "#!/bin/program -x\n"u8.ToArray());
    }

    public ExecRequest Request(GuestFiles files) => new()
    {
        Program = files[FileName],
        FileName = FileName,
        Arguments = Arguments,
        Environment = Environment,
        Files = files,
        CallerAbi = Options.CallerAbi,
        Personality = Personality,
        StackLimitBytes = StackLimitBytes,
        Seed = Seed,
    };

    /// <summary>What argv shall be in the end.</summary>
    public IReadOnlyList<byte[]> ExpectedArguments()
    {
        IReadOnlyList<byte[]> given = Arguments;
        if (Kind == "script")
            return ["/bin/program"u8.ToArray(), "-x"u8.ToArray(), "/bin/script"u8.ToArray(), .. given.Skip(1)];
        return given.Count == 0 && Options.Kernel == KernelEra.V6_1.Version ? [[]] : given;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Architecture.Name} {Options.Kernel} {Options.Mmu} {Options.PageBytes} {(Options.ShallowAddressSpaces ? "shallow " : "")}caller {Options.CallerAbi}, {Kind} {Abi.Name}, argv [{string.Join(' ', ArgumentLengths)}], envp [{string.Join(' ', EnvironmentLengths)}], stack limit {StackLimitBytes}, seed {Seed}, personality {Personality}");

    /// <summary>The bits of a personality also move the limits of the machine.</summary>
    private ExecCase Complete() => this with { Options = Options with { Personality = Personality } };

    private static Personality PersonalityOf(int bits)
    {
        Personality personality = (bits & 3) == 1 ? Personality.ReadImpliesExec : Personality.None;
        personality |= (bits & 12) == 4 ? Personality.AddrCompatLayout : 0;
        personality |= (bits & 48) == 16 ? Personality.AddrLimit3Gb : 0;
        return personality | (bits == 63 ? Personality.AddrNoRandomize : 0);
    }

    /// <summary>A string of so many bytes, none of them NUL, that differs from others at most places.</summary>
    private static byte[] Text(int length, int index)
    {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++)
            text[i] = (byte)(1 + (i * 7 + i / 255 + index * 31) % 255);
        return text;
    }
}
