namespace Emulator.Core.Execution;

/// <summary>Why translated code was left: what the translator knows of the place where it is left. Fits the low bits of a block's address.</summary>
internal enum RegionExit
{
    /// <summary>A jump to a place that is not in the region.</summary>
    Direct,

    /// <summary>A jump to a value, or a return, that leads to none of the places that are in the region.</summary>
    Indirect,

    /// <summary>An access that the acceleration TLB does not answer: it does not know the page, or the access faults, changes code or ends on another page.</summary>
    Access,

    /// <summary>Few instructions remain, or somebody asks for a hearing.</summary>
    Poll,

    /// <summary>A system call.</summary>
    SystemCall,

    /// <summary>Another stop, or an operation that is rare or cannot be done as usual: the interpreter does the instruction.</summary>
    Other,
}
