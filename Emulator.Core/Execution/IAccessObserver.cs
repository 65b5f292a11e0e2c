using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Execution;

/// <summary>Is told of every access that a program makes, instruction fetches included, before it is made.</summary>
public interface IAccessObserver
{
    /// <summary>One access; one that faults is told of again when it is made again.</summary>
    void Access(VirtualAddress va, AccessKind access);
}
