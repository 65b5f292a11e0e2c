using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Kernel;

/// <summary>The shared kernel model on one machine: memory, page cache, and the making of address spaces.</summary>
public abstract class LinuxKernel : IDisposable
{
    private protected LinuxKernel(KernelProfile profile, PhysicalMemory memory, Recorder? recorder)
    {
        Profile = profile;
        Memory = memory;
        Recorder = recorder;
        Frames = new FrameAllocator(memory, profile.Tree.PageShift);
        PageCache = new PageCache(Frames);
        if (!Frames.TryAllocate(0, FrameUse.Kernel, out PhysicalAddress zero))
            throw new ArgumentException($"guest memory of {memory.Bytes} bytes has no frame to spare for the kernel's zero page; give at least two pages", nameof(memory));
        ZeroPage = zero;
    }

    /// <summary>What kernel this is, and where it puts things.</summary>
    public KernelProfile Profile { get; }

    /// <summary>Guest RAM.</summary>
    public PhysicalMemory Memory { get; }

    /// <summary>Page frames.</summary>
    public FrameAllocator Frames { get; }

    /// <summary>Pages of files.</summary>
    public PageCache PageCache { get; }

    /// <summary>Takes events, if anybody watches.</summary>
    public Recorder? Recorder { get; }

    /// <summary>Where the kernel's bugs are told.</summary>
    public Oops Oops { get; } = new();

    /// <summary>What happens when memory runs out; null, as usual, when allocations fail at once then.</summary>
    public MemoryPressure? Pressure { get; private set; }

    /// <summary>The shared frame of zeros.</summary>
    public PhysicalAddress ZeroPage { get; }

    /// <summary>Gives the machine other tasks, and swap; call it before the first address space is made.</summary>
    /// <param name="swapPages">Pages that swap takes; 0 for no swap.</param>
    /// <param name="otherTasks">Pages of each other task, oldest task first.</param>
    /// <exception cref="NotSupportedException">There is no MMU, or the plugin does not know how entries of swapped pages look.</exception>
    /// <exception cref="InsufficientMemoryException">The other tasks alone do not fit.</exception>
    public void Press(int swapPages, IReadOnlyList<long> otherTasks)
    {
        CheckPressure(Profile);
        Pressure = new MemoryPressure(Frames, Profile.Era, swapPages > 0 ? new SwapArea(swapPages) : null, otherTasks, Recorder);
    }

    /// <summary>Holds that pages of a kernel can go to swap and migrate.</summary>
    /// <exception cref="NotSupportedException">They cannot; the message says why.</exception>
    internal static void CheckPressure(KernelProfile profile)
    {
        if (!profile.HasMmu || profile.SwapEntries is null)
            throw new NotSupportedException(profile.HasMmu ? "this architecture does not say how entries of swapped pages look" : "without an MMU there is neither swap nor migration of pages");
    }

    /// <summary>Makes an empty address space (<c>mm_alloc()</c>): with an MMU, a tree of its top table only.</summary>
    /// <param name="stackLimitBytes">RLIMIT_STACK.</param>
    /// <param name="stackBytes">Without an MMU: bytes of stack below the arguments.</param>
    /// <param name="space">The address space.</param>
    /// <returns>ENOMEM when the top table could not be allocated.</returns>
    public abstract Errno CreateAddressSpace(ulong stackLimitBytes, ulong stackBytes, out AddressSpace? space);

    /// <summary>Copies an address space for a child (<c>dup_mm()</c>).</summary>
    /// <returns>ENOMEM when a table could not be allocated, ENOSYS without an MMU; everything taken was given back then.</returns>
    public Errno Fork(AddressSpace parent, out AddressSpace? child)
    {
        ArgumentNullException.ThrowIfNull(parent);
        child = null;
        if (!Profile.HasMmu)
            return Errno.ENOSYS;
        if (CreateAddressSpace(parent.StackLimitBytes, 0, out child) is var error && error.Failed())
            return error;
        error = parent.CopyTo(child!);
        if (!error.Failed())
            return Errno.None;
        child!.Destroy();
        child = null;
        return error;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Frames.Dispose();
        Memory.Dispose();
        GC.SuppressFinalize(this);
    }
}
