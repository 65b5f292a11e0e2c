namespace Emulator.Core.Paging;

/// <summary>
/// The look of an entry that leaves a walk nothing to decide: valid, of its level's type, no large page, every right
/// granted that the access needs, and marked as used (above level 0). See <see cref="PlainWalk{TCodec}"/>.
/// </summary>
/// <param name="Mask">Bits that matter.</param>
/// <param name="Value">What they are.</param>
/// <param name="Target">Bits that are the address of the table below, or of the page.</param>
public readonly record struct PlainEntry(ulong Mask, ulong Value, ulong Target)
{
    /// <summary>No entry looks like this: every walk takes the exact way.</summary>
    public static PlainEntry None => new(0, 1, 0);
}
