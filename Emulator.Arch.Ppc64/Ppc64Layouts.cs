using System.Collections.Immutable;
using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64;

/// <summary>The bits of Linux's entries on ppc64 in words.</summary>
/// <remarks>
/// Source: as for the entries: arch/powerpc/include/asm/{pte-hash64,pte-hash64-4k,pte-hash64-64k,pgtable-ppc64}.h, v2.6.32;
/// arch/powerpc/include/asm/book3s/64/{pgtable,hash-4k,hash-64k,radix}.h, v6.1; Power ISA 3.0, book III, 5.7.10.
/// </remarks>
internal static class Ppc64Layouts
{
    private const ulong Leaf = 3UL << 62;       // present and a leaf, v6.1

    /// <summary>Tables of 2.6.32: named by the kernel's virtual address.</summary>
    public static ImmutableArray<EntryLayout> Tables2632 { get; } =
    [
        EntryLayout.Zero(8),
        EntryLayout.Other("table", [EntryField.Silent(63, 62, "kernel", "tables are named by their address in the kernel, which begins with 11"), EntryField.Address(61, 0, "table", 0, "the table below")]),
    ];

    /// <summary>Tables of 6.1 under the hash MMU.</summary>
    public static ImmutableArray<EntryLayout> HashTables61 { get; } =
    [
        EntryLayout.Zero(8),
        EntryLayout.Other("table", [EntryField.Silent(63, 63, "set", "tables are named by their physical address, with 1 on top"), EntryField.Address(62, 0, "table", 0, "the table below")]),
    ];

    /// <summary>Directories that radix hardware reads.</summary>
    public static ImmutableArray<EntryLayout> RadixTables { get; } =
    [
        EntryLayout.Zero(8),
        new("page", Leaf, Leaf, Leaf61([EntryField.Silent(60, 57, "reserved", "ignored"), EntryField.Address(56, 12, "RPN", 12, "the page")], "reserved")),
        EntryLayout.Other("table",
        [
            EntryField.Bit(63, "V", "valid", "not valid: any access faults"),
            EntryField.Silent(62, 62, "L", "0: this entry leads to a table"),
            EntryField.Silent(61, 60, "reserved", "ignored"),
            EntryField.Address(59, 8, "NLB", 8, "the table below"),
            EntryField.Silent(7, 5, "reserved", "ignored"),
            EntryField.Number(4, 0, "NLS", "the table below has 2 to the power of this many entries"),
        ]),
    ];

    /// <summary>Leaves of 6.1 that radix hardware reads.</summary>
    public static ImmutableArray<EntryLayout> RadixPages { get; } = [EntryLayout.Zero(8), EntryLayout.Other("page", Leaf61([EntryField.Silent(60, 57, "reserved", "ignored"), EntryField.Address(56, 12, "RPN", 12, "the page")], "reserved"))];

    /// <summary>Leaves of 6.1 under the hash MMU.</summary>
    public static ImmutableArray<EntryLayout> HashPages61(int pageShift) =>
    [
        EntryLayout.Zero(8),
        EntryLayout.Other("page", Leaf61(pageShift == 16
            ? [
                EntryField.Silent(60, 56, "key", "memory key: 0"),
                EntryField.Bit(55, "HASHPTE", "translations are in the hash table", "nothing is in the hash table") with { Words = [] },
                EntryField.Silent(54, 53, "reserved", "ignored"),
                EntryField.Address(52, 16, "RPN", 16, "the page"),
                EntryField.Silent(15, 13, "reserved", "ignored"),
                EntryField.Bit(12, "COMBO", "the hash table has it in pieces of 4 KiB", "the hash table has it in one piece") with { Words = [] },
            ]
            : [
                EntryField.Bit(60, "HASHPTE", "a translation is in the hash table", "nothing is in the hash table") with { Words = [] },
                EntryField.Silent(59, 57, "key", "memory key: 0"),
                EntryField.Bit(56, "F_SECOND", "in the secondary group of the hash table", "in the primary group of the hash table, if anywhere") with { Words = [] },
                EntryField.Silent(55, 53, "F_GIX", "slot in that group"),
                EntryField.Address(52, 12, "RPN", 12, "the page"),
            ], "BUSY")),
    ];

    /// <summary>Leaves of 2.6.32.</summary>
    public static ImmutableArray<EntryLayout> Pages2632(int pageShift) =>
    [
        EntryLayout.Zero(8),
        EntryLayout.Other("page",
        [
            .. pageShift == 16
                ? (ImmutableArray<EntryField>)[
                    EntryField.Address(63, 30, "page number", 16, "the page"),
                    EntryField.Silent(29, 29, "4K_PFN", "a page of 4 KiB for a device: not modelled"),
                    EntryField.Bit(28, "COMBO", "the hash table has it in pieces of 4 KiB", "the hash table has it in one piece") with { Words = [] },
                    EntryField.Silent(27, 12, "HPTE_SUB", "which pieces are in the hash table"),
                    EntryField.Silent(11, 11, "BUSY", "1 while somebody changes the entry"),
                    EntryField.Bit(10, "special", "no struct page is counted for it", "an ordinary page"),
                ]
                : [
                    EntryField.Address(63, 17, "page number", 12, "the page"),
                    EntryField.Bit(16, "special", "no struct page is counted for it", "an ordinary page"),
                    EntryField.Bit(15, "SECONDARY", "in the secondary group of the hash table", "in the primary group of the hash table, if anywhere") with { Words = [] },
                    EntryField.Silent(14, 12, "GROUP_IX", "slot in that group"),
                    EntryField.Silent(11, 11, "BUSY", "1 while somebody changes the entry"),
                    EntryField.Bit(10, "HASHPTE", "a translation is in the hash table", "nothing is in the hash table") with { Words = [] },
                ],
            EntryField.Bit(9, "rw", "stores are allowed", "a store faults"),
            EntryField.Bit(8, "accessed", "has been used", "has not been used"),
            EntryField.Bit(7, "dirty", "has been written to", "has not been written to"),
            EntryField.Silent(6, 5, "W, I", "write-through, cache-inhibited"),
            EntryField.Bit(4, "M", "kept coherent between processors", "not kept coherent between processors"),
            EntryField.Silent(3, 3, "G", "guarded"),
            EntryField.Bit(2, "exec", "instructions may be fetched", "instructions are not fetched from here"),
            EntryField.Bit(1, "user", "programs may use it", "the kernel alone may use it"),
            EntryField.Bit(0, "present", "there is a page", "no page: any access faults"),
        ]),
    ];

    private static ImmutableArray<EntryField> Leaf61(ImmutableArray<EntryField> upper, string bit6) =>
    [
        EntryField.Bit(63, "V", "valid", "not valid: any access faults"),
        EntryField.Bit(62, "leaf", "this entry maps a page", "this entry leads to a table"),
        EntryField.Silent(61, 61, "software", "ignored"),
        .. upper,
        EntryField.Silent(11, 11, "software", "ignored"),
        EntryField.Bit(10, "special", "Linux: no struct page is counted for it", "Linux: an ordinary page"),
        EntryField.Silent(9, 9, "soft-dirty", "Linux: for checkpoints"),
        EntryField.Bit(8, "R", "has been used", "has not been used"),
        EntryField.Bit(7, "C", "has been written to", "has not been written to"),
        EntryField.Silent(6, 6, bit6, bit6 == "BUSY" ? "1 while somebody changes the entry" : "ignored"),
        new(5, 4, "ATT", ["normal memory", "strong access order", "guarded: order is kept, instructions are not fetched from here", "tolerant I/O"]),
        EntryField.Bit(3, "PRIV", "the kernel alone may use it", "programs may use it"),
        EntryField.Bit(2, "read", "loads are allowed", "loads are allowed only if stores are"),
        EntryField.Bit(1, "write", "stores are allowed", "a store faults"),
        EntryField.Bit(0, "exec", "instructions may be fetched", "instructions are not fetched from here"),
    ];
}
