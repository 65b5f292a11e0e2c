using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Execution;

/// <summary>Whom a CPU asks when its acceleration TLB does not know an address.</summary>
public interface IAddressTranslator
{
    /// <summary>Translates one address for one access, as the hardware would.</summary>
    bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault);
}
