using System.Collections.Immutable;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>The meaning that a codec gives.</summary>
/// <param name="swapEntries">How entries of pages that are elsewhere look; null where none are written.</param>
public sealed class EntryFormat<TCodec>(SwapEntryFormat? swapEntries) : EntryFormat
    where TCodec : struct, IPageTableEntryCodec
{
    /// <inheritdoc/>
    public override bool IsLeaf(ulong entry, int level) => TCodec.IsLeaf(entry, level);

    /// <inheritdoc/>
    public override PhysicalAddress TargetOf(ulong entry, int level) => level == 0 && IsSwap(entry) ? default : TCodec.TargetOf(entry, level);

    /// <inheritdoc/>
    public override PageFlags FlagsOf(ulong entry) => IsSwap(entry) ? PageFlags.None : TCodec.FlagsOf(entry);

    /// <inheritdoc/>
    public override ulong Empty(int level) => TCodec.Empty(level);

    /// <inheritdoc/>
    public override ImmutableArray<EntryLayout> Layouts(int level) => level == 0 && swapEntries is not null ? swapEntries.With(TCodec.Layouts(0), TCodec.Empty(0)) : TCodec.Layouts(level);

    /// <inheritdoc/>
    public override string Explain(ulong entry, int level) => level == 0 && IsSwap(entry) ? swapEntries!.Explain(entry) : base.Explain(entry, level);

    /// <inheritdoc/>
    public override bool IsMigration(ulong entry) => IsSwap(entry) && swapEntries!.IsMigration(swapEntries.Decode(entry));

    private bool IsSwap(ulong entry) => swapEntries is not null && !TCodec.IsEmpty(entry, 0) && swapEntries.Matches(entry);
}
