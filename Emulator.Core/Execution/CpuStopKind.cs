namespace Emulator.Core.Execution;

/// <summary>Why a CPU stopped.</summary>
public enum CpuStopKind
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>All instructions that it was given are done.</summary>
    Budget,

    /// <summary>Somebody called <see cref="Cpu.Interrupt"/>.</summary>
    Interrupted,

    /// <summary>An access does not translate: the address, the kind of access and the walk's word are there. Nothing of the instruction was done.</summary>
    PageFault,

    /// <summary>An access to an address that is not a multiple of its size, where the machine traps. Nothing of the instruction was done.</summary>
    Unaligned,

    /// <summary>A system call; the program counter is behind it. The code is the plugin's: which of its instructions or vectors.</summary>
    SystemCall,

    /// <summary>An instruction that does not exist, is not implemented or not allowed; the program counter is at it.</summary>
    IllegalInstruction,

    /// <summary>Any other trap of the architecture; the code is the plugin's. Whether the program counter is at it or behind it is the architecture's.</summary>
    Trap,

    /// <summary>The instruction at <see cref="Cpu.Breakpoint"/> is next; nothing of it was done.</summary>
    Breakpoint,
}
