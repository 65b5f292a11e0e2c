namespace Emulator.Core.Exec;

/// <summary>A point between two steps of an execve, at which another processor may get to the page tables.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Piece">Of <see cref="ExecPointKind.Piece"/>: after how many pieces of the move, from 1; else 0.</param>
public readonly record struct ExecPoint(ExecPointKind Kind, long Piece = 0)
{
    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        ExecPointKind.Copied => "copied",
        ExecPointKind.SetupIn => "setup-in",
        ExecPointKind.Protected => "protected",
        ExecPointKind.Extended => "extended",
        ExecPointKind.Piece => $"piece-{Piece}",
        ExecPointKind.Moved => "moved",
        ExecPointKind.Freed => "freed",
        ExecPointKind.SetupOut => "setup-out",
        _ => "start",
    };
}
