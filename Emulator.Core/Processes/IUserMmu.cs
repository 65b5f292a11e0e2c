using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;

namespace Emulator.Core.Processes;

/// <summary>The machine's MMU as the kernel handles it: an address space is given to it, and it is told what to forget.</summary>
public interface IUserMmu : IAddressTranslator
{
    /// <summary>From now on addresses are those of this address space.</summary>
    void Activate(AddressSpace space);

    /// <summary>One page of the present address space is mapped otherwise.</summary>
    void Flush(VirtualAddress va);

    /// <summary>Pages of the present address space are mapped otherwise.</summary>
    void Flush();
}
