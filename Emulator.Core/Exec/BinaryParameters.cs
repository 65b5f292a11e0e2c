using Emulator.Core.Kernel;
using Emulator.Core.Memory;

namespace Emulator.Core.Exec;

/// <summary>The state of an execve on its way (<c>linux_binprm</c>).</summary>
public sealed class BinaryParameters
{
    /// <summary>Most bytes of one string, in pages (MAX_ARG_STRLEN).</summary>
    public const ulong MaxStringPages = 32;

    /// <summary>Bytes that are free whatever the stack limit (ARG_MAX, include/linux/limits.h).</summary>
    public const ulong GuaranteedBytes = 131072;

    /// <summary>sizeof(void *) of the kernel: bytes that stay zero at the very top, also for 32-bit programs.</summary>
    public const ulong KernelPointerBytes = 8;

    internal BinaryParameters(ExecRequest request, LinuxKernel kernel, AddressSpace space, bool compatCaller)
    {
        Request = request;
        Kernel = kernel;
        Space = space;
        CompatCaller = compatCaller;
        Interpreter = request.FileName;
        File = request.Program;
    }

    /// <summary>What was asked for.</summary>
    public ExecRequest Request { get; }

    /// <summary>The kernel.</summary>
    public LinuxKernel Kernel { get; }

    /// <summary>The new address space.</summary>
    public AddressSpace Space { get; }

    /// <summary>Whether the caller is a 32-bit task.</summary>
    public bool CompatCaller { get; }

    /// <summary>bprm->p: the lowest byte pushed.</summary>
    public ulong P { get; set; }

    /// <summary>bprm->exec: where the file name lies.</summary>
    public ulong Exec { get; set; }

    /// <summary>Lowest position that strings may reach, where limits go by position; else 0.</summary>
    public ulong LowestP { get; set; }

    /// <summary>argc so far.</summary>
    public int ArgumentCount { get; set; }

    /// <summary>Number of environment strings.</summary>
    public int EnvironmentCount { get; set; }

    /// <summary>The stack area, once there is one.</summary>
    public VirtualMemoryArea? Stack { get; set; }

    /// <summary>Bytes that the stack moved down.</summary>
    public ulong ShiftBytes { get; set; }

    /// <summary>Path of the program or of the interpreter that will be loaded.</summary>
    public string Interpreter { get; set; }

    /// <summary>The file that will be loaded.</summary>
    public GuestFile File { get; set; }

    /// <summary>What others do meanwhile; null where nobody does anything.</summary>
    internal Interleaving? Meanwhile { get; set; }

    /// <summary>Page size in bytes.</summary>
    public ulong PageBytes => Space.PageBytes;

    /// <summary>The kernel's rules.</summary>
    public KernelEra Era => Kernel.Profile.Era;

    /// <summary>
    /// Whether a stack of so many bytes is within the limits on arguments: those of <c>get_arg_page()</c> in v2.6.32, of
    /// <c>acct_stack_growth()</c> alone where positions are tested elsewhere (v6.1).
    /// </summary>
    public bool StackMayBe(ulong bytes)
    {
        if (bytes > PageBytes && bytes > Request.StackLimitBytes)
            return false;       // the first page is there from the beginning; only growth is tested (acct_stack_growth())
        if (Era.LimitsByPosition || (CompatCaller && Era.CompatCallersUnlimited))
            return true;
        return bytes <= GuaranteedBytes || bytes <= Request.StackLimitBytes / 4;
    }
}
