using Emulator.Core.Kernel;
using Emulator.Core.Memory;

namespace Emulator.Core.Exec;

/// <summary>Where the argument pages wait between the start of execve and the moment the ABI, and so STACK_TOP, is known.</summary>
public interface IExecStrategy
{
    /// <summary>Name on the command line.</summary>
    string Name { get; }

    /// <summary>Prepares the place and sets <see cref="BinaryParameters.P"/> (<c>bprm_mm_init()</c>).</summary>
    Errno Begin(BinaryParameters bprm);

    /// <summary>Whether a string of so many bytes, NUL included, may be pushed at all (<c>valid_arg_len()</c>).</summary>
    bool TakesString(BinaryParameters bprm, ulong bytes);

    /// <summary>The page around a position, made if it is not there (<c>get_arg_page()</c>); positions only ever go down.</summary>
    Errno GetPage(BinaryParameters bprm, ulong position, out PhysicalAddress frame);

    /// <summary>Puts the pages where they belong, now that the stack's top is known (<c>setup_arg_pages()</c>).</summary>
    /// <param name="bprm">The execve.</param>
    /// <param name="stackTop">End of the stack: aligned and randomised.</param>
    /// <param name="flags">Flags of the stack area.</param>
    Errno Commit(BinaryParameters bprm, VirtualAddress stackTop, AreaFlags flags);

    /// <summary>Gives back pages that no address space owns yet.</summary>
    void Abandon(BinaryParameters bprm);

    /// <summary>Argument pages that wait outside any address space.</summary>
    long WaitingPages(BinaryParameters bprm);
}
