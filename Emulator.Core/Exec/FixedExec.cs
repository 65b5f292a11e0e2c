using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Tracing;

namespace Emulator.Core.Exec;

/// <summary>Linux until 2.6.22: an array of 32 page pointers in bprm, inserted once the stack's top is known.</summary>
/// <remarks>Source: fs/exec.c (<c>copy_strings</c>, <c>setup_arg_pages</c>, <c>install_arg_page</c>), v2.6.22. Limits are the array's own.</remarks>
public sealed class FixedExec : IExecStrategy
{
    /// <summary>MAX_ARG_PAGES.</summary>
    public const int MaxPages = 32;

    private readonly PhysicalAddress?[] _pages = new PhysicalAddress?[MaxPages];

    /// <inheritdoc/>
    public string Name => "fixed";

    /// <inheritdoc/>
    public Errno Begin(BinaryParameters bprm)
    {
        bprm.P = MaxPages * bprm.PageBytes - BinaryParameters.KernelPointerBytes;    // an offset, not an address
        return Errno.None;
    }

    /// <inheritdoc/>
    public bool TakesString(BinaryParameters bprm, ulong bytes) => bytes <= bprm.P;

    /// <inheritdoc/>
    public Errno GetPage(BinaryParameters bprm, ulong position, out PhysicalAddress frame)
    {
        ref PhysicalAddress? page = ref _pages[position / bprm.PageBytes];
        frame = default;
        if (page is null)
        {
            if (!bprm.Space.Frames.TryAllocate(0, FrameUse.Argument, out PhysicalAddress fresh))
                return Errno.ENOMEM;
            page = fresh;
            bprm.Kernel.Recorder?.Record(new TraceEvent(TraceEventKind.PageStaged, 0, new VirtualAddress(position / bprm.PageBytes * bprm.PageBytes), fresh));
        }
        frame = page.Value;
        return Errno.None;
    }

    /// <inheritdoc/>
    public Errno Commit(BinaryParameters bprm, VirtualAddress stackTop, AreaFlags flags)
    {
        ulong arrayBytes = MaxPages * bprm.PageBytes, first = bprm.P / bprm.PageBytes * bprm.PageBytes;
        Errno error = bprm.Space.InsertStack(stackTop - (arrayBytes - first), stackTop, flags, out VirtualMemoryArea stack);
        if (error.Failed())
            return error;
        bprm.Stack = stack;
        ulong rebase = stack.End.Value - arrayBytes;
        bprm.P += rebase;
        bprm.Exec += rebase;
        for (int i = 0; i < MaxPages; i++)
        {
            if (_pages[i] is not { } frame || (ulong)i * bprm.PageBytes < first)
                continue;       // a page that remove_arg_zero() consumed was freed there; Abandon() gives it back here
            error = bprm.Space.InsertArgumentPage(stack, new VirtualAddress(rebase + (ulong)i * bprm.PageBytes), frame);
            if (error.Failed())
                return error;
            _pages[i] = null;
            bprm.Kernel.Recorder?.Record(new TraceEvent(TraceEventKind.PageUnstaged, 0, new VirtualAddress(rebase + (ulong)i * bprm.PageBytes), frame));
        }
        Abandon(bprm);
        return Errno.None;
    }

    /// <inheritdoc/>
    public void Abandon(BinaryParameters bprm)
    {
        foreach (PhysicalAddress? page in _pages)
        {
            if (page is not { } frame)
                continue;
            bprm.Kernel.Recorder?.Record(new TraceEvent(TraceEventKind.PageUnstaged, 0, default, frame));
            bprm.Space.Frames.Release(frame);
        }
        Array.Clear(_pages);
    }

    /// <inheritdoc/>
    public long WaitingPages(BinaryParameters bprm) => _pages.Count(page => page is not null);
}
