using System.Collections.Immutable;
using Emulator.Core.Execution;

namespace Emulator.Arch.Amd64;

/// <summary>The registers of a program of either userland, and where the engine keeps them.</summary>
/// <remarks>
/// Condition codes lie in three slots as what they are to be computed from, so that most are never computed; <see cref="ReadFlags"/> and
/// <see cref="WriteFlags"/> are RFLAGS as programs see it. x87 registers lie in physical order, two slots each: the significand, then
/// sign and exponent; MMX registers are their significands.
/// </remarks>
public static class Amd64Registers
{
    internal const ulong Changeable = Amd64Flags.Trap | Amd64Flags.NestedTask | Amd64Flags.AlignmentCheck | Amd64Flags.Identification;
    internal const ulong AlwaysSet = Amd64Flags.Interrupt | 2;   // bit 1 reads as one

    private static readonly string[] Names64 = ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];
    private static readonly string[] Names32 = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];
    private static readonly int[] DebuggerOrder64 = [0, 3, 1, 2, 6, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>RAX: number and result of a system call.</summary>
    public static Slot Rax => new(0);

    /// <summary>RCX.</summary>
    public static Slot Rcx => new(1);

    /// <summary>RDX.</summary>
    public static Slot Rdx => new(2);

    /// <summary>RBX.</summary>
    public static Slot Rbx => new(3);

    /// <summary>RSP: the stack pointer.</summary>
    public static Slot Rsp => new(4);

    /// <summary>RBP.</summary>
    public static Slot Rbp => new(5);

    /// <summary>RSI.</summary>
    public static Slot Rsi => new(6);

    /// <summary>RDI.</summary>
    public static Slot Rdi => new(7);

    /// <summary>R11.</summary>
    public static Slot R11 => new(11);

    /// <summary>First of the three slots that condition codes are computed from: how, x, y.</summary>
    public static Slot Flags => new(16);

    /// <summary>Result of the last INC or DEC, when condition codes come from it.</summary>
    internal static Slot StepResult => new(29);

    /// <summary>Result of the last rotation, when condition codes come from it.</summary>
    internal static Slot RotationResult => new(30);

    /// <summary>All ones when strings go downwards (DF), else 0.</summary>
    public static Slot Direction => new(19);

    /// <summary>Bits of RFLAGS that instructions of programs keep and do not look at: TF, NT, AC, ID.</summary>
    public static Slot OtherFlags => new(20);

    /// <summary>Base of FS: arch_prctl sets it in amd64 programs, a move to FS in i386 ones.</summary>
    public static Slot FsBase => new(21);

    /// <summary>Base of GS.</summary>
    public static Slot GsBase => new(22);

    /// <summary>Selector in CS.</summary>
    public static Slot Cs => new(23);

    /// <summary>Selector in SS.</summary>
    public static Slot Ss => new(24);

    /// <summary>Selector in DS.</summary>
    public static Slot Ds => new(25);

    /// <summary>Selector in ES.</summary>
    public static Slot Es => new(26);

    /// <summary>Selector in FS.</summary>
    public static Slot Fs => new(27);

    /// <summary>Selector in GS.</summary>
    public static Slot Gs => new(28);

    /// <summary>Selector of the first of the three descriptors for threads (set_thread_area) under a 64-bit kernel: GDT entry 12, ring 3.</summary>
    public const ushort FirstThreadSelector = 0x63;

    /// <summary>Selectors of programs' code and data under a 64-bit kernel: arch/x86/include/asm/segment.h.</summary>
    public const ushort Code64Selector = 0x33, Code32Selector = 0x23, DataSelector = 0x2b;

    /// <summary>Status bits of RFLAGS.</summary>
    internal const ulong StatusFlags = 0x8d5;

    /// <summary>A slot that stays 0.</summary>
    internal static Slot Zero => new(31);

    /// <summary>x87 control word.</summary>
    public static Slot ControlWord => new(80);

    /// <summary>x87 status word, TOP included.</summary>
    public static Slot StatusWord => new(81);

    /// <summary>x87 tags: a one for each physical register that is not empty, as FXSAVE has them.</summary>
    public static Slot Tags => new(82);

    /// <summary>Address of the last x87 instruction that was none of control.</summary>
    public static Slot LastInstruction => new(83);

    /// <summary>Address of its operand in memory.</summary>
    public static Slot LastOperand => new(84);

    /// <summary>Its opcode: eleven bits.</summary>
    public static Slot LastOpcode => new(85);

    /// <summary>MXCSR.</summary>
    public static Slot Mxcsr => new(86);

    /// <summary>General-purpose register by its number in instructions: 4 is RSP.</summary>
    public static Slot General(int number) => new((ushort)number);

    /// <summary>XMM register: two slots, the lower half first.</summary>
    public static Slot Xmm(int number) => new((ushort)(32 + 2 * number));

    /// <summary>Physical x87 register: two slots.</summary>
    public static Slot X87(int number) => new((ushort)(64 + 2 * number));

    /// <summary>Base of the descriptor for threads number 0, 1 or 2 (set_thread_area).</summary>
    public static Slot ThreadBase(int number) => new((ushort)(88 + number));

    /// <summary>1 when that descriptor is there.</summary>
    public static Slot ThreadPresent(int number) => new((ushort)(92 + number));

    /// <summary>Its limit, and in the upper half the bits of struct user_desc.</summary>
    internal static Slot ThreadLimit(int number) => new((ushort)(96 + number));

    /// <summary>Vector of the last trap that became a signal (thread.trap_nr).</summary>
    public static Slot TrapNumber => new(100);

    /// <summary>Its error code (thread.error_code).</summary>
    public static Slot TrapError => new(101);

    /// <summary>Address of the last page fault that became a signal (thread.cr2).</summary>
    public static Slot FaultAddress => new(102);

    /// <summary>In gdb's order (gdb/features/i386: 64bit-core.xml and 32bit-core.xml), general-purpose registers and segments, then the others.</summary>
    internal static ImmutableArray<RegisterName> All(int bits) =>
    [
        .. bits == 64 ? DebuggerOrder64.Select(n => new RegisterName(Names64[n], General(n), 64)) : Enumerable.Range(0, 8).Select(n => new RegisterName(Names32[n], General(n), 32)),
        new("cs", Cs, 16), new("ss", Ss, 16), new("ds", Ds, 16), new("es", Es, 16), new("fs", Fs, 16), new("gs", Gs, 16),
        .. Enumerable.Range(0, 8).Select(n => new RegisterName($"fpr{n}", X87(n), 80)),
        new("fctrl", ControlWord, 16), new("fstat", StatusWord, 16), new("ftag", Tags, 8),
        .. Enumerable.Range(0, bits == 64 ? 16 : 8).Select(n => new RegisterName($"xmm{n}", Xmm(n), 128)),
        new("mxcsr", Mxcsr, 32), new("fs_base", FsBase, 64), new("gs_base", GsBase, 64),
    ];

    /// <summary>RFLAGS.</summary>
    /// <param name="registers">The registers of a CPU (<see cref="Cpu.Registers"/>), or as a task keeps them.</param>
    public static ulong ReadFlags(ReadOnlySpan<ulong> registers)
    {
        int flags = Flags.Number;
        return Amd64Flags.Status(registers[flags], registers[flags + 1], registers[flags + 2], registers[StepResult.Number], registers[RotationResult.Number])
            | (registers[Direction.Number] & Amd64Flags.Direction) | registers[OtherFlags.Number] | AlwaysSet;
    }

    /// <summary>Sets RFLAGS, as far as programs can.</summary>
    /// <inheritdoc cref="ReadFlags"/>
    public static void WriteFlags(Span<ulong> registers, ulong value)
    {
        registers[Flags.Number] = Amd64Flags.Explicit;
        registers[Flags.Number + 1] = value & StatusFlags;
        registers[Flags.Number + 2] = 0;
        registers[Direction.Number] = (value & Amd64Flags.Direction) != 0 ? ulong.MaxValue : 0;
        registers[OtherFlags.Number] = value & Changeable;
    }

    /// <summary>Which of the three descriptors for threads a selector names; -1 for none.</summary>
    internal static int ThreadAreaOf(ushort selector)
    {
        int number = (selector - FirstThreadSelector) / 8;
        return selector >= FirstThreadSelector && number < 3 && (selector & 7) == 3 ? number : -1;
    }

    /// <summary>Whether a segment register may hold a selector whose base is 0, or that names nothing at all.</summary>
    internal static bool IsFlat(Slot segment, ushort selector) =>
        selector == DataSelector || ((selector is Code32Selector or Code64Selector || (selector & ~3) == 0) && segment != Ss);
}
