using System.Buffers.Binary;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>The three descriptors that a thread may fill: what i386 programs keep their thread pointer in.</summary>
/// <remarks>
/// Source: arch/x86/kernel/tls.c and arch/x86/include/uapi/asm/ldt.h, v2.6.32 and v6.1.
/// <code>
/// struct user_desc: entry_number, base_addr, limit, then bits: 0 seg_32bit | 1:2 contents | 3 read_exec_only | 4 limit_in_pages | 5 seg_not_present | 6 useable | 7 lm
/// </code>
/// </remarks>
internal static class Amd64ThreadAreas
{
    private const int Count = 3, FirstEntry = (FirstThreadSelector & ~7) / 8, DescriptorBytes = 16;
    private const uint Segment32 = 1, Contents = 6, ReadExecuteOnly = 8, NotPresent = 0x20, Known = 0x7f;
    private const uint AnyEntry = uint.MaxValue;

    /// <summary>set_thread_area(), or CLONE_SETTLS.</summary>
    /// <param name="registers">The thread's.</param>
    /// <param name="space">Its memory.</param>
    /// <param name="at">The struct user_desc.</param>
    /// <param name="mayChoose">Whether an entry number of -1 asks for a free one, which the structure is told.</param>
    public static Errno Set(TaskRegisters registers, AddressSpace space, ulong at, bool mayChoose)
    {
        Span<byte> bytes = stackalloc byte[DescriptorBytes];
        if (space.CopyIn(new VirtualAddress(at), bytes) is var error && error.Failed())
            return error;
        uint entry = BinaryPrimitives.ReadUInt32LittleEndian(bytes), place = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        uint limit = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]), bits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) & Known;
        bool isEmpty = place == 0 && limit == 0 && bits is 0 or (ReadExecuteOnly | NotPresent);
        if (!isEmpty && ((bits & Segment32) == 0 || (bits & Contents) > 2 || (bits & NotPresent) != 0))
            return Errno.EINVAL;
        if (entry == AnyEntry && mayChoose)
        {
            int free = 0;
            while (free < Count && registers[ThreadPresent(free)] != 0)
                free++;
            if (free == Count)
                return Errno.ESRCH;
            entry = (uint)(FirstEntry + free);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, entry);
            if (space.CopyOut(new VirtualAddress(at), bytes[..4]) is var lost && lost.Failed())
                return lost;
        }
        int number = (int)(entry - FirstEntry);
        if (number is < 0 or >= Count)
            return Errno.EINVAL;
        registers[ThreadBase(number)] = isEmpty ? 0 : place;
        registers[ThreadLimit(number)] = isEmpty ? 0 : (ulong)bits << 32 | limit;
        registers[ThreadPresent(number)] = isEmpty ? 0UL : 1;
        Refresh(registers, number);
        return Errno.None;
    }

    /// <summary>get_thread_area().</summary>
    public static Errno Get(TaskRegisters registers, AddressSpace space, ulong at)
    {
        Span<byte> bytes = stackalloc byte[DescriptorBytes];
        if (space.CopyIn(new VirtualAddress(at), bytes[..4]) is var error && error.Failed())
            return error;
        int number = (int)(BinaryPrimitives.ReadUInt32LittleEndian(bytes) - FirstEntry);
        if (number is < 0 or >= Count)
            return Errno.EINVAL;
        bool isPresent = registers[ThreadPresent(number)] != 0;
        ulong limit = registers[ThreadLimit(number)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)registers[ThreadBase(number)]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], (uint)limit);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], isPresent ? (uint)(limit >> 32) : ReadExecuteOnly | NotPresent);
        return space.CopyOut(new VirtualAddress(at), bytes);
    }

    /// <summary>Loads a segment register as the kernel does on its way to a program: a selector that names nothing becomes 0.</summary>
    public static void Load(TaskRegisters registers, Slot segment, ushort selector)
    {
        ulong at = 0;
        if (ThreadAreaOf(selector) is >= 0 and var thread && registers[ThreadPresent(thread)] != 0)
            at = registers[ThreadBase(thread)];
        else if (!IsFlat(segment, selector))
            selector = 0;
        registers[segment] = selector;
        if (segment == Fs)
            registers[FsBase] = at;
        else if (segment == Gs)
            registers[GsBase] = at;
    }

    /// <summary>A segment register that names the descriptor has its new base.</summary>
    private static void Refresh(TaskRegisters registers, int number)
    {
        ulong selector = (ulong)(FirstThreadSelector + 8 * number);
        if (registers[Fs] == selector)
            Load(registers, Fs, (ushort)selector);
        if (registers[Gs] == selector)
            Load(registers, Gs, (ushort)selector);
    }
}
