using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Sparc64.Tests;

/// <summary>A machine with an address space and its TLB model.</summary>
internal sealed class Mapped : IDisposable
{
    public Mapped(string kernel, string mmu)
    {
        Sparc64 sparc64 = new();
        Machine = sparc64.CreateMachine(new MachineOptions { Kernel = kernel, Mmu = mmu, MemoryBytes = 64 << 20 }, null);
        if (Machine.Kernel.CreateAddressSpace(8 << 20, 0, out AddressSpace? space).Failed())
            throw new InvalidOperationException("no address space");
        Space = space!;
        Model = sparc64.CreateTlbModel(Machine, Space);
        Tsb = (ITsbRefill)Model.Refill;
    }

    public Machine Machine { get; }

    public AddressSpace Space { get; }

    public PageTables Tables => Space.Tables!;

    public TlbModel Model { get; }

    public ITsbRefill Tsb { get; }

    public PhysicalAddress Map(VirtualAddress va, PageFlags flags)
    {
        if (!Machine.Kernel.Frames.TryAllocate(0, FrameUse.Anonymous, out PhysicalAddress frame) || !Tables.TryMap(va, frame, flags))
            throw new InvalidOperationException("memory of the test is too small");
        return frame;
    }

    public void Dispose()
    {
        Model.Refill.Release();
        Machine.Dispose();
    }
}
