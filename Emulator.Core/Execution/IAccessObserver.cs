using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Execution;

/// <summary>Is told of every access that a program makes, instruction fetches included, before it is made.</summary>
public interface IAccessObserver
{
    /// <summary>One access; one that faults is told of again when it is made again.</summary>
    /// <param name="va">Its first byte.</param>
    /// <param name="access">Its kind.</param>
    /// <param name="bytes">Its length: it may end on the next page.</param>
    void Access(VirtualAddress va, AccessKind access, int bytes);
}
