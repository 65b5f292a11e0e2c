using System.Numerics;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Kernel;

/// <summary>
/// An address space without an MMU: every address is a physical address, every area a contiguous block of frames, filled at
/// once. There are no page tables and no faults.
/// </summary>
/// <remarks>
/// Source: mm/nommu.c and fs/binfmt_elf_fdpic.c, v2.6.32. A program linked for a fixed address runs only if that address is
/// free RAM; the real loader wants position-independent (FDPIC) programs.
/// </remarks>
public sealed class FlatAddressSpace : AddressSpace
{
    private readonly Dictionary<VirtualMemoryArea, List<PhysicalAddress>> _blocks = [];
    private readonly ulong _stackBytes;

    /// <summary>Makes an address space that holds nothing.</summary>
    public FlatAddressSpace(FrameAllocator frames, PageCache pageCache, KernelEra era, ulong stackLimitBytes, ulong stackBytes)
        : base(frames, pageCache, era, stackLimitBytes) => _stackBytes = stackBytes;

    /// <inheritdoc/>
    public override Errno Map(in MapRequest request, out VirtualAddress at)
    {
        at = request.Address;
        if (request.Bytes == 0 || request.Offset % PageBytes != 0 || at.Value % PageBytes != 0)
            return Errno.EINVAL;
        if (!TryRoundUp(request.Bytes, out ulong bytes))
            return Errno.ENOMEM;
        if (request.Offset + bytes < request.Offset)
            return Errno.EOVERFLOW;
        AreaFlags flags = request.Protection | (request.Protection.HasFlag(AreaFlags.Write) ? AreaFlags.Account : 0);
        bool fixedPlace = (request.Flags & (MapFlags.Fixed | MapFlags.FixedNoReplace)) != 0;
        if (fixedPlace && Overlaps(at, at + bytes))
            return Errno.EINVAL;    // validate_mmap_request(), mm/nommu.c, which refuses any fixed place in RAM
        Errno error = fixedPlace ? TakeRange(at, bytes, flags, request.File, out _) : TakeBlock(bytes, flags, request.File, out at);
        if (error.Failed() || request.File is null)
            return error;
        Fill(request.File, request.Offset, new PhysicalAddress(at.Value), bytes);
        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno Unmap(VirtualAddress start, ulong bytes)
    {
        if (Find(start) is not { } area || area.Start != start)
            return Errno.EINVAL;    // a block is given back whole
        Release(area);
        return Errno.None;
    }

    /// <inheritdoc/>
    /// <remarks>There is no protection without an MMU, and no such call.</remarks>
    public override Errno Protect(VirtualAddress start, ulong bytes, AreaFlags protection) => Errno.ENOSYS;

    /// <inheritdoc/>
    /// <remarks>A block is as long as it is.</remarks>
    public override Errno Remap(VirtualAddress start, ulong oldBytes, ulong newBytes, bool mayMove, VirtualAddress? target, out VirtualAddress at)
    {
        at = start;
        if (Find(start) is not { } area || area.Start != start)
            return Errno.EINVAL;
        return newBytes <= area.Bytes && target is null ? Errno.None : Errno.ENOMEM;
    }

    /// <inheritdoc/>
    public override Errno Discard(VirtualAddress start, ulong bytes) => Errno.ENOSYS;

    /// <inheritdoc/>
    public override Errno Advise(VirtualAddress start, ulong bytes, AreaFlags set, AreaFlags clear) => Errno.ENOSYS;

    /// <inheritdoc/>
    public override Errno Synchronize(VirtualAddress start, ulong bytes) => Errno.ENOSYS;

    /// <inheritdoc/>
    /// <remarks>The break cannot move: what lies behind it belongs to somebody else.</remarks>
    public override VirtualAddress SetBreak(VirtualAddress wanted) => BrkEnd;

    /// <inheritdoc/>
    public override Errno HandleFault(VirtualAddress va, AccessKind access) => Errno.EFAULT;

    /// <inheritdoc/>
    /// <remarks>Two programs cannot have the same addresses; there is only vfork.</remarks>
    public override Errno CopyTo(AddressSpace child) => Errno.ENOSYS;

    /// <inheritdoc/>
    public override Errno MapBreak(VirtualAddress start, ulong bytes, AreaFlags extra)
    {
        if (!TryRoundUp(bytes, out ulong rounded))
            return Errno.ENOMEM;
        return rounded == 0 ? Errno.None : TakeRange(start, rounded, AreaFlags.Read | AreaFlags.Write | AreaFlags.Account | extra, null, out _);
    }

    /// <inheritdoc/>
    /// <remarks>The stack goes where a block is free, with room for the program below its arguments; the wished place only gives the size.</remarks>
    public override Errno InsertStack(VirtualAddress start, VirtualAddress end, AreaFlags flags, out VirtualMemoryArea area)
    {
        TryRoundUp(end - start + _stackBytes, out ulong bytes);
        Errno error = TakeBlock(bytes, flags, null, out VirtualAddress at);
        area = error.Failed() ? new VirtualMemoryArea() : Find(at)!;
        return error;
    }

    /// <inheritdoc/>
    public override Errno ExpandStack(VirtualMemoryArea area, VirtualAddress address) => address >= area.Start ? Errno.None : Errno.ENOMEM;

    /// <inheritdoc/>
    public override Errno InsertArgumentPage(VirtualMemoryArea stack, VirtualAddress va, PhysicalAddress frame)
    {
        Memory.Slice(frame, (int)PageBytes).CopyTo(Memory.Slice(new PhysicalAddress(va.Value), (int)PageBytes));
        Frames.Release(frame);
        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno MapSpecial(string name, VirtualAddress at, IReadOnlyList<PhysicalAddress> frames, AreaFlags flags) => Errno.EINVAL;

    /// <inheritdoc/>
    public override Errno FindRoom(VirtualAddress hint, ulong bytes, ulong alignMask, ulong offset, out VirtualAddress at)
    {
        at = default;
        return Errno.ENOMEM;    // nothing is searched for: blocks come from the allocator
    }

    /// <inheritdoc/>
    public override Errno GetPage(VirtualAddress va, bool write, out PhysicalAddress frame) => TryPeek(va, out frame) ? Errno.None : Errno.EFAULT;

    /// <inheritdoc/>
    public override bool TryPeek(VirtualAddress va, out PhysicalAddress frame)
    {
        frame = new PhysicalAddress(PageStart(va).Value);
        return Find(va) is { } area && area.Contains(va);
    }

    /// <inheritdoc/>
    public override void Destroy()
    {
        while (AreaList.Count > 0)
            Release(AreaList[^1]);
        base.Destroy();
    }

    /// <summary>Reads a file into a block, which may be larger than one span can be; what lies behind the end of the file stays zero.</summary>
    private void Fill(GuestFile file, ulong offset, PhysicalAddress at, ulong bytes)
    {
        const ulong Piece = 1UL << 30;
        for (ulong done = 0; done < bytes && offset + done < (ulong)file.Length; done += Piece)
            file.Read((long)(offset + done), Memory.Slice(at + done, (int)Math.Min(Piece, bytes - done)));
    }

    private Errno TakeRange(VirtualAddress at, ulong bytes, AreaFlags flags, GuestFile? file, out VirtualMemoryArea area)
    {
        area = Area(at, bytes, flags, file);
        if (!Frames.TryAllocateRange(new PhysicalAddress(at.Value), bytes, FrameUse.Kernel))
            return Errno.ENOMEM;
        List<PhysicalAddress> blocks = [];
        for (ulong offset = 0; offset < bytes; offset += PageBytes)
            blocks.Add(new PhysicalAddress(at.Value + offset));
        Own(area, blocks);
        return Errno.None;
    }

    private Errno TakeBlock(ulong bytes, AreaFlags flags, GuestFile? file, out VirtualAddress at)
    {
        int order = BitOperations.Log2((bytes - 1) >> PageShift) + ((bytes - 1) >> PageShift == 0 ? 0 : 1);
        at = default;
        if (!Frames.TryAllocate(order, FrameUse.Kernel, out PhysicalAddress block))
            return Errno.ENOMEM;
        at = new VirtualAddress(block.Value);
        Own(Area(at, bytes, flags, file), [block]);
        return Errno.None;
    }

    private VirtualMemoryArea Area(VirtualAddress at, ulong bytes, AreaFlags flags, GuestFile? file) =>
        new() { Start = at, End = at + bytes, Flags = flags, File = file, PageOffset = at.Value >> PageShift };

    private void Own(VirtualMemoryArea area, List<PhysicalAddress> blocks)
    {
        Insert(area);
        _blocks.Add(area, blocks);
    }

    private void Release(VirtualMemoryArea area)
    {
        foreach (PhysicalAddress block in _blocks[area])
            Frames.Release(block);
        _blocks.Remove(area);
        AreaList.Remove(area);
    }
}
