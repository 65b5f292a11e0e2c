using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Tracing;

namespace Emulator.Core.Exec;

/// <summary>Al Viro's proposal of 8 December 2009: the pages wait in a list and enter the address space once, where they stay. The same code with and without an MMU.</summary>
/// <remarks>
/// The list is what the proposal says: an array in bprm, then page-sized chunks of pointers, the last pointer of each leading
/// to the next. The chunks lie in guest memory and are counted. The stack limit, which nothing grows into here, is tested by
/// hand with the same rules as in place.
/// </remarks>
public sealed class StagedExec : IExecStrategy
{
    private PagePointers _pages = null!;

    /// <inheritdoc/>
    public string Name => "staged";

    /// <summary>Chunk pages taken so far.</summary>
    public long ChunkPages => _pages.ChunkPages;

    /// <inheritdoc/>
    public Errno Begin(BinaryParameters bprm)
    {
        _pages = new PagePointers(bprm.Space.Frames);
        bprm.P = bprm.Kernel.Profile.StackTopMax - BinaryParameters.KernelPointerBytes;
        return Errno.None;
    }

    /// <inheritdoc/>
    public bool TakesString(BinaryParameters bprm, ulong bytes) => bytes <= BinaryParameters.MaxStringPages * bprm.PageBytes;

    /// <inheritdoc/>
    public Errno GetPage(BinaryParameters bprm, ulong position, out PhysicalAddress frame)
    {
        long index = IndexOf(bprm, position);
        frame = default;
        if (index < _pages.Count)
        {
            frame = _pages[index];
            return Errno.None;
        }
        if (!bprm.StackMayBe((ulong)(index + 1) * bprm.PageBytes))
            return Errno.E2BIG;
        FrameAllocator frames = bprm.Space.Frames;
        if (!frames.TryAllocate(0, FrameUse.Argument, out frame))
            return Errno.ENOMEM;
        long chunks = ChunkPages;
        if (_pages.TryAdd(frame))
        {
            bprm.Kernel.Recorder?.Record(new TraceEvent(TraceEventKind.PageStaged, 0, new VirtualAddress(position / bprm.PageBytes * bprm.PageBytes), frame, Detail: (ulong)(ChunkPages - chunks)));
            return Errno.None;
        }
        frames.Release(frame);
        return Errno.ENOMEM;
    }

    /// <inheritdoc/>
    public Errno Commit(BinaryParameters bprm, VirtualAddress stackTop, AreaFlags flags)
    {
        ulong down = bprm.Kernel.Profile.StackTopMax - bprm.P, exec = bprm.Kernel.Profile.StackTopMax - bprm.Exec;
        ulong bytes = (ulong)_pages.Count * bprm.PageBytes;
        Errno error = bprm.Space.InsertStack(stackTop - bytes, stackTop, flags, out VirtualMemoryArea stack);
        if (error.Failed())
            return error;
        bprm.Stack = stack;
        bprm.P = stack.End.Value - down;
        bprm.Exec = stack.End.Value - exec;
        VirtualAddress va = stack.End;
        while (_pages.TryTake(out PhysicalAddress frame))
        {
            bprm.Kernel.Recorder?.Record(new TraceEvent(TraceEventKind.PageUnstaged, 0, va - bprm.PageBytes, frame));
            error = bprm.Space.InsertArgumentPage(stack, va -= bprm.PageBytes, frame);
            if (!error.Failed())
                continue;
            bprm.Space.Frames.Release(frame);
            return error;
        }
        return Errno.None;
    }

    /// <inheritdoc/>
    public void Abandon(BinaryParameters bprm)
    {
        while (_pages.TryTake(out PhysicalAddress frame))
        {
            bprm.Kernel.Recorder?.Record(new TraceEvent(TraceEventKind.PageUnstaged, 0, default, frame));
            bprm.Space.Frames.Release(frame);
        }
        _pages.GiveBackChunks();
    }

    /// <inheritdoc/>
    public long WaitingPages(BinaryParameters bprm) => _pages.Waiting;

    private static long IndexOf(BinaryParameters bprm, ulong position) =>
        (long)((bprm.Kernel.Profile.StackTopMax - 1 - position) / bprm.PageBytes);
}
