using Emulator.Core.Exec;

namespace Emulator.Core.Reports;

/// <summary>A tree grew or lost levels.</summary>
/// <param name="Stage">The stage that was reached next.</param>
/// <param name="From">Levels before.</param>
/// <param name="To">Levels after.</param>
public readonly record struct DepthChange(ExecStageName Stage, int From, int To);
