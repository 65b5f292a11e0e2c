namespace Emulator.Core.Exec;

/// <summary>Something that another processor does at one point of an execve.</summary>
/// <param name="Kind">What.</param>
/// <param name="Number">With which argument page, counted down from the top of the stack, where page 0 holds the file's name; of <see cref="InterventionKind.Reclaim"/>, with how many pages.</param>
/// <param name="Point">When.</param>
public sealed record Intervention(InterventionKind Kind, int Number, ExecPoint Point)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind switch { InterventionKind.Look => "look", InterventionKind.Unmap => "unmap", InterventionKind.Remap => "remap", InterventionKind.Migrate => "migrate", _ => "reclaim" }}:{Number}@{Point}";
}
