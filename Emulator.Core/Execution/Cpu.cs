using Emulator.Core.Memory;

namespace Emulator.Core.Execution;

/// <summary>
/// A CPU of any architecture: registers, and a run until something has to be done that is not the CPU's. It never calls a kernel: it
/// stops with a reason, and whoever ran it acts on that and runs it again.
/// </summary>
public abstract class Cpu : IDisposable
{
    private protected Cpu(InstructionSet instructions) => Instructions = instructions;

    /// <summary>The instruction set.</summary>
    public InstructionSet Instructions { get; }

    /// <summary>Address of the next instruction.</summary>
    public abstract ulong Pc { get; set; }

    /// <summary>The architecture's registers and what the instruction set keeps beside them: all that a task has to itself, save <see cref="Pc"/>.</summary>
    public abstract Span<ulong> Registers { get; }

    /// <summary>Instructions done so far.</summary>
    public abstract long Retired { get; }

    /// <summary>What the engine has done so far.</summary>
    public abstract EngineStatistics Statistics { get; }

    /// <summary>Whether it is in translated code just now; for another thread that samples.</summary>
    public abstract bool IsInTranslatedCode { get; }

    /// <summary>How instructions are done; may be changed between runs.</summary>
    public abstract EngineMode Mode { get; set; }

    /// <summary>The address of an instruction that the CPU stops before, also when it is run from there; null for none.</summary>
    public abstract ulong? Breakpoint { get; set; }

    /// <summary>
    /// Names translated code for profiles, by the address that it begins at: asked on the thread that runs the program, while that program is on the CPU. Null for names
    /// that say the address alone. Methods that got their name here stay where they are until the CPU goes, so that no two ever lie at the same place.
    /// </summary>
    public abstract Func<ulong, string>? CodeName { get; set; }

    /// <summary>One register.</summary>
    public abstract ulong this[Slot slot] { get; set; }

    /// <summary>Runs instructions.</summary>
    /// <param name="instructions">How many at most; exactly so many unless something else stops the CPU.</param>
    /// <returns>Why it stopped. After a fault, the same instruction is next: once the cause is gone, just run again.</returns>
    public abstract CpuStop Run(long instructions);

    /// <summary>Asks a running CPU to stop soon; for another thread. A CPU that is not running stops at once when it is run.</summary>
    public abstract void Interrupt();

    /// <summary>From now on the program lives in another address space; its translations are asked for anew.</summary>
    public abstract void Enter(CodeSpace space);

    /// <summary>The kernel has changed the mapping of one page of the present address space.</summary>
    public abstract void Flush(VirtualAddress va);

    /// <summary>The kernel has changed mappings of the present address space.</summary>
    public abstract void Flush();

    /// <summary>Tells somebody of every access from now on; null for nobody, which costs nothing.</summary>
    public abstract void Observe(IAccessObserver? observer);

    /// <summary>Whether accesses to addresses that are not multiples of their size stop it, where the machine does not insist by itself; costs nothing unless it is so.</summary>
    public abstract bool ChecksAlignment { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back memory.</summary>
    protected abstract void Dispose(bool disposing);
}
