using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Emulator.Arch.Amd64;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Bench;

/// <summary>Loads and stores through the MMU that always hit its cache, and the same bytes without an MMU.</summary>
internal sealed class Hits : IDisposable
{
    /// <summary>Accesses in a pass.</summary>
    public const int Accesses = DataBytes / 8;

    private const int DataBytes = 256 << 10;
    private static readonly VirtualAddress Start = new(0x7fff_0000_0000);

    private readonly PhysicalMemory _memory = new(16 << 20);
    private readonly FrameAllocator _frames;
    private readonly Mmu<Amd64Entry> _mmu;
    private readonly PhysicalAddress _data;
    private readonly uint[] _offsets = new uint[Accesses];

    public Hits()
    {
        _frames = new FrameAllocator(_memory, 12);
        _mmu = new Mmu<Amd64Entry>(_memory, Amd64Trees.FourLevel);
        if (!_frames.TryAllocate(6, FrameUse.Anonymous, out _data) || !PageTables<Amd64Entry>.TryCreate(Amd64Trees.FourLevel, _frames, 4, null, out PageTables<Amd64Entry> tables))
            throw new InvalidOperationException("guest memory is too small");
        for (ulong at = 0; at < DataBytes; at += 4096)
            tables.TryMap(Start + at, _data + at, PageFlags.Read | PageFlags.Write);
        _mmu.LoadRoot(tables.RootRegister, Amd64Entry.Controls(Amd64Controls.User | Amd64Controls.WriteProtect | Amd64Controls.NoExecute));
        Random random = new(1);
        for (int i = 0; i < Accesses; i++)
            _offsets[i] = (uint)random.Next(DataBytes / 8) * 8;
    }

    public ulong LoadRandom()
    {
        ulong sum = 0;
        MmuPort<Amd64Entry> mmu = _mmu.Port;
        VirtualAddress start = Start;
        foreach (uint offset in _offsets)
        {
            if (!mmu.TryLoad(start + offset, out ulong value, out PageFault fault))
                throw new InvalidOperationException(fault.ToString());
            sum += value;
        }
        return sum;
    }

    public ulong LoadSequential()
    {
        ulong sum = 0;
        MmuPort<Amd64Entry> mmu = _mmu.Port;
        VirtualAddress start = Start;
        for (ulong offset = 0; offset < DataBytes; offset += 8)
        {
            if (!mmu.TryLoad(start + offset, out ulong value, out PageFault fault))
                throw new InvalidOperationException(fault.ToString());
            sum += value;
        }
        return sum;
    }

    public void StoreRandom()
    {
        MmuPort<Amd64Entry> mmu = _mmu.Port;
        VirtualAddress start = Start;
        foreach (uint offset in _offsets)
        {
            if (!mmu.TryStore(start + offset, (ulong)offset, out PageFault fault))
                throw new InvalidOperationException(fault.ToString());
        }
    }

    public ulong RawLoadRandom()
    {
        ulong sum = 0;
        ref byte data = ref MemoryMarshal.GetReference(_memory.Slice(_data, DataBytes));
        foreach (uint offset in _offsets)
            sum += Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref data, (nuint)offset));
        return sum;
    }

    public ulong RawLoadSequential()
    {
        ulong sum = 0;
        ref byte data = ref MemoryMarshal.GetReference(_memory.Slice(_data, DataBytes));
        for (nuint offset = 0; offset < DataBytes; offset += 8)
            sum += Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref data, offset));
        return sum;
    }

    public void RawStoreRandom()
    {
        ref byte data = ref MemoryMarshal.GetReference(_memory.Slice(_data, DataBytes));
        foreach (uint offset in _offsets)
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref data, (nuint)offset), (ulong)offset);
    }

    public void Dispose()
    {
        _mmu.Dispose();
        _frames.Dispose();
        _memory.Dispose();
    }
}
