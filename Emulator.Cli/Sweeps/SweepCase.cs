using Emulator.Cli.Options;

namespace Emulator.Cli.Sweeps;

/// <summary>One program on one machine, that a knob is turned on.</summary>
/// <param name="Program">PROGRAM.</param>
/// <param name="Arguments">ARGS.</param>
/// <param name="Values">The options, but for the knob.</param>
internal sealed record SweepCase(string Program, IReadOnlyList<string> Arguments, OptionValues Values);
