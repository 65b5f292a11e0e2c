using Emulator.Arch.Amd64;
using Emulator.Arch.S390;
using Emulator.Core.Paging;

namespace Emulator.Bench;

/// <summary>A format and a depth that walks are timed on.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Make">Makes the walks: pages, stride in bytes, whether entries are marked as used.</param>
public sealed record WalkShape(string Name, Func<int, ulong, bool, IWalks> Make)
{
    private static readonly MmuControls Amd64User =
        Amd64Entry.Controls(Amd64Controls.User | Amd64Controls.WriteProtect | Amd64Controls.NoExecute | Amd64Controls.GigabytePages);

    private static readonly MmuControls S390Later =
        S390Entry<S390SoftwareBits61>.Controls(S390Controls.Edat1 | S390Controls.Edat2 | S390Controls.InstructionExecutionProtection);

    /// <summary>Four levels.</summary>
    public static WalkShape FourLevel { get; } = new("amd64, 4 levels", (pages, stride, used) => new Walks<Amd64Entry>(Amd64Trees.FourLevel, 4, Amd64User, pages, stride, used));

    /// <summary>Five levels.</summary>
    public static WalkShape FiveLevel { get; } = new("amd64, 5 levels", (pages, stride, used) => new Walks<Amd64Entry>(Amd64Trees.FiveLevel, 5, Amd64User, pages, stride, used));

    /// <summary>Trees of z/Architecture, shallow to deep.</summary>
    public static IReadOnlyList<WalkShape> S390 { get; } = [.. Enumerable.Range(2, 4).Select(depth => new WalkShape($"s390, {depth} levels",
        (pages, stride, used) => new Walks<S390Entry<S390SoftwareBits61>>(S390Trees.Dat, depth, S390Later, pages, stride, used)))];

    /// <summary>All that are timed.</summary>
    public static IReadOnlyList<WalkShape> All { get; } = [FourLevel, FiveLevel, .. S390];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
