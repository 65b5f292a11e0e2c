using Emulator.Arch.Sparc64;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Bench;

/// <summary>A machine, its TLB model, and more pages than any TLB holds, all of them mapped by the product's mapper to a few frames.</summary>
internal sealed class Refills : IDisposable
{
    private const ulong MemoryBytes = 128 << 20;
    private const ulong ResidentStart = 0x20_0000_0000;

    private readonly TlbModel _model;
    private readonly int _pageBytes;

    /// <summary>Builds the tables, and lets the refill fill what it keeps in memory (TSB, hash table).</summary>
    public Refills(RefillTarget target)
    {
        Machine = target.Architecture.CreateMachine(target.Options with { MemoryBytes = MemoryBytes }, null);
        if (Machine.Kernel.CreateAddressSpace(8 << 20, 0, out AddressSpace? space).Failed())
            throw new InvalidOperationException("no address space");
        Space = space!;
        Machine.Activate(Space);
        _model = target.Architecture.CreateTlbModel(Machine, Space);
        _pageBytes = (int)Space.PageBytes;
        Map();
        if (_model.Refill is ITsbRefill)
            BecomeResident();
        Touch(MissPattern.All[0], MissPattern.Pages, 2 * MissPattern.Pages);
    }

    /// <summary>The machine.</summary>
    public Machine Machine { get; }

    /// <summary>The address space.</summary>
    public AddressSpace Space { get; }

    /// <summary>Page size in bytes.</summary>
    public int PageBytes => _pageBytes;

    /// <summary>Who refills.</summary>
    public ITlbRefill Refill => _model.Refill;

    /// <summary>Guest memory as it is now.</summary>
    public ReadOnlySpan<byte> Image => Machine.Kernel.Memory.Slice(default, (int)MemoryBytes);

    /// <summary>What one round over all pages costs by the model, with TLBs as the rounds before left them.</summary>
    public TlbStatistics Count(MissPattern pattern)
    {
        Touch(pattern, MissPattern.Pages, 2 * MissPattern.Pages);
        TlbStatistics before = _model.Statistics;
        Touch(pattern, MissPattern.Pages, MissPattern.Pages);
        TlbStatistics after = _model.Statistics;
        return after with
        {
            Hits = after.Hits - before.Hits,
            Misses = after.Misses - before.Misses,
            Cost = new RefillCost(after.Cost.MemoryReferences - before.Cost.MemoryReferences, after.Cost.Instructions - before.Cost.Instructions,
                after.Cost.Nested - before.Cost.Nested),
        };
    }

    /// <summary>Translates through the TLB model.</summary>
    /// <param name="pattern">Order.</param>
    /// <param name="pages">A power of two.</param>
    /// <param name="accesses">How many.</param>
    /// <returns>Sum of the physical addresses.</returns>
    public ulong Touch(MissPattern pattern, int pages, int accesses)
    {
        ulong sum = 0, place = 0, mask = (ulong)pages - 1, stride = MissPattern.StrideBytes(_pageBytes);
        TlbModel model = _model;
        for (int i = 0; i < accesses; i++)
        {
            place = (place * pattern.Multiplier + pattern.Increment) & mask;
            if (!model.TryTranslate(new VirtualAddress(MissPattern.Start + place * stride), AccessKind.Read, out PhysicalAddress found, out PageFault fault))
                throw new InvalidOperationException(fault.ToString());
            sum += found.Value;
        }
        return sum;
    }

    /// <summary>Translates through the emulator's own MMU: its cache, else a walk.</summary>
    /// <inheritdoc cref="Touch"/>
    public ulong TouchByMmu(MissPattern pattern, int pages, int accesses)
    {
        ulong sum = 0, place = 0, mask = (ulong)pages - 1, stride = MissPattern.StrideBytes(_pageBytes);
        Machine machine = Machine;
        for (int i = 0; i < accesses; i++)
        {
            place = (place * pattern.Multiplier + pattern.Increment) & mask;
            if (!machine.TryTranslate(new VirtualAddress(MissPattern.Start + place * stride), AccessKind.Read, out PhysicalAddress found, out PageFault fault))
                throw new InvalidOperationException(fault.ToString());
            sum += found.Value;
        }
        return sum;
    }

    /// <inheritdoc/>
    public void Dispose() => Machine.Dispose();

    private void Map()
    {
        const PageFlags Flags = PageFlags.Read | PageFlags.Write | PageFlags.Accessed | PageFlags.Dirty;
        PhysicalAddress[] frames = new PhysicalAddress[MissPattern.Frames];
        for (int i = 0; i < frames.Length; i++)
        {
            if (!Machine.Kernel.Frames.TryAllocate(0, FrameUse.Anonymous, out frames[i]))
                throw new InvalidOperationException("guest memory is too small");
        }
        for (int place = 0; place < MissPattern.Pages; place++)
        {
            VirtualAddress va = new VirtualAddress(MissPattern.Start + (ulong)place * MissPattern.StrideBytes(_pageBytes)).AlignDown((ulong)_pageBytes);
            if (!Space.Tables!.TryMap(va, frames[place % frames.Length], Flags))
                throw new InvalidOperationException("guest memory is too small");
        }
    }

    // A TSB has the size that page faults have made it grow to. As many pages as the pattern uses are faulted in elsewhere; those of the
    // pattern share their frames, and so do not count as resident.
    private void BecomeResident()
    {
        if (Space.Map(new MapRequest(new VirtualAddress(ResidentStart), (ulong)(MissPattern.Pages * _pageBytes), AreaFlags.Read | AreaFlags.Write, MapFlags.Fixed),
            out VirtualAddress at).Failed())
            throw new InvalidOperationException("no room to map");
        for (int page = 0; page < MissPattern.Pages; page++)
        {
            VirtualAddress va = at + (ulong)(page * _pageBytes);
            _model.TryTranslate(va, AccessKind.Write, out _, out _);
            if (Space.GetPage(va, write: true, out _).Failed() || !_model.TryTranslate(va, AccessKind.Write, out _, out PageFault fault))
                throw new InvalidOperationException("guest memory is too small");
        }
    }
}
