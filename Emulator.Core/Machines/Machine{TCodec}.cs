using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Machines;

/// <summary>A machine closed over one page-table format.</summary>
public sealed class Machine<TCodec> : Machine
    where TCodec : struct, IPageTableEntryCodec
{
    private readonly Mmu<TCodec> _mmu;
    private AddressSpace? _active;

    internal Machine(Architecture architecture, LinuxKernel<TCodec> kernel, MmuControls userControls)
        : base(architecture, kernel)
    {
        UserControls = userControls;
        EntryFormat = new EntryFormat<TCodec>(kernel.Pressure is null ? null : kernel.Profile.SwapEntries);
        _mmu = new Mmu<TCodec>(kernel.Memory, kernel.Profile.Tree);
    }

    /// <inheritdoc/>
    public override MmuControls UserControls { get; }

    /// <inheritdoc/>
    public override EntryFormat EntryFormat { get; }

    /// <inheritdoc/>
    public override long Walks => _mmu.Walks;

    /// <summary>The MMU.</summary>
    public Mmu<TCodec> Mmu => _mmu;

    /// <inheritdoc/>
    public override void Activate(AddressSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        _active = space;
        if (space.Tables is { } tables)
            _mmu.LoadRoot(tables.RootRegister, UserControls);
    }

    /// <inheritdoc/>
    public override void Flush(VirtualAddress va) => _mmu.Flush(va);

    /// <inheritdoc/>
    public override void Flush() => _mmu.Flush();

    /// <inheritdoc/>
    public override bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault)
    {
        if (_active?.Tables is not null)
        {
            bool translated = _mmu.TryTranslate(va, access, out found, out fault);
            fault = translated ? default : fault;   // the MMU leaves it as it was
            return translated;
        }
        fault = new PageFault(va, access, FaultKind.OutOfReach, 0, 0);
        if (_active is null || !_active.TryPeek(va, out found))
        {
            found = default;
            return false;
        }
        found += va.Value & (_active.PageBytes - 1);
        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _mmu.Dispose();
        base.Dispose(disposing);
    }
}
