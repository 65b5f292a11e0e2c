using System.Collections.Immutable;
using Emulator.Core.Execution;

namespace Emulator.Arch.Alpha;

/// <summary>The registers of a program, and where the engine keeps them.</summary>
public static class AlphaRegisters
{
    internal const int FirstFloat = 32;

    private static readonly string[] IntegerNames =
    [
        "v0", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "s0", "s1", "s2", "s3", "s4", "s5", "fp",
        "a0", "a1", "a2", "a3", "a4", "a5", "t8", "t9", "t10", "t11", "ra", "t12", "at", "gp", "sp", "zero",
    ];

    /// <summary>Result of a function and of a system call; number of the system call.</summary>
    public static Slot V0 => Integer(0);

    /// <summary>First argument.</summary>
    public static Slot A0 => Integer(16);

    /// <summary>Return address.</summary>
    public static Slot ReturnAddress => Integer(26);

    /// <summary>Stack pointer.</summary>
    public static Slot StackPointer => Integer(30);

    /// <summary>Floating-point control register.</summary>
    public static Slot Fpcr => new(64);

    /// <summary>1 while a load-locked waits for its store-conditional.</summary>
    public static Slot LockFlag => new(65);

    /// <summary>The address of that load.</summary>
    public static Slot LockAddress => new(66);

    /// <summary>The process unique value: PALcode's rdunique and wrunique, the thread pointer of Linux programs.</summary>
    public static Slot Unique => new(67);

    /// <summary>The result of an instruction that trapped though it asks for software completion: the kernel writes it before the signal.</summary>
    public static Slot Completed => new(68);

    /// <summary>
    /// The floating-point control register of a program that begins: rounding to nearest, all traps disabled. Source:
    /// <c>flush_thread()</c>, arch/alpha/kernel/process.c, and <c>ieee_swcr_to_fpcr()</c>, arch/alpha/include/asm/fpu.h, v2.6.32.
    /// </summary>
    public static ulong InitialFpcr => 2UL << 58 | 3UL << 61 | 7UL << 49 | 1UL << 47;

    /// <summary>In gdb's order (gdb/alpha-tdep.h): integer, floating-point, then the others.</summary>
    public static ImmutableArray<RegisterName> All { get; } =
    [
        .. Enumerable.Range(0, 32).Select(n => new RegisterName(IntegerNames[n], Integer(n), 64)),
        .. Enumerable.Range(0, 32).Select(n => new RegisterName($"f{n}", Float(n), 64)),
        new("fpcr", Fpcr, 64),
        new("unique", Unique, 64),
    ];

    /// <summary>Integer register <paramref name="number"/>, 0 to 30; 31 reads as 0 and its slot is never written.</summary>
    public static Slot Integer(int number) => new((ushort)number);

    /// <summary>Floating-point register <paramref name="number"/>, 0 to 30; 31 reads as 0 and its slot is never written.</summary>
    public static Slot Float(int number) => new((ushort)(FirstFloat + number));

    /// <summary>The name of an integer register.</summary>
    internal static string NameOf(int number) => IntegerNames[number];
}
