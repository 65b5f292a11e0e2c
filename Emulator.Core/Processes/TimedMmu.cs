using System.Diagnostics;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Processes;

/// <summary>An MMU whose answers are timed.</summary>
internal sealed class TimedMmu(IUserMmu mmu) : IUserMmu
{
    /// <summary>Ticks of the stopwatch spent in translations.</summary>
    public long Ticks { get; private set; }

    public void Activate(AddressSpace space) => mmu.Activate(space);

    public void Flush(VirtualAddress va) => mmu.Flush(va);

    public void Flush() => mmu.Flush();

    public bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault)
    {
        long from = Stopwatch.GetTimestamp();
        bool translated = mmu.TryTranslate(va, access, out found, out fault);
        Ticks += Stopwatch.GetTimestamp() - from;
        return translated;
    }
}
