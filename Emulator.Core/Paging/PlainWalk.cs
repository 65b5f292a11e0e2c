using System.Runtime.CompilerServices;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// The common walk as data: masks that the codec works out once for a root, so that a level costs a shift, a load and a
/// comparison. It knows when it does not know: whatever is not plain (a fault, a large page, an accessed bit to be set above
/// level 0) it leaves, untouched, to <see cref="PageTableWalker{TCodec}"/>, whose answers it never contradicts.
/// </summary>
public sealed class PlainWalk<TCodec>
    where TCodec : struct, IPageTableEntryCodec
{
    private const int AccessKinds = 3;

    private readonly PhysicalMemory _memory;
    private readonly PageTableGeometry _tree;
    private readonly Step[][] _steps = new Step[AccessKinds][];     // for each access, the levels from the top
    private PhysicalAddress _root;
    private ulong _lastAddress;
    private int _depth;

    /// <summary>Makes room for the masks; <see cref="Load"/> fills them in.</summary>
    public PlainWalk(PhysicalMemory memory, PageTableGeometry tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        _memory = memory;
        _tree = tree;
        for (int access = 0; access < AccessKinds; access++)
            _steps[access] = [new Step(tree[0], PlainEntry.None)];
    }

    /// <summary>Works out what is plain from this root under these controls.</summary>
    public void Load(ulong rootRegister, in MmuControls controls)
    {
        _root = TCodec.DecodeRoot(rootRegister, _tree, controls, out _depth);
        bool possible = TCodec.TryPlainReach(rootRegister, _tree, _depth, out VirtualAddress last);
        _lastAddress = last.Value;
        for (int level = 0; level < _depth; level++)
            possible &= _tree[level].EntryBytes == 8;
        if (!possible)
        {
            _depth = 1;
            _lastAddress = 0;
        }
        for (int access = 0; access < AccessKinds; access++)
        {
            Step[] steps = _steps[access].Length == _depth ? _steps[access] : new Step[_depth];
            for (int level = 0; level < _depth; level++)
                steps[_depth - 1 - level] = new Step(_tree[level], possible ? TCodec.Plain(level, (AccessKind)access, controls) : PlainEntry.None);
            _steps[access] = steps;
        }
    }

    /// <summary>Walks for one access; sets accessed and dirty bits of the leaf where the machine does.</summary>
    /// <returns>False when the exact walk has to be made; nothing was written then.</returns>
    public bool TryWalk(VirtualAddress va, AccessKind access, out PhysicalAddress found)
    {
        Unsafe.SkipInit(out found);
        if (va.Value > _lastAddress)
            return false;
        EntryReader entries = _memory.Entries;
        PhysicalAddress table = _root, at = default;
        ulong entry = 0;
        foreach (ref readonly Step step in _steps[(int)access].AsSpan())
        {
            at = table + ((va.Value >> step.Shift) & step.IndexMask);
            if (!entries.TryRead(at, TCodec.EntryOrder, out entry) || (entry & step.Mask) != step.Value)
                return false;
            table = new PhysicalAddress(entry & step.Target);
        }
        if (TCodec.HardwareUpdatesEntries)
        {
            ulong marked = TCodec.MarkUsed(entry, leaf: true, access);
            if (marked != entry)
                _memory.WriteEntry(at, 8, TCodec.EntryOrder, marked);
        }
        found = table + (va.Value & _tree.OffsetMask);
        return true;
    }

    /// <summary>One level, 32 bytes: where its entry is, and how it has to look.</summary>
    private readonly struct Step(in PageTableLevel level, PlainEntry plain)
    {
        public readonly ulong Mask = plain.Mask, Value = plain.Value, Target = plain.Target;
        public readonly uint IndexMask = (uint)(level.Entries - 1) * 8;
        public readonly byte Shift = (byte)(level.Shift - 3);
    }
}
