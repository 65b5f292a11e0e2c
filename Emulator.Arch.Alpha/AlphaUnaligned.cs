using System.Buffers.Binary;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Signals;

namespace Emulator.Arch.Alpha;

/// <summary>
/// Loads and stores to addresses that are not multiples of their size: the kernel does them for the program, byte by byte, but for
/// load-locked and store-conditional.
/// </summary>
/// <remarks>Source: <c>do_entUnaUser()</c>, arch/alpha/kernel/traps.c, v2.6.32 and v6.1.</remarks>
internal static class AlphaUnaligned
{
    /// <summary>Does the access and goes on behind it.</summary>
    /// <returns>The signal to send when that cannot be; of <see cref="Signal.None"/> otherwise.</returns>
    public static SignalInfo Mend(TaskRegisters registers, AddressSpace space, ulong address)
    {
        Span<byte> bytes = stackalloc byte[8];
        if (space.CopyIn(new VirtualAddress(registers.Pc), bytes[..4]).Failed())
            return new SignalInfo(Signal.SIGSEGV, SignalInfo.SegvMapError) { Address = registers.Pc };
        AlphaWord word = new(BinaryPrimitives.ReadUInt32LittleEndian(bytes), registers.Pc);
        (int length, bool stores) = word.Opcode switch
        {
            0x0c => (2, false),                 // ldwu
            0x0d => (2, true),                  // stw
            0x22 or 0x28 => (4, false),         // lds, ldl
            0x26 or 0x2c => (4, true),          // sts, stl
            0x23 or 0x29 => (8, false),         // ldt, ldq
            0x27 or 0x2d => (8, true),          // stt, stq
            _ => (0, false),
        };
        if (length == 0)
            return new SignalInfo(Signal.SIGBUS, SignalInfo.BusAlignment) { Address = address };

        bool isFloat = word.Opcode is >= 0x22 and <= 0x27;
        bytes = bytes[..length];
        ulong value = word.Ra == 31 ? 0 : registers[isFloat ? AlphaRegisters.Float(word.Ra) : AlphaRegisters.Integer(word.Ra)];
        Errno error;
        if (stores)
        {
            Span<byte> whole = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(whole, word.Opcode == 0x26 ? AlphaFunctions.StoreS(value) : value);
            whole[..length].CopyTo(bytes);
            error = space.CopyOut(new VirtualAddress(address), bytes);
        }
        else
        {
            error = space.CopyIn(new VirtualAddress(address), bytes);
        }
        if (error.Failed())
        {
            bool mapped = space.Find(new VirtualAddress(address)) is { } area && area.Contains(new VirtualAddress(address));
            return new SignalInfo(Signal.SIGSEGV, mapped ? SignalInfo.SegvAccessError : SignalInfo.SegvMapError) { Address = address };
        }
        if (!stores && word.Ra != 31)
        {
            registers[isFloat ? AlphaRegisters.Float(word.Ra) : AlphaRegisters.Integer(word.Ra)] = word.Opcode switch
            {
                0x0c => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
                0x22 => AlphaFunctions.LoadS(BinaryPrimitives.ReadUInt32LittleEndian(bytes)),
                0x28 => (ulong)BinaryPrimitives.ReadInt32LittleEndian(bytes),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            };
        }
        registers.Pc += 4;
        return default;
    }
}
