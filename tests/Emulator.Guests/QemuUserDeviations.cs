using System.Text;
using Emulator.Judges;

namespace Emulator.Guests;

/// <summary>
/// Where qemu-user 7.2 does not do what Linux does, seen against native runs. These programs have other judges; that each row still
/// deviates is a test, so that the list does not outlive its reasons.
/// </summary>
public static class QemuUserDeviations
{
    private static readonly string[] Everywhere = ["x86_64", "i386", "alpha", "alpha-ev4"];

    private static readonly (string Title, string[] Userlands, string Reason)[] Rows =
    [
        ("processes", Everywhere, "vfork() is a fork(): the child does not share its parent's memory"),
        ("exec {directory}", ["alpha"], "execve() is the host's, which knows no alpha programs"),
        ("hot exec", ["alpha"], "the same"),
        ("clocks", Everywhere, "nanosleep() takes a bad address for a time"),
        ("stack", Everywhere, "the end of the stack is a page without rights, SEGV_ACCERR, not a hole"),
        ("memory {directory}", Everywhere, "mprotect() over a hole changes nothing before it, and a store there hangs"),
        ("changing {directory}", Everywhere, "code that is written by another address of the same page stays what it was"),
        ("faults {directory}", ["i386", "alpha"], "beyond a file's end: the address is wrong (i386), or the signal is SIGSEGV (alpha: guest pages are larger than the host's)"),
        ("calls-x86 {directory}", ["x86_64", "i386"], "arch_prctl() takes addresses of the kernel's half, and then dies; entries for threads are those of a 32-bit kernel, and their flags are not looked at"),
        ("faults-x86", ["x86_64", "i386"], "trap numbers in the frame, the direction flag in handlers, alignment checks and unmasked floating-point traps are missing"),
    ];

    // What it does there depends on where QEMU itself happens to be in memory.
    private static readonly string[] ByChance = ["bad unmap-everything"];

    // A line that is wrong where all others are right: what it says, behind which line, and what Linux says.
    private static readonly (string Title, string Behind, string Wrong, string Right, string Source)[] Lines =
    [
        ("faults-alpha", "gentrap, floating division", "  SIGTRAP, TRAP_UNK, pc: 4 behind the label", "  SIGFPE, FPE_FLTDIV, pc: 4 behind the label",
            "do_entIF() of arch/alpha/kernel/traps.c, GEN_FLTDIV"),
        Completed("1 / 0, completed", "FPE_FLTDIV"),
        Completed("1 / 0, single", "FPE_FLTDIV"),
        Completed("overflow, up", "FPE_FLTOVF"),
        Completed("overflow, to zero", "FPE_FLTOVF"),
        Completed("overflow, single", "FPE_FLTOVF"),
        Completed("underflow", "FPE_FLTUND"),
        Completed("underflow, single", "FPE_FLTUND"),
        Completed("inexact", "FPE_FLTRES"),
    ];

    private static (string Title, string Behind, string Wrong, string Right, string Source) Completed(string what, string code) =>
        ("faults-alpha", what, "  SIGFPE, FPE_FLTINV, pc: 4 behind the label", $"  SIGFPE, {code}, pc: 4 behind the label", "alpha_fp_emul() of arch/alpha/math-emu/math.c");

    /// <summary>What qemu-user saw, with the lines in which it is known to be wrong put right.</summary>
    /// <param name="guest">The program.</param>
    /// <param name="seen">What it saw.</param>
    /// <returns>What Linux does.</returns>
    /// <exception cref="JudgeException">A line is not wrong any more.</exception>
    public static GuestOutcome Correct(TestGuest guest, GuestOutcome seen)
    {
        foreach ((string _, string behind, string wrong, string right, string source) in Lines.Where(row => row.Title == guest.Title))
        {
            string text = seen.OutputText, corrected = text.Replace($"{behind}\n{wrong}\n", $"{behind}\n{right}\n", StringComparison.Ordinal);
            if (corrected == text)
                throw new JudgeException($"{guest}: '{wrong}' does not follow '{behind}' any more; take the row out of QemuUserDeviations ({source})");
            seen = seen with { Output = Encoding.Latin1.GetBytes(corrected) };
        }
        return seen;
    }

    /// <summary>Why qemu-user is no judge of a program.</summary>
    /// <param name="guest">The program.</param>
    /// <param name="userland">The userland.</param>
    /// <returns>The reason, or null where it does what Linux does.</returns>
    public static string? Reason(TestGuest guest, Userland userland) =>
        Rows.Where(row => row.Title == guest.Title && row.Userlands.Contains(userland.Name)).Select(row => row.Reason).FirstOrDefault();

    /// <summary>Whether it does what Linux does only now and then, so that nothing can be said about it.</summary>
    /// <param name="guest">The program.</param>
    /// <returns>True if its run under qemu-user means nothing.</returns>
    public static bool IsByChance(TestGuest guest) => ByChance.Contains(guest.Title);
}
