using System.Buffers.Binary;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Execution;

/// <summary>
/// Accesses that the acceleration TLB cannot make at once: it asks the translator, fills the TLB, takes accesses over the end of a page
/// apart, and keeps stores away from pages that blocks were made from.
/// </summary>
internal sealed unsafe class SlowAccess(PhysicalMemory memory, IAddressTranslator translator, EngineState* state, int pageShift)
{
    private const int GrowAt = 4;       // times as many entries taken as there are

    private readonly ulong _pageBytes = 1UL << pageShift;
    private (ulong Address, AccessKind Access, int Bytes) _toldLast;
    private bool _silent;
    private int _shift = EngineState.SmallestTlbShift, _fills;     // log2 of the TLB's entries; entries taken since it was emptied

    /// <summary>Who is told of accesses in observed blocks.</summary>
    public IAccessObserver? Observer { get; set; }

    /// <summary>The last access failed only because it would change bytes that blocks were made from.</summary>
    public bool WouldChangeCode { get; private set; }

    /// <summary>The page, in physical memory, of that access.</summary>
    public PhysicalAddress CodePage { get; private set; }

    /// <summary>Misses of the acceleration TLB.</summary>
    public long Misses { get; private set; }

    public bool TryLoad<TMode>(ulong address, int bytes, out ulong value)
        where TMode : struct, IExecutionMode
    {
        Span<byte> data = stackalloc byte[8];
        if (!TryRead<TMode>(address, data[..bytes]))
        {
            value = 0;
            return false;
        }
        value = bytes switch
        {
            1 => data[0],
            2 => TMode.Order(BinaryPrimitives.ReadUInt16LittleEndian(data)),
            4 => TMode.Order(BinaryPrimitives.ReadUInt32LittleEndian(data)),
            _ => TMode.Order(BinaryPrimitives.ReadUInt64LittleEndian(data)),
        };
        return true;
    }

    public bool TryLoad128<TMode>(ulong address, ulong* to)
        where TMode : struct, IExecutionMode
    {
        Span<byte> data = stackalloc byte[16];
        if (!TryRead<TMode>(address, data))
            return false;
        to[0] = TMode.Order(BinaryPrimitives.ReadUInt64LittleEndian(data));
        to[1] = TMode.Order(BinaryPrimitives.ReadUInt64LittleEndian(data[8..]));
        return true;
    }

    public bool TryStore<TMode>(ulong address, int bytes, ulong value)
        where TMode : struct, IExecutionMode
    {
        Span<byte> data = stackalloc byte[8];
        switch (bytes)
        {
            case 1:
                data[0] = (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(data, TMode.Order((ushort)value));
                break;
            case 4:
                BinaryPrimitives.WriteUInt32LittleEndian(data, TMode.Order((uint)value));
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(data, TMode.Order(value));
                break;
        }
        return TryWrite<TMode>(address, data[..bytes]);
    }

    public bool TryStore128<TMode>(ulong address, ulong first, ulong second)
        where TMode : struct, IExecutionMode
    {
        Span<byte> data = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(data, TMode.Order(first));
        BinaryPrimitives.WriteUInt64LittleEndian(data[8..], TMode.Order(second));
        return TryWrite<TMode>(address, data);
    }

    /// <summary>Whether a store could be made; changes nothing but what the machine marks in its tables.</summary>
    public bool TryProbe<TMode>(ulong address, int bytes)
        where TMode : struct, IExecutionMode =>
        TryAim<TMode>(address, bytes, AccessKind.Write, out _, out _, out _);

    public void Observe(ulong address, AccessKind access, int bytes)
    {
        if (_silent)
        {
            _silent = (address, access, bytes) != _toldLast;
            return;
        }
        _toldLast = (address, access, bytes);
        Observer?.Access(new VirtualAddress(address), access, bytes);
    }

    /// <summary>
    /// An access faults. It may be one that is not told of when it succeeds: a look whether what is going to be read may be written, too.
    /// </summary>
    public void ObserveFault(in CpuStop stop)
    {
        if (Observer is null || _silent || stop.Kind != CpuStopKind.PageFault)
            return;
        bool told = stop.Fault.Access == _toldLast.Access && stop.Address - _toldLast.Address < (ulong)_toldLast.Bytes;
        if (!told)
            Observe(stop.Address, stop.Fault.Access, 1);
    }

    /// <summary>The instruction that was told of last is done again for reasons that the machine does not have: what it was heard to access is not told twice.</summary>
    public void BeginRepeat() => _silent = Observer is not null;

    /// <summary>It is done.</summary>
    public void EndRepeat() => _silent = false;

    /// <summary>The physical address of an instruction, or false with the stop in the state.</summary>
    public bool TryFetch(ulong pc, out PhysicalAddress found)
    {
        WouldChangeCode = false;
        TlbEntry* entry = EntryOf(pc);
        if (entry->FetchTag == (pc & state->PageMask))
        {
            found = memory.Vouched.AddressOf(pc + entry->Addend);
            return true;
        }
        return TryTranslate(pc, AccessKind.Fetch, out found);
    }

    /// <summary>Forgets every translation, and makes the TLB small when it has not been filled since the last time: forgetting a large one costs.</summary>
    public void Flush()
    {
        if (_fills < 1 << EngineState.SmallestTlbShift)
            _shift = EngineState.SmallestTlbShift;
        Empty();
    }

    /// <summary>Forgets one page.</summary>
    public void Flush(ulong address)
    {
        *EntryOf(address) = new TlbEntry(ulong.MaxValue, 0);
        ForgetNear();
    }

    /// <summary>Stores to a page of physical memory have to come by here from now on.</summary>
    public void ForgetStores(PhysicalAddress page)
    {
        ulong host = memory.Vouched.HostAddressOf(page);
        for (int i = 0; i < 1 << _shift; i++)
        {
            TlbEntry* entry = state->Tlb + i;
            if (entry->WriteTag != ulong.MaxValue && entry->WriteTag + entry->Addend == host)
                entry->WriteTag = ulong.MaxValue;
        }
        ForgetNear();
    }

    private bool TryRead<TMode>(ulong address, Span<byte> data)
        where TMode : struct, IExecutionMode
    {
        if (!TryAim<TMode>(address, data.Length, AccessKind.Read, out int before, out PhysicalAddress first, out PhysicalAddress second))
            return false;
        memory.Slice(first, before).CopyTo(data);
        if (before < data.Length)
            memory.Slice(second, data.Length - before).CopyTo(data[before..]);
        return true;
    }

    private bool TryWrite<TMode>(ulong address, ReadOnlySpan<byte> data)
        where TMode : struct, IExecutionMode
    {
        if (!TryAim<TMode>(address, data.Length, AccessKind.Write, out int before, out PhysicalAddress first, out PhysicalAddress second))
            return false;
        data[..before].CopyTo(memory.Slice(first, before));
        if (before < data.Length)
            data[before..].CopyTo(memory.Slice(second, data.Length - before));
        return true;
    }

    /// <summary>Translates all of an access before any of it is made.</summary>
    private bool TryAim<TMode>(ulong address, int bytes, AccessKind access, out int before, out PhysicalAddress first, out PhysicalAddress second)
        where TMode : struct, IExecutionMode
    {
        WouldChangeCode = false;
        before = bytes;
        second = default;
        if (TMode.TrapsUnaligned && (address & (ulong)(bytes - 1)) != 0)
        {
            first = default;
            state->Stop = new CpuStop(CpuStopKind.Unaligned, 0, (int)access, address, default);
            return false;
        }
        if (!TryTranslate(address, access, out first))
            return false;
        ulong room = _pageBytes - (address & (_pageBytes - 1));
        if ((ulong)bytes <= room)
            return true;
        before = (int)room;
        return TryTranslate(TMode.Wrap(address + room), access, out second);
    }

    private bool TryTranslate(ulong address, AccessKind access, out PhysicalAddress found)
    {
        Misses++;
        VirtualAddress va = new(address);
        if (!translator.TryTranslate(va, access, out found, out PageFault fault))
        {
            state->Stop = new CpuStop(CpuStopKind.PageFault, 0, 0, address, fault);
            return false;
        }
        PhysicalAddress page = found.AlignDown(_pageBytes);
        if (access == AccessKind.Write && memory.Watched.Contains(page))
        {
            WouldChangeCode = true;
            CodePage = page;
            return false;
        }
        if (!memory.Contains(page, _pageBytes))
            return true;    // the last page of guest memory may be a piece of one: always by here, never at once
        TlbEntry* entry = EntryOf(address);
        ulong tag = address & state->PageMask, addend = memory.Vouched.HostAddressOf(page) - tag;
        if (entry->Addend != addend || (entry->ReadTag != tag && entry->WriteTag != tag && entry->FetchTag != tag))
            entry = Fill(address, addend);
        switch (access)
        {
            case AccessKind.Read:
                entry->ReadTag = tag;
                break;
            case AccessKind.Write:
                entry->WriteTag = tag;
                break;
            default:
                entry->FetchTag = tag;
                break;
        }
        return true;
    }

    private TlbEntry* EntryOf(ulong address) => (TlbEntry*)((byte*)state->Tlb + ((address >> state->SlotShift) & state->TlbByteMask));

    /// <summary>Takes an entry for a page. When most of what is filled drives out something else, the TLB is too small for what the program works on, and grows.</summary>
    private TlbEntry* Fill(ulong address, ulong addend)
    {
        if (++_fills > GrowAt << _shift && _shift < EngineState.LargestTlbShift)
        {
            _shift += 2;
            Empty();
        }
        TlbEntry* entry = EntryOf(address);
        *entry = new TlbEntry(ulong.MaxValue, addend);
        return entry;
    }

    private void Empty()
    {
        _fills = 0;
        state->TlbByteMask = ((1UL << _shift) - 1) << TlbEntry.Log2Bytes;
        new Span<TlbEntry>(state->Tlb, 1 << _shift).Fill(new TlbEntry(ulong.MaxValue, 0));
        ForgetNear();
    }

    /// <summary>Copies of entries must not outlive them; another page in an entry's place does them no harm.</summary>
    private void ForgetNear() => new Span<TlbEntry>((byte*)state + EngineState.NearOf(0), EngineState.NearCount).Fill(new TlbEntry(ulong.MaxValue, 0));
}
