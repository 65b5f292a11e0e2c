using System.Collections.Immutable;
using Emulator.Cli.Files;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;

namespace Emulator.Cli.Options;

/// <summary>Turns options into an <see cref="ExecPlan"/>, or says what is wrong with them.</summary>
internal sealed class ExecPlanner(ExecOptions options, ArchitectureRegistry registry)
{
    private const ulong UsualStringPages = 32;

    /// <summary>Makes a plan.</summary>
    /// <param name="values">The options' values.</param>
    /// <param name="program">PROGRAM.</param>
    /// <param name="arguments">ARGS.</param>
    /// <param name="usualWays">The ways when none are asked for, with an MMU.</param>
    /// <param name="around">Environment and directory.</param>
    /// <exception cref="ProblemException">Something the user has to put right.</exception>
    public ExecPlan Plan(OptionValues values, string program, IReadOnlyList<string> arguments, ImmutableArray<string> usualWays, Surroundings around)
    {
        string execFileName = values.Text(options.ExecFileName) ?? program;
        string? wantedArchitecture = values.Choice(options.Architecture);
        string? wantedAbi = values.Choice(options.Abi);
        MachineOptions machine = Machine(values);
        ImmutableArray<string> ways = Ways(values, usualWays);

        ProgramFile file = ProgramFile.Open(WithoutNul("PROGRAM", program), execFileName, around);
        try
        {
            (Architecture architecture, UserAbi? abi) = Choose(file, wantedArchitecture, wantedAbi);
            if (values.Text(options.Kernel) is null && !architecture.Kernels.Contains(machine.Kernel))
                machine = machine with { Kernel = architecture.Kernels[0] };     // a younger architecture
            KernelProfile profile = Profile(values, architecture, machine);
            CheckMemory(machine.MemoryBytes, profile.PageBytes);
            ArgumentStrings strings = Arguments(values, [values.Text(options.Argv0) ?? program, .. arguments], (ulong)profile.PageBytes);
            return new ExecPlan
            {
                Program = file,
                Architecture = architecture,
                Machine = machine,
                Profile = profile,
                Abi = abi,
                Ways = ways,
                ArgumentBytes = strings.Bytes,
                Request = Request(values, file, execFileName, strings, around),
            };
        }
        catch (ProblemException)
        {
            file.Dispose();
            throw;
        }
    }

    private KernelProfile Profile(OptionValues values, Architecture architecture, MachineOptions machine)
    {
        try
        {
            return architecture.Profile(machine);
        }
        catch (NotSupportedException problem)
        {
            ProblemException refused = ProblemException.Usage(Words.OneLine(problem.Message));
            throw Culprit(values, architecture, machine) is { } option ? refused.About(option) : refused;
        }
    }

    /// <summary>The option without which there would be such a machine; null when there is none such.</summary>
    private CliOption? Culprit(OptionValues values, Architecture architecture, MachineOptions machine)
    {
        bool Exists(MachineOptions other)
        {
            try
            {
                architecture.Profile(other);
                return true;
            }
            catch (NotSupportedException)
            {
                return false;
            }
        }
        (CliOption Option, MachineOptions Without)[] suspects =
        [
            (options.Swap, machine with { SwapBytes = 0 }), (options.Bystanders, machine with { OtherTaskBytes = [] }), (options.Interleave, machine with { TracksPages = false }),
            (options.StackTopMax, machine with { StackTopMax = null }), (options.StackTop, machine with { StackTop = null }), (options.Cpu, machine with { Cpu = null }), (options.Hwcap, machine with { Hwcap = null }),
            (options.VdsoPages, machine with { VdsoPages = null }), (options.PageSize, machine with { PageBytes = null }), (options.Mmu, machine with { Mmu = null }),
            (options.Caller, machine with { CallerAbi = null }), (options.Kernel, machine with { Kernel = architecture.Kernels[0] }),
        ];
        return suspects.Where(suspect => values.Text(suspect.Option) is not null).FirstOrDefault(suspect => Exists(suspect.Without)).Option;
    }

    private void CheckMemory(ulong bytes, int pageBytes)
    {
        const ulong Step = 4096;
        ulong page = (ulong)pageBytes, most = page * int.MaxValue;
        if (bytes % Step != 0)
            throw ProblemException.Usage($"--memory: {bytes} bytes should be a multiple of {Step}").About(options.Memory);
        if (bytes < 2 * page)
            throw ProblemException.Usage($"--memory: {bytes} bytes are too little: the kernel's own zero page needs a second page, {2 * page} bytes in all").About(options.Memory);
        if (bytes > most || bytes > 1UL << 46)
            throw ProblemException.Usage($"--memory: {bytes} bytes are more than this program can model; at most {Math.Min(most, 1UL << 46)} with pages of {page} bytes").About(options.Memory);
    }

    private MachineOptions Machine(OptionValues values) => new()
    {
        Kernel = values.Text(options.Kernel) ?? KernelEra.V2_6_32.Version,
        PageBytes = values.Size(options.PageSize) is { } page ? (int)Math.Min(page, int.MaxValue) : null,
        Mmu = values.Text(options.Mmu),
        MemoryBytes = values.Size(options.Memory) ?? 1UL << 30,
        CallerAbi = values.Text(options.Caller),
        Personality = Personality(values),
        ShallowAddressSpaces = values.Choice(options.NewMm) == "shallow",
        StackTopMax = values.Size(options.StackTopMax),
        StackTop = values.Size(options.StackTop),
        SwapBytes = values.Size(options.Swap) ?? 0,
        OtherTaskBytes = Bystanders(values),
        TracksPages = values.Text(options.Interleave) is not null,
        VdsoPages = (int?)values.Number(options.VdsoPages, most: 65536),
        Cpu = values.Text(options.Cpu),
        Hwcap = values.Number(options.Hwcap),
    };

    private ImmutableArray<ulong> Bystanders(OptionValues values)
    {
        if (values.Text(options.Bystanders) is not { } text)
            return [];
        ImmutableArray<ulong>.Builder sizes = ImmutableArray.CreateBuilder<ulong>();
        foreach (string size in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Numbers.TrySize(size, out ulong bytes) || bytes == 0)
                throw values.Wrong(options.Bystanders, size, "should be sizes such as 2m, with commas between them");
            sizes.Add(bytes);
        }
        return sizes.ToImmutable();
    }

    private Personality Personality(OptionValues values)
    {
        Personality flags = Core.Kernel.Personality.None;
        foreach (string name in (values.Text(options.Personality) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!ExecOptions.PersonalityNames.TryGetValue(name, out Personality flag))
                throw values.Wrong(options.Personality, name, $"should be {Words.Or([.. ExecOptions.PersonalityNames.Keys])}, or a comma list of them");
            flags |= flag;
        }
        return flags;
    }

    private ImmutableArray<string> Ways(OptionValues values, ImmutableArray<string> usual)
    {
        bool flat = values.Text(options.Mmu) == ExecOptions.NoMmu;
        if (values.Text(options.Way) is not { } text)
            return flat ? ["staged"] : usual;
        ImmutableArray<string>.Builder ways = ImmutableArray.CreateBuilder<string>();
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            ImmutableArray<string> meant = name switch
            {
                "both" => ["in-place", "staged"],
                "all" => ExecWays.Names,
                _ when ExecWays.Names.Contains(name) => [name],
                _ => throw values.Wrong(options.Way, name, $"should be {Words.Or([.. ExecWays.Names, "both", "all"])}, or a comma list of them"),
            };
            ways.AddRange(meant.Where(way => !ways.Contains(way)));
        }
        if (flat && ways.FirstOrDefault(way => way != "staged") is { } needsMmu)
            throw ProblemException.Usage($"--way {needsMmu} needs an MMU; with --mmu {ExecOptions.NoMmu} there is only staged").About(options.Way);
        return ways.ToImmutable();
    }

    /// <summary>The plugin and userland that headers and options agree on.</summary>
    private (Architecture Architecture, UserAbi? Abi) Choose(ProgramFile file, string? wantedArchitecture, string? wantedAbi)
    {
        string subject = file.Interpreter is null ? file.Path : $"{file.Interpreter}, the interpreter of {file.Path},";
        if (file.Image is { } image)
        {
            if ((registry.For(image, wantedArchitecture) ?? registry.For(image)) is not { } found)
            {
                string order = image.Order == Core.Memory.ByteOrder.BigEndian ? "big" : "little";
                string known = string.Join(", ", registry.Architectures.Select(architecture => $"{architecture.Name} ({string.Join(", ", architecture.Abis.Select(abi => abi.Name))})"));
                throw ProblemException.Input($"{subject}: no plugin knows a {image.Class}-bit {order}-endian program of machine {image.Machine}; there are {known}");
            }
            if (wantedArchitecture is not null && wantedArchitecture != found.Architecture.Name)
                throw ProblemException.Usage($"--arch {wantedArchitecture} disagrees with {subject} which is for {found.Architecture.Name} ({found.Abi.Name})").About(options.Architecture);
            if (wantedAbi is not null && wantedAbi != found.Abi.Name)
                throw ProblemException.Usage($"--abi {wantedAbi} disagrees with {subject} which is for {found.Abi.Name}").About(options.Abi);
            return found;
        }
        Architecture? named = wantedArchitecture is not null
            ? registry.Find(wantedArchitecture)
            : registry.Architectures.FirstOrDefault(candidate => candidate.Abis.Any(abi => abi.Name == wantedAbi));
        if (named is null)
            throw ProblemException.Input($"{file.Path}: {file.Obstacle}, so nothing tells the architecture; name it with --arch").About(options.Architecture);
        UserAbi? chosen = named.Abis.FirstOrDefault(abi => abi.Name == wantedAbi);
        return wantedAbi is null || chosen is not null
            ? (named, chosen)
            : throw ProblemException.Usage($"--arch {named.Name} has no ABI {wantedAbi}; use {Words.Or([.. named.Abis.Select(abi => abi.Name)])}").About(options.Abi);
    }

    private ExecRequest Request(OptionValues values, ProgramFile file, string execFileName, ArgumentStrings strings, Surroundings around) => new()
    {
        Program = file.File,
        FileName = GuestText.ToGuest(WithoutNul("--execfn", execFileName)),
        Arguments = strings,
        Environment = Environment(values, around),
        Files = new HostFileSource(around),
        CallerAbi = values.Text(options.Caller),
        Personality = Personality(values),
        StackLimitBytes = values.Limit(options.StackLimit) ?? 8UL << 20,
        Seed = values.Number(options.Seed),
        StackRandomPages = values.Number(options.StackRandom),
        Interventions = values.Text(options.Interleave) is { } list ? InterventionText.Parse(list, (element, should) => values.Wrong(options.Interleave, element, should)) : [],
        LiftArgumentCap = values.Choice(options.ArgumentCap) == "none",
    };

    private ArgumentStrings Arguments(OptionValues values, IReadOnlyList<string> typed, ulong pageBytes)
    {
        ulong? bytes = values.Size(options.ArgumentBytes), pages = values.Size(options.ArgumentPages);
        if (bytes is not null && pages is not null)
            throw ProblemException.Usage("--arg-bytes and --arg-pages say the same thing; give one of them").About(options.ArgumentPages);
        if (pages > ulong.MaxValue / pageBytes)
            throw ProblemException.Usage($"--arg-pages: {pages} pages of {pageBytes} bytes are more than 64 bits can count").About(options.ArgumentPages);
        ulong each = values.Size(options.ArgumentString) ?? UsualStringPages * pageBytes;
        if (each == 0)
            throw ProblemException.Usage("--arg-string: 0 bytes leave no room for the NUL; give at least 1").About(options.ArgumentString);
        byte[][] strings = [.. typed.Select((text, index) => GuestText.Bytes(WithoutNul($"argument {index}", text)))];
        return new ArgumentStrings(strings, bytes ?? pages * pageBytes ?? 0, each);
    }

    private List<byte[]> Environment(OptionValues values, Surroundings around)
    {
        List<string> strings = [];
        if (values.IsOn(options.EnvironmentFromHost))
            strings.AddRange(around.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal).Select(variable => $"{variable.Key}={variable.Value}"));
        foreach (string given in values.All(options.Environment))
            strings.Add(given.Contains('=') ? given : throw values.Wrong(options.Environment, given, "should be NAME=VALUE"));
        return [.. strings.Select(text => GuestText.Bytes(WithoutNul("--env", text)))];
    }

    private static string WithoutNul(string what, string text) =>
        text.Contains('\0') ? throw ProblemException.Usage($"{what}: a string with a NUL inside cannot be passed to execve") : text;
}
