using Emulator.Cli.Options;

namespace Emulator.Cli.Sweeps;

/// <summary>An option whose value is a number, and which can be turned.</summary>
/// <param name="Option">The option.</param>
/// <param name="Words">What it counts, for an axis.</param>
/// <param name="IsBytes">Whether that is bytes.</param>
/// <param name="IsScale">Whether neighbouring values mean something alike, so that a line may join them.</param>
internal sealed record Knob(CliOption Option, string Words, bool IsBytes, bool IsScale)
{
    /// <summary>Its name: that of the option, without dashes.</summary>
    public string Name => Option.Key;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Knob> Of(ExecOptions options) =>
    [
        new(options.ArgumentPages, "pages of arguments", IsBytes: false, IsScale: true),
        new(options.ArgumentBytes, "bytes of arguments", IsBytes: true, IsScale: true),
        new(options.ArgumentString, "bytes of each argument string", IsBytes: true, IsScale: true),
        new(options.StackLimit, "bytes of RLIMIT_STACK", IsBytes: true, IsScale: true),
        new(options.StackRandom, "pages that the stack is moved down at random", IsBytes: false, IsScale: true),
        new(options.StackTopMax, "bytes below STACK_TOP_MAX", IsBytes: true, IsScale: true),
        new(options.StackTop, "bytes below STACK_TOP", IsBytes: true, IsScale: true),
        new(options.VdsoPages, "pages of the vdso", IsBytes: false, IsScale: true),
        new(options.Memory, "bytes of guest memory", IsBytes: true, IsScale: true),
        new(options.Seed, "seed", IsBytes: false, IsScale: false),
    ];
}
