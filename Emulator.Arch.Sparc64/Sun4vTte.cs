using System.Collections.Immutable;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Sparc64;

/// <summary>
/// Translation table entries of sun4v (UltraSPARC T1 and later), as the hypervisor takes them.
/// <code>
///  63 62  61       60       59   58    55..13  12 11 10 9  8 7         6 5    4       2:0
///  V  NFO modified accessed read write RA      IE E  CP CV P EP(exec)  W file present size
/// </code>
/// </summary>
/// <remarks>Source: UltraSPARC Architecture 2007, chapter 14 "Memory Management"; Linux's software bits from arch/sparc/include/asm/pgtable_64.h, v2.6.32 and v6.1. Hardware W travels with MODIFIED, hardware V with ACCESSED. Keep in step with docs/geometries.md.</remarks>
public readonly struct Sun4vTte : ITranslationTableEntry
{
    private const ulong Valid = 1UL << 63;
    private const ulong NoFaultOnly = 1UL << 62;    // NFO
    private const ulong Modified = 1UL << 61;       // _PAGE_MODIFIED_4V
    private const ulong Accessed = 1UL << 60;       // _PAGE_ACCESSED_4V
    private const ulong Read = 1UL << 59;           // _PAGE_READ_4V
    private const ulong Write = 1UL << 58;          // _PAGE_WRITE_4V
    private const ulong Cacheable = 0x600;          // CP and CV
    private const ulong Privileged = 0x100;         // P
    private const ulong Execute = 0x80;             // EP
    private const ulong HardwareWrite = 0x40;       // W
    private const ulong Present = 0x10;             // _PAGE_PRESENT_4V
    private const ulong FrameMask = 0xff_ffff_ffff_e000;    // RA 55:13

    /// <inheritdoc/>
    public static bool IsSun4v => true;

    /// <inheritdoc/>
    public static int VirtualAddressBits => 48;     // UltraSPARC T1

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
    public static bool IsNoFaultOnly(ulong entry, bool fetch) => (entry & NoFaultOnly) != 0;

    /// <inheritdoc/>
    public static bool IsGlobal(ulong entry) => false;      // sun4v has no such bit

    /// <inheritdoc/>
    public static int PageShift(ulong entry) => 13 + 3 * (int)(entry & 7);

    /// <inheritdoc/>
    public static ImmutableArray<EntryField> Fields =>
    [
        EntryField.Bit(63, "V", "valid: the TLB takes it", "not valid: any access faults"),
        EntryField.Bit(62, "NFO", "for loads that must not fault, and nothing else", "for all accesses"),
        EntryField.Bit(61, "modified", "Linux: has been written to", "Linux: has not been written to"),
        EntryField.Bit(60, "accessed", "Linux: has been used", "Linux: has not been used"),
        EntryField.Bit(59, "read", "Linux: programs may load", "Linux: programs may not load"),
        EntryField.Bit(58, "write", "Linux: programs may store", "Linux: programs may not store"),
        EntryField.Silent(57, 56, "software", "Linux's: nothing here"),
        EntryField.Address(55, 13, "RA", 13, "the page"),
        EntryField.Silent(12, 12, "IE", "1 turns the byte order around"),
        EntryField.Silent(11, 11, "E", "1: accesses have side effects"),
        new(10, 9, "CP, CV", ["not cached", "cached in virtually indexed caches alone", "cached in physically indexed caches alone", "cached"]) { Words = ["", "CV", "CP", "CP|CV"] },
        EntryField.Bit(8, "P", "the kernel alone may use it", "programs may use it"),
        EntryField.Bit(7, "EP", "instructions may be fetched", "instructions are not fetched from here") with { Words = ["", "exec"] },
        EntryField.Bit(6, "W", "the TLB lets stores through", "a store faults"),
        EntryField.Silent(5, 5, "software", "Linux's: nothing here"),
        EntryField.Bit(4, "present", "Linux: there is a page", "Linux: no page"),
        EntryField.Silent(3, 3, "reserved", "ignored"),
        EntryField.Silent(2, 0, "size", "8 to the power of this times 8 KiB"),
    ];
}
