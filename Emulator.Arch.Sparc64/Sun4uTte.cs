using System.Collections.Immutable;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Sparc64;

/// <summary>
/// Translation table entries of sun4u (UltraSPARC I to IV).
/// <code>
///  63 62:61 60  59 58..50  42..13  12   11       10       9    8     7       6 5  4  3 2 1 0
///  V  size  NFO IE soft2   PA      exec modified accessed read write present L CP CV E P W G
/// </code>
/// </summary>
/// <remarks>Source: UltraSPARC User's Manual, chapter 15 "MMU Internal Architecture"; Linux's software bits from arch/sparc/include/asm/pgtable_64.h, v2.6.32 and v6.1. Hardware W travels with MODIFIED, hardware V with ACCESSED. Keep in step with docs/geometries.md.</remarks>
public readonly struct Sun4uTte : ITranslationTableEntry
{
    private const ulong Valid = 1UL << 63;
    private const ulong NoFaultOnly = 1UL << 60;    // NFO
    private const int SizeShift = 61;               // 8K, 64K, 512K, 4M; bit 48 of later processors is not modelled
    private const ulong Execute = 0x1000;           // _PAGE_EXEC_4U, software: the miss handler checks it
    private const ulong Modified = 0x800;           // _PAGE_MODIFIED_4U
    private const ulong Accessed = 0x400;           // _PAGE_ACCESSED_4U
    private const ulong Read = 0x200;               // _PAGE_READ_4U
    private const ulong Write = 0x100;              // _PAGE_WRITE_4U
    private const ulong Present = 0x80;             // _PAGE_PRESENT_4U
    private const ulong Cacheable = 0x30;           // CP and CV
    private const ulong Privileged = 0x04;          // P
    private const ulong HardwareWrite = 0x02;       // W
    private const ulong Global = 0x01;              // G
    private const ulong FrameMask = 0x7ff_ffff_e000;    // PA 42:13

    /// <inheritdoc/>
    public static bool IsSun4v => false;

    /// <inheritdoc/>
    public static int VirtualAddressBits => 44;     // UltraSPARC I to IV

    /// <inheritdoc/>
    public static ulong Encode(PhysicalAddress frame, PageFlags flags)
    {
        ulong entry = frame.Value | Present | Cacheable;
        if ((flags & (PageFlags.Read | PageFlags.Write | PageFlags.Execute)) == 0)
            return entry | Accessed;    // PAGE_NONE
        entry |= (flags & PageFlags.Accessed) != 0 ? Valid | Accessed | Read : Read;
        entry |= (flags & PageFlags.Write) != 0 ? Write : 0;
        entry |= (flags & PageFlags.Execute) != 0 ? Execute : 0;
        if ((flags & PageFlags.Dirty) != 0)
            entry |= Modified | ((flags & (PageFlags.Write | PageFlags.TrapStore)) == PageFlags.Write ? HardwareWrite : 0);
        return entry;
    }

    /// <inheritdoc/>
    public static PageFlags Flags(ulong entry)
    {
        PageFlags flags = (entry & Read) != 0 ? PageFlags.Read : PageFlags.None;
        flags |= (entry & Write) != 0 ? PageFlags.Write : 0;
        flags |= (entry & Execute) != 0 ? PageFlags.Execute : 0;
        flags |= (entry & Accessed) != 0 ? PageFlags.Accessed : 0;
        flags |= (entry & Modified) != 0 ? PageFlags.Dirty : 0;
        return flags | ((entry & (Write | HardwareWrite)) == Write ? PageFlags.TrapStore : 0);
    }

    /// <inheritdoc/>
    public static PhysicalAddress Frame(ulong entry) => new(entry & FrameMask);

    /// <inheritdoc/>
    public static bool IsValid(ulong entry) => (entry & Valid) != 0;

    /// <inheritdoc/>
    public static bool IsWritable(ulong entry) => (entry & HardwareWrite) != 0;

    /// <inheritdoc/>
    public static bool IsExecutable(ulong entry) => (entry & Execute) != 0;

    /// <inheritdoc/>
    public static bool IsPrivileged(ulong entry) => (entry & Privileged) != 0;

    /// <inheritdoc/>
    // "The NFO-bit in the IMMU is read as zero and ignored when written."
    public static bool IsNoFaultOnly(ulong entry, bool fetch) => !fetch && (entry & NoFaultOnly) != 0;

    /// <inheritdoc/>
    public static bool IsGlobal(ulong entry) => (entry & Global) != 0;

    /// <inheritdoc/>
    public static int PageShift(ulong entry) => 13 + 3 * (int)(entry >> SizeShift & 3);

    /// <inheritdoc/>
    public static ImmutableArray<EntryField> Fields =>
    [
        EntryField.Bit(63, "V", "valid: the TLB takes it", "not valid: any access faults"),
        new(62, 61, "size", ["a page of 8 KiB", "a page of 64 KiB", "a page of 512 KiB", "a page of 4 MiB"]),
        EntryField.Bit(60, "NFO", "for loads that must not fault, and nothing else", "for all accesses"),
        EntryField.Silent(59, 59, "IE", "1 turns the byte order around"),
        EntryField.Silent(58, 43, "software", "Linux's, or address bits of later processors: nothing here"),
        EntryField.Address(42, 13, "PA", 13, "the page"),
        EntryField.Bit(12, "exec", "Linux: instructions may be fetched", "Linux: instructions are not fetched from here"),
        EntryField.Bit(11, "modified", "Linux: has been written to", "Linux: has not been written to"),
        EntryField.Bit(10, "accessed", "Linux: has been used", "Linux: has not been used"),
        EntryField.Bit(9, "read", "Linux: programs may load", "Linux: programs may not load"),
        EntryField.Bit(8, "write", "Linux: programs may store", "Linux: programs may not store"),
        EntryField.Bit(7, "present", "Linux: there is a page", "Linux: no page"),
        EntryField.Silent(6, 6, "L", "1 locks it into the TLB"),
        new(5, 4, "CP, CV", ["not cached", "cached in virtually indexed caches alone", "cached in physically indexed caches alone", "cached"]) { Words = ["", "CV", "CP", "CP|CV"] },
        EntryField.Silent(3, 3, "E", "1: accesses have side effects"),
        EntryField.Bit(2, "P", "the kernel alone may use it", "programs may use it"),
        EntryField.Bit(1, "W", "the TLB lets stores through", "a store faults"),
        EntryField.Bit(0, "G", "matches every address space", "matches its own address space"),
    ];
}
