using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;

namespace Emulator.Cli.Options;

/// <summary>The options that all verbs share that exec a program.</summary>
internal sealed class ExecOptions
{
    /// <summary>The options that offer what some architectures have.</summary>
    /// <param name="registry">The architectures; asked when what they have is asked for.</param>
    public ExecOptions(ArchitectureRegistry registry)
        : this(
            () => [.. registry.Architectures.Select(architecture => architecture.Name)],
            () => [.. registry.Architectures.SelectMany(architecture => architecture.Abis).Select(abi => abi.Name).Distinct()],
            () => [.. registry.Architectures.SelectMany(architecture => architecture.Kernels).Distinct()],
            () => [.. registry.Architectures.SelectMany(architecture => architecture.Kernels.SelectMany(kernel => architecture.Mmus(kernel))).Distinct()],
            () => [.. registry.Architectures.SelectMany(architecture => architecture.PageSizes).Distinct().Order().Select(bytes => $"{bytes >> 10}k")])
    {
    }

    /// <summary>Makes them.</summary>
    /// <param name="architectures">Names of the architectures at hand.</param>
    /// <param name="abis">Names of their ABIs.</param>
    /// <param name="kernels">Their kernel versions.</param>
    /// <param name="mmus">Their MMUs.</param>
    /// <param name="pageSizes">Their page sizes.</param>
    public ExecOptions(Func<string[]> architectures, Func<string[]> abis, Func<string[]> kernels, Func<string[]> mmus, Func<string[]> pageSizes)
    {
        Architecture = new("--arch", "NAME", () => $"architecture: {Words.Or(Architecture!.Choices)} (default: from the ELF header)", architectures) { IsClosed = true };
        Kernel = new("--kernel", "VERSION", () => $"era: {Words.Or(Kernel!.Choices)} (default: {KernelEra.V2_6_32.Version}, or the first that the architecture has)", kernels) { IsClosed = true };
        Way = new("--way", "W[,W]", () => "fixed (until 2.6.22), in-place (since 2.6.23), staged (the proposal of 2009), both (in-place,staged) or all (default: compare both, else in-place; without an MMU staged)",
            () => [.. ExecWays.Names, "both", "all"])
        { IsClosed = true, IsList = true };
        PageSize = new("--page-size", "N", () => "page size in bytes, where the architecture has several", pageSizes) { IsClosed = true };
        Mmu = new("--mmu", "KIND", () => "MMU, or none (nommu, staged only); arch NAME lists them", () => [.. mmus(), NoMmu]) { IsClosed = true };
        Abi = new("--abi", "NAME", () => "userland (default: from the ELF header)", abis) { IsClosed = true };
        Caller = new("--caller", "ABI", () => "ABI of the task that calls execve (default: the native 64-bit one)", abis) { IsClosed = true };
        NewMm = new("--new-mm", "POLICY", "depth of a new address space: kernel (the era's) or shallow (what-if: least, grown on demand)", "kernel", "shallow") { IsClosed = true };
        StackTopMax = new("--stack-top-max", "ADDR", "what-if: put the temporary stack below this address");
        StackTop = new("--stack-top", "ADDR", "what-if: put the program's stack below this address");
        Personality = new("--personality", "FLAGS", () => $"comma list of {Words.And([.. PersonalityNames.Keys])}", () => [.. PersonalityNames.Keys]) { IsClosed = true, IsList = true };
        Seed = new("--seed", "N", "turn randomisation on, reproducibly");
        StackRandom = new("--stack-rnd", "N", "exact random draw of the stack, in pages");
        VdsoPages = new("--vdso-pages", "N", "pages of the vdso with its data pages");
        ArgumentBytes = new("--arg-bytes", "N", "append synthetic argument strings of N bytes in all, NULs counted");
        ArgumentPages = new("--arg-pages", "N", "the same, in pages");
        ArgumentString = new("--arg-string", "N", "bytes of each synthetic string, its NUL counted (default: 32 pages)");
        ArgumentCap = new("--arg-cap", "kernel|none", "what-if: none lifts the cap of later eras on argument bytes", "kernel", "none") { IsClosed = true };
        Argv0 = new("--argv0", "S", "exact argv[0] (default: PROGRAM)");
        Environment = new("--env", "K=V", "add a string to the environment, which is empty otherwise; may be repeated") { Repeats = true };
        EnvironmentFromHost = new("--env-from-host", null, "start with the environment of this process, sorted");
        StackLimit = new("--stack-limit", "N", "RLIMIT_STACK in bytes, or unlimited (default: 8m)", "8m", "64m", "unlimited");
        Memory = new("--memory", "N", "guest RAM in bytes (default: 1g)", "1g");
        Swap = new("--swap", "N", "swap in bytes: when memory runs out, pages that are on the LRU lists go there (default: none, and an allocation fails)");
        Bystanders = new("--bystanders", "N[,N...]", "memory of other tasks in bytes, oldest task first; when memory runs out the OOM killer chooses among them and the caller");
        Interleave = new("--interleave", "ACTION@POINT[,...]",
            () => $"what another processor does at a point of the execve: {Words.Or(InterventionText.Actions)}, with P an argument page counted from the top (0) and N a number of pages; at {Words.Or(InterventionText.Points)}",
            () => [.. InterventionText.Points.Select(point => $"look:0@{point}")]);
        ExecFileName = new("--execfn", "PATH", "path that the kernel sees (default: PROGRAM as typed)");
        Cpu = new("--cpu", "NAME", "CPU model, where it shows in the auxiliary vector");
        Hwcap = new("--hwcap", "N", "AT_HWCAP");
    }

    /// <summary>Name of the MMU that is none.</summary>
    public const string NoMmu = "none";

    /// <summary>Personality bits by their names on the command line.</summary>
    public static IReadOnlyDictionary<string, Personality> PersonalityNames { get; } = new Dictionary<string, Personality>
    {
        ["addr-no-randomize"] = Core.Kernel.Personality.AddrNoRandomize,
        ["addr-limit-32bit"] = Core.Kernel.Personality.AddrLimit32Bit,
        ["addr-limit-3gb"] = Core.Kernel.Personality.AddrLimit3Gb,
        ["addr-compat-layout"] = Core.Kernel.Personality.AddrCompatLayout,
        ["read-implies-exec"] = Core.Kernel.Personality.ReadImpliesExec,
    };

    public CliOption Architecture { get; }

    public CliOption Kernel { get; }

    public CliOption Way { get; }

    public CliOption PageSize { get; }

    public CliOption Mmu { get; }

    public CliOption Abi { get; }

    public CliOption Caller { get; }

    public CliOption NewMm { get; }

    public CliOption StackTopMax { get; }

    public CliOption StackTop { get; }

    public CliOption Personality { get; }

    public CliOption Seed { get; }

    public CliOption StackRandom { get; }

    public CliOption VdsoPages { get; }

    public CliOption ArgumentBytes { get; }

    public CliOption ArgumentPages { get; }

    public CliOption ArgumentString { get; }

    public CliOption ArgumentCap { get; }

    public CliOption Argv0 { get; }

    public CliOption Environment { get; }

    public CliOption EnvironmentFromHost { get; }

    public CliOption StackLimit { get; }

    public CliOption Memory { get; }

    public CliOption Swap { get; }

    public CliOption Bystanders { get; }

    public CliOption Interleave { get; }

    public CliOption ExecFileName { get; }

    public CliOption Cpu { get; }

    public CliOption Hwcap { get; }

    /// <summary>Those about memory that runs out and processors that interfere: for verbs that look at an execve rather than run what comes after it.</summary>
    public IReadOnlyList<CliOption> Adversity => [Swap, Bystanders, Interleave];

    /// <summary>All others, in the order of the help text.</summary>
    public IReadOnlyList<CliOption> All =>
    [
        Architecture, Kernel, Way, PageSize, Mmu, Abi, Caller, NewMm, StackTopMax, StackTop, Personality, Seed, StackRandom, VdsoPages,
        ArgumentBytes, ArgumentPages, ArgumentString, ArgumentCap, Argv0, Environment, EnvironmentFromHost, StackLimit, Memory,
        ExecFileName, Cpu, Hwcap,
    ];
}
