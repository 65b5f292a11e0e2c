using Emulator.Arch.Alpha;
using Emulator.Arch.Amd64;
using Emulator.Arch.Ppc64;
using Emulator.Arch.S390;
using Emulator.Arch.Sparc64;
using Emulator.Core.Machines;

namespace Emulator.Bench;

/// <summary>Which machine's TLB refills are measured, and beside which of QEMU's.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Architecture">The plugin.</param>
/// <param name="Options">The machine; memory is for <see cref="Refills"/> to choose.</param>
public sealed record RefillTarget(string Name, Architecture Architecture, MachineOptions Options)
{
    private static readonly MachineOptions Later = new() { Kernel = "6.1" }, Earlier = new() { Kernel = "2.6.32" };

    /// <summary>Starts QEMU on the same tables; null where there is no such machine, and <see cref="WhyNot"/> says why.</summary>
    internal Func<Refills, QemuMisses>? Qemu { get; private init; }

    /// <summary>Why there is nothing of QEMU's beside it.</summary>
    public string WhyNot { get; private init; } = "";

    /// <summary>Whether a quick run measures it: one of each way to refill.</summary>
    public bool InQuick { get; private init; }

    /// <summary>All that are measured.</summary>
    public static IReadOnlyList<RefillTarget> All { get; } =
    [
        new("amd64, 4 levels", new Amd64(), Later) { Qemu = QemuMisses.Amd64, InQuick = true },
        new("amd64, 5 levels", new Amd64(), Later with { Mmu = "la57" }) { Qemu = QemuMisses.Amd64 },
        new("s390, 3 levels", new S390(), Later) { Qemu = QemuMisses.S390, InQuick = true },
        new("alpha", new Alpha(), Later) { Qemu = QemuMisses.Alpha, InQuick = true },
        new("sparc64 sun4u 6.1", new Sparc64(), Later with { Mmu = "sun4u" }) { Qemu = QemuMisses.Sparc64, InQuick = true },
        new("sparc64 sun4u 2.6.32", new Sparc64(), Earlier with { Mmu = "sun4u" }) { Qemu = QemuMisses.Sparc64 },
        new("sparc64 sun4v 6.1", new Sparc64(), Later with { Mmu = "sun4v" })
        {
            WhyNot = "QEMU's sun4v starts in hyperprivileged mode, whose MMU calls a guest would have to bring along; there is no prober for it",
        },
        new("ppc64 radix, 4K pages", new Ppc64(), Later with { Mmu = "radix", PageBytes = 4096 }) { Qemu = QemuMisses.Ppc64, InQuick = true },
        new("ppc64 radix, 64K pages", new Ppc64(), Later with { Mmu = "radix", PageBytes = 65536 }) { Qemu = QemuMisses.Ppc64 },
        new("ppc64 hash 6.1, 4K pages", new Ppc64(), Later with { Mmu = "hash", PageBytes = 4096 }) { Qemu = QemuMisses.Ppc64, InQuick = true },
        new("ppc64 hash 6.1, 64K pages", new Ppc64(), Later with { Mmu = "hash", PageBytes = 65536 }) { Qemu = QemuMisses.Ppc64 },
        new("ppc64 hash 2.6.32, 4K pages", new Ppc64(), Earlier with { PageBytes = 4096 }) { Qemu = QemuMisses.Ppc64 },
        new("ppc64 hash 2.6.32, 64K pages", new Ppc64(), Earlier with { PageBytes = 65536 }) { Qemu = QemuMisses.Ppc64 },
    ];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
