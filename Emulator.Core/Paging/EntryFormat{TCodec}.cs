using System.Collections.Immutable;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>The meaning that a codec gives.</summary>
public sealed class EntryFormat<TCodec> : EntryFormat
    where TCodec : struct, IPageTableEntryCodec
{
    /// <inheritdoc/>
    public override bool IsLeaf(ulong entry, int level) => TCodec.IsLeaf(entry, level);

    /// <inheritdoc/>
    public override PhysicalAddress TargetOf(ulong entry, int level) => TCodec.TargetOf(entry, level);

    /// <inheritdoc/>
    public override PageFlags FlagsOf(ulong entry) => TCodec.FlagsOf(entry);

    /// <inheritdoc/>
    public override ulong Empty(int level) => TCodec.Empty(level);

    /// <inheritdoc/>
    public override ImmutableArray<EntryLayout> Layouts(int level) => TCodec.Layouts(level);
}
