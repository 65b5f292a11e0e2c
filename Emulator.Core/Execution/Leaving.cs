namespace Emulator.Core.Execution;

/// <summary>Why running code went back to the dispatcher.</summary>
internal enum Leaving
{
    /// <summary>The next block is not linked, or few instructions remain: look it up.</summary>
    Lookup,

    /// <summary>The same, and the exit that was taken can be linked to what is found.</summary>
    Link,

    /// <summary>A stop that the operation itself asked for.</summary>
    Raise,

    /// <summary>A function asked for a stop; the instruction has done nothing.</summary>
    Raised,

    /// <summary>An access failed; the instruction has done nothing.</summary>
    Fault,

    /// <summary>A store would change code that blocks were made from; the instruction has done nothing.</summary>
    CodeStore,

    /// <summary>Somebody outside asked for a hearing, inside a long instruction.</summary>
    Poll,
}
