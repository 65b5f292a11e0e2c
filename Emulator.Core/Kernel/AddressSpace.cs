using System.Numerics;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Kernel;

/// <summary>
/// An address space (<c>mm_struct</c>): virtual memory areas in order of address, and memory behind them. With an MMU that
/// is a page-table tree filled on demand (<see cref="PagedAddressSpace"/>), without one it is physical memory itself
/// (<see cref="FlatAddressSpace"/>); execve uses both through this base alone.
/// </summary>
public abstract class AddressSpace
{
    private readonly List<KeptFile> _files = [];

    private protected AddressSpace(FrameAllocator frames, PageCache pageCache, KernelEra era, ulong stackLimitBytes)
    {
        Frames = frames;
        PageCache = pageCache;
        Era = era;
        StackLimitBytes = stackLimitBytes;
    }

    /// <summary>The areas, ascending.</summary>
    public IReadOnlyList<VirtualMemoryArea> Areas => AreaList;

    /// <summary>Where frames come from.</summary>
    public FrameAllocator Frames { get; }

    /// <summary>The kernel's rules.</summary>
    public KernelEra Era { get; }

    /// <summary>Where the kernel's bugs are told.</summary>
    public Oops Oops { get; init; } = new();

    /// <summary>RLIMIT_STACK in bytes; <see cref="ulong.MaxValue"/> for unlimited.</summary>
    public ulong StackLimitBytes { get; set; }

    /// <summary>RLIMIT_AS in bytes; <see cref="ulong.MaxValue"/> for unlimited.</summary>
    public ulong AddressLimitBytes { get; set; } = ulong.MaxValue;

    /// <summary>RLIMIT_DATA in bytes, for the break; <see cref="ulong.MaxValue"/> for unlimited.</summary>
    public ulong DataLimitBytes { get; set; } = ulong.MaxValue;

    /// <summary>The tree; null without an MMU.</summary>
    public virtual PageTables? Tables => null;

    /// <summary>Page size in bytes.</summary>
    public ulong PageBytes => (ulong)Frames.PageBytes;

    /// <summary>log2 of the page size.</summary>
    public int PageShift => Frames.PageShift;

    /// <summary>TASK_SIZE: no mapping may end above it.</summary>
    public ulong TaskSize { get; set; } = ulong.MaxValue;

    /// <summary>Where a top-down search for room ends, or a bottom-up one begins.</summary>
    public VirtualAddress MmapBase { get; set; }

    /// <summary>Where a bottom-up search begins when a top-down one found nothing.</summary>
    public VirtualAddress UnmappedBase { get; set; }

    /// <summary>Room is searched for from <see cref="MmapBase"/> downwards.</summary>
    public bool TopDown { get; set; }

    /// <summary>Added to the flags of memory that belongs to the break or to bss.</summary>
    public AreaFlags BreakFlags { get; set; }

    /// <summary>Address that a wished mapping may not lie across (DEFAULT_MAP_WINDOW); 0 for none.</summary>
    public ulong MapWindow { get; set; }

    /// <summary>Mask in bytes that the place of a file mapping is aligned by; 0 for page alignment.</summary>
    public ulong FileAlignMask { get; set; }

    /// <summary>Lowest break.</summary>
    public VirtualAddress StartBrk { get; set; }

    /// <summary>The break.</summary>
    public VirtualAddress BrkEnd { get; set; }

    /// <summary>The stack pointer the program started with.</summary>
    public VirtualAddress StartStack { get; set; }

    /// <summary>Lowest byte of the argument strings.</summary>
    public VirtualAddress ArgStart { get; set; }

    /// <summary>Bytes of all areas (<c>total_vm</c>).</summary>
    public ulong MappedBytes
    {
        get
        {
            ulong bytes = 0;
            foreach (VirtualMemoryArea area in AreaList)
                bytes += area.Bytes;
            return bytes;
        }
    }

    /// <summary>Calls of <c>handle_mm_fault()</c> on this address space.</summary>
    public long Faults { get; private protected set; }

    /// <summary>Anonymous pages (MM_ANONPAGES, anon_rss).</summary>
    public long AnonymousPages { get; private protected set; }

    /// <summary>Anonymous pages that are on swap (MM_SWAPENTS).</summary>
    public long SwappedPages { get; private protected set; }

    /// <summary>Pages of files (MM_FILEPAGES, file_rss).</summary>
    public long FilePages { get; private protected set; }

    /// <summary>Resident pages (<c>get_mm_rss()</c>); those without a struct page of their own, as the zero page, do not count.</summary>
    public long ResidentPages => AnonymousPages + FilePages;

    /// <summary>Account of frames that faults fill: argument pages until execve passes its point of no return, then anonymous.</summary>
    public FrameUse FrameOwner { get; private protected set; } = FrameUse.Anonymous;

    private protected PageCache PageCache { get; }

    private protected List<VirtualMemoryArea> AreaList { get; } = [];

    private protected PhysicalMemory Memory => Frames.Memory;

    /// <summary>Finds the first area that ends above <paramref name="va"/> (<c>find_vma()</c>); it may begin above it too.</summary>
    public VirtualMemoryArea? Find(VirtualAddress va)
    {
        int index = IndexAbove(va);
        return index < AreaList.Count ? AreaList[index] : null;
    }

    /// <summary>Maps memory (<c>mmap()</c>).</summary>
    /// <param name="request">What and where.</param>
    /// <param name="at">Where it went.</param>
    public abstract Errno Map(in MapRequest request, out VirtualAddress at);

    /// <summary>Takes mappings away (<c>munmap()</c>); areas are split at the ends of the range.</summary>
    public abstract Errno Unmap(VirtualAddress start, ulong bytes);

    /// <summary>Changes the protection of a range (<c>mprotect()</c>).</summary>
    /// <returns>ENOMEM when part of the range is not mapped; areas before the gap are changed then. EACCES where a file does not allow it.</returns>
    public abstract Errno Protect(VirtualAddress start, ulong bytes, AreaFlags protection);

    /// <summary>Moves or resizes a mapping (<c>mremap()</c>).</summary>
    /// <param name="start">Where it is.</param>
    /// <param name="oldBytes">Its length.</param>
    /// <param name="newBytes">The length it shall have.</param>
    /// <param name="mayMove">Whether it may go elsewhere when it cannot grow in place.</param>
    /// <param name="target">Where it has to go; null where there is no such wish.</param>
    /// <param name="at">Where it is afterwards.</param>
    public abstract Errno Remap(VirtualAddress start, ulong oldBytes, ulong newBytes, bool mayMove, VirtualAddress? target, out VirtualAddress at);

    /// <summary>Gives the pages of a range back; what is read there next is zero, or the file (<c>madvise(MADV_DONTNEED)</c>).</summary>
    /// <returns>ENOMEM when part of the range is not mapped; the rest is done.</returns>
    public abstract Errno Discard(VirtualAddress start, ulong bytes);

    /// <summary>Changes what a child gets of a range (<c>madvise(MADV_DONTFORK)</c> and its like).</summary>
    /// <param name="start">First address.</param>
    /// <param name="bytes">Length.</param>
    /// <param name="set">Flags to set.</param>
    /// <param name="clear">Flags to clear.</param>
    public abstract Errno Advise(VirtualAddress start, ulong bytes, AreaFlags set, AreaFlags clear);

    /// <summary>Writes what shared mappings of files have changed back to the files (<c>msync()</c>).</summary>
    /// <returns>ENOMEM when part of the range is not mapped; the rest is done.</returns>
    public abstract Errno Synchronize(VirtualAddress start, ulong bytes);

    /// <summary>Sets the break (<c>brk()</c>).</summary>
    /// <returns>The break afterwards: the old one when the new is refused.</returns>
    public abstract VirtualAddress SetBreak(VirtualAddress wanted);

    /// <summary>Handles a page fault (<c>handle_mm_fault()</c> with the tests of the architecture's handler before it).</summary>
    /// <returns>None when the access can be repeated; EFAULT for SIGSEGV, EIO for SIGBUS, ENOMEM.</returns>
    public abstract Errno HandleFault(VirtualAddress va, AccessKind access);

    /// <summary>Fills a new address space with copies of all areas (<c>dup_mmap()</c>).</summary>
    /// <param name="child">Made by the same kernel, with nothing in it.</param>
    /// <returns>ENOMEM when a table could not be allocated: the child is then only fit to be destroyed. ENOSYS without an MMU.</returns>
    public abstract Errno CopyTo(AddressSpace child);

    /// <summary>Maps zeroed memory at a fixed place and merges it with its neighbours (<c>vm_brk_flags()</c>).</summary>
    public abstract Errno MapBreak(VirtualAddress start, ulong bytes, AreaFlags extra);

    /// <summary>Puts an area for the stack at [<paramref name="start"/>, <paramref name="end"/>).</summary>
    public abstract Errno InsertStack(VirtualAddress start, VirtualAddress end, AreaFlags flags, out VirtualMemoryArea area);

    /// <summary>Grows an area downwards to <paramref name="address"/> (<c>expand_stack()</c>).</summary>
    /// <returns>ENOMEM beyond the stack limit or into the guard gap of the area below.</returns>
    public abstract Errno ExpandStack(VirtualMemoryArea area, VirtualAddress address);

    /// <summary>Gives an argument page that execve kept elsewhere its place in the stack; the address space owns the frame then.</summary>
    public abstract Errno InsertArgumentPage(VirtualMemoryArea stack, VirtualAddress va, PhysicalAddress frame);

    /// <summary>Maps pages of the kernel's own (vdso, vvar) at <paramref name="at"/>.</summary>
    public abstract Errno MapSpecial(string name, VirtualAddress at, IReadOnlyList<PhysicalAddress> frames, AreaFlags flags);

    /// <summary>Looks for room for a mapping (<c>get_unmapped_area()</c>).</summary>
    public Errno FindRoom(VirtualAddress hint, ulong bytes, out VirtualAddress at) => FindRoom(hint, bytes, 0, 0, out at);

    /// <summary>The same, at a place that agrees with <paramref name="offset"/> in the bits of <paramref name="alignMask"/>.</summary>
    public abstract Errno FindRoom(VirtualAddress hint, ulong bytes, ulong alignMask, ulong offset, out VirtualAddress at);

    /// <summary>
    /// The frame behind a user address, faulted in and, for a write, made private (<c>get_user_pages()</c>; also what the
    /// kernel's own access to user memory does).
    /// </summary>
    public abstract Errno GetPage(VirtualAddress va, bool write, out PhysicalAddress frame);

    /// <summary>The frame behind a user address if it is there already; nothing is changed.</summary>
    public abstract bool TryPeek(VirtualAddress va, out PhysicalAddress frame);

    /// <summary>The bytes of a page that can be read only after a fault, because it is on swap, on its way to another frame, or was not used since it came from there; nothing is changed.</summary>
    /// <returns>False when no fault would make it readable.</returns>
    public virtual bool TryReadAfterFault(VirtualAddress page, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        return false;
    }

    /// <summary>Takes over a file that is mapped here; it is closed with the last address space that has it.</summary>
    public void Keep(GuestFile file) => _files.Add(new KeptFile(file));

    /// <summary>Whether a mapping of so many bytes may be charged to memory (<c>__vm_enough_memory()</c>, heuristic overcommit).</summary>
    public bool MayCharge(ulong bytes)
    {
        ulong pages = bytes >> PageShift;
        long all = (long)(Memory.Bytes >> PageShift), free = Frames.FreeFrames + PageCache.Pages;
        return pages <= (ulong)(Era.ChargesAgainstAllMemory ? all : free);
    }

    /// <summary>Gives back everything; the address space is gone.</summary>
    public virtual void Destroy()
    {
        foreach (KeptFile file in _files)
            file.Release();
        _files.Clear();
    }

    /// <summary>Copies what is not in areas: limits, places, files.</summary>
    private protected void CopyBooksTo(AddressSpace child)
    {
        (child.TaskSize, child.MmapBase, child.UnmappedBase, child.TopDown) = (TaskSize, MmapBase, UnmappedBase, TopDown);
        (child.BreakFlags, child.MapWindow, child.FileAlignMask) = (BreakFlags, MapWindow, FileAlignMask);
        (child.StartBrk, child.BrkEnd, child.StartStack, child.ArgStart) = (StartBrk, BrkEnd, StartStack, ArgStart);
        (child.StackLimitBytes, child.AddressLimitBytes, child.DataLimitBytes) = (StackLimitBytes, AddressLimitBytes, DataLimitBytes);
        foreach (KeptFile file in _files)
            child._files.Add(file.Share());
    }

    /// <summary>Closes a file that is mapped here no more.</summary>
    private protected void Forget(GuestFile file)
    {
        int index = _files.FindIndex(kept => kept.File == file);
        if (index < 0)
            return;
        _files[index].Release();
        _files.RemoveAt(index);
    }

    /// <summary>Moves all argument pages of the nascent address space to the account of anonymous memory.</summary>
    public virtual void AdoptArguments() => FrameOwner = FrameUse.Anonymous;

    /// <summary>Copies bytes to user memory (<c>copy_to_user()</c>).</summary>
    /// <returns>EFAULT where nothing is mapped or it is not writable; bytes before that are written.</returns>
    public Errno CopyOut(VirtualAddress to, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Errno error = Piece(to, bytes.Length, write: true, out Span<byte> piece);
            if (error.Failed())
                return error;
            bytes[..piece.Length].CopyTo(piece);
            bytes = bytes[piece.Length..];
            to += (ulong)piece.Length;
        }
        return Errno.None;
    }

    /// <summary>Copies bytes from user memory (<c>copy_from_user()</c>).</summary>
    public Errno CopyIn(VirtualAddress from, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Errno error = Piece(from, bytes.Length, write: false, out Span<byte> piece);
            if (error.Failed())
                return error;
            piece.CopyTo(bytes);
            bytes = bytes[piece.Length..];
            from += (ulong)piece.Length;
        }
        return Errno.None;
    }

    /// <summary>Clears user memory (<c>clear_user()</c>).</summary>
    public Errno Clear(VirtualAddress at, ulong bytes)
    {
        while (bytes > 0)
        {
            Errno error = Piece(at, (int)Math.Min(bytes, PageBytes), write: true, out Span<byte> piece);
            if (error.Failed())
                return error;
            piece.Clear();
            bytes -= (ulong)piece.Length;
            at += (ulong)piece.Length;
        }
        return Errno.None;
    }

    /// <summary>Length of a string in user memory, its NUL included (<c>strnlen_user()</c>).</summary>
    /// <returns>EFAULT where nothing is mapped, EINVAL when no NUL is found within <paramref name="limit"/> bytes.</returns>
    public Errno StringLength(VirtualAddress at, ulong limit, out ulong bytes)
    {
        bytes = 0;
        while (bytes < limit)
        {
            Errno error = Piece(at + bytes, (int)Math.Min(limit - bytes, PageBytes), write: false, out Span<byte> piece);
            if (error.Failed())
                return error;
            int nul = piece.IndexOf((byte)0);
            if (nul >= 0)
            {
                bytes += (ulong)nul + 1;
                return Errno.None;
            }
            bytes += (ulong)piece.Length;
        }
        return Errno.EINVAL;
    }

    private protected int IndexAbove(VirtualAddress va)
    {
        int low = 0, high = AreaList.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (AreaList[middle].End > va)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    private protected bool Overlaps(VirtualAddress start, VirtualAddress end) => Find(start) is { } area && area.Start < end;

    private protected void Insert(VirtualMemoryArea area) => AreaList.Insert(IndexAbove(area.Start), area);

    private protected VirtualAddress PageStart(VirtualAddress va) => va.AlignDown(PageBytes);

    private protected bool TryRoundUp(ulong bytes, out ulong rounded)
    {
        rounded = (bytes + PageBytes - 1) & ~(PageBytes - 1);
        return rounded >= bytes;
    }

    /// <summary>Whether a neighbour could be one area with a new mapping (<c>can_vma_merge_*</c>).</summary>
    private protected static bool AreAlike(VirtualMemoryArea area, AreaFlags flags, GuestFile? file) =>
        area.Flags == flags && area.File == file && area.SpecialName is null;

    /// <summary>A file, and how many address spaces have it.</summary>
    private sealed class KeptFile(GuestFile file)
    {
        private int _spaces = 1;

        public GuestFile File => file;

        public KeptFile Share()
        {
            _spaces++;
            return this;
        }

        public void Release()
        {
            if (--_spaces == 0)
                file.Dispose();
        }
    }

    private Errno Piece(VirtualAddress at, int wanted, bool write, out Span<byte> piece)
    {
        piece = default;
        Errno error = GetPage(at, write, out PhysicalAddress frame);
        if (error.Failed())
            return error == Errno.ENOMEM ? Errno.ENOMEM : Errno.EFAULT;
        if (write)
            Memory.Watched.Change(frame);
        int offset = (int)(at.Value & (PageBytes - 1));
        piece = Memory.Slice(frame + (ulong)offset, Math.Min(wanted, (int)PageBytes - offset));
        return Errno.None;
    }
}
