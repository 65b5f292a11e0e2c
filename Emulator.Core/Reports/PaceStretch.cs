using System.Collections.Immutable;
using Emulator.Core.Exec;

namespace Emulator.Core.Reports;

/// <summary>One stage of several histories side by side: each takes its steps, and whoever is done waits for the longest.</summary>
/// <param name="Stage">The stage that the stretch leads to.</param>
/// <param name="Begin">The common moment before its first step.</param>
/// <param name="Length">Common moments from there to its end.</param>
/// <param name="From">Where each history is at the beginning.</param>
/// <param name="To">Where each history is at the end.</param>
public sealed record PaceStretch(ExecStageName Stage, int Begin, int Length, ImmutableArray<int> From, ImmutableArray<int> To);
