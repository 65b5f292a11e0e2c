using Emulator.Core.Kernel;
using Emulator.Core.Memory;

namespace Emulator.Core.Exec;

/// <summary>Linux since 2.6.23: the pages live in the new address space, under STACK_TOP_MAX, and are moved down at the end.</summary>
/// <remarks>
/// Source: fs/exec.c (<c>__bprm_mm_init</c>, <c>get_arg_page</c>, <c>setup_arg_pages</c>, <c>shift_arg_pages</c>), v2.6.32
/// and v6.1; came with b6a2fea39318 ("mm: variable length argument support") (in v2.6.23).
/// </remarks>
public sealed class InPlaceExec : IExecStrategy
{
    /// <inheritdoc/>
    public string Name => "in-place";

    /// <inheritdoc/>
    public Errno Begin(BinaryParameters bprm)
    {
        PagedAddressSpace space = Paged(bprm);
        space.BeginArguments();
        VirtualAddress top = new(bprm.Kernel.Profile.StackTopMax);
        Errno error = space.InsertStack(top - bprm.PageBytes, top, NascentFlags(bprm), out VirtualMemoryArea stack);
        bprm.Stack = stack;
        bprm.P = top.Value - BinaryParameters.KernelPointerBytes;
        return error;
    }

    /// <inheritdoc/>
    public bool TakesString(BinaryParameters bprm, ulong bytes) => bytes <= BinaryParameters.MaxStringPages * bprm.PageBytes;

    /// <inheritdoc/>
    public Errno GetPage(BinaryParameters bprm, ulong position, out PhysicalAddress frame)
    {
        VirtualMemoryArea stack = bprm.Stack!;
        VirtualAddress va = new(position);
        frame = default;
        // The stack grows first (in get_user_pages in v2.6.32, by hand in v6.1), then the page is faulted in, then its size is judged.
        if (va < stack.Start && bprm.Space.ExpandStack(stack, va).Failed())
            return Errno.E2BIG;
        if (bprm.Space.GetPage(va, write: true, out frame).Failed())
            return Errno.E2BIG;     // copy_strings() turns every failure of get_arg_page() into this
        return bprm.StackMayBe(stack.Bytes) ? Errno.None : Errno.E2BIG;
    }

    /// <inheritdoc/>
    public Errno Commit(BinaryParameters bprm, VirtualAddress stackTop, AreaFlags flags)
    {
        PagedAddressSpace space = Paged(bprm);
        VirtualMemoryArea stack = bprm.Stack!;
        ulong shift = stack.End.Value - stackTop.Value;
        bprm.P -= shift;
        bprm.Exec -= shift;
        bprm.ShiftBytes = shift;
        space.ProtectArea(stack, flags | AreaFlags.IncompleteSetup);   // still at the high address
        bprm.Meanwhile?.Reach(new ExecPoint(ExecPointKind.Protected));
        space.Shifting = bprm.Meanwhile is { } meanwhile ? (step, piece) => meanwhile.Reach(PointOf(step, piece)) : null;
        if (shift != 0 && space.ShiftStack(stack, stackTop) is var moved && moved.Failed())
            return moved;
        stack.Flags &= ~(AreaFlags.IncompleteSetup | AreaFlags.SoftDirty);
        return Errno.None;
    }

    private static ExecPoint PointOf(ShiftStep step, long piece) => step switch
    {
        ShiftStep.Extended => new ExecPoint(ExecPointKind.Extended),
        ShiftStep.PieceMoved => new ExecPoint(ExecPointKind.Piece, piece),
        ShiftStep.Moved => new ExecPoint(ExecPointKind.Moved),
        _ => new ExecPoint(ExecPointKind.Freed),
    };

    /// <inheritdoc/>
    public void Abandon(BinaryParameters bprm)
    {
    }

    /// <inheritdoc/>
    public long WaitingPages(BinaryParameters bprm) => 0;

    private static AreaFlags NascentFlags(BinaryParameters bprm)
    {
        AreaFlags flags = AreaFlags.Read | AreaFlags.Write | AreaFlags.GrowsDown | AreaFlags.Account | AreaFlags.IncompleteSetup;
        bool executable = bprm.Kernel.Profile.NascentStackExecutable || bprm.Request.Personality.HasFlag(Personality.ReadImpliesExec);
        return flags | (executable ? AreaFlags.Execute : 0);
    }

    private static PagedAddressSpace Paged(BinaryParameters bprm) => bprm.Space as PagedAddressSpace
        ?? throw new NotSupportedException("the in-place way needs an MMU; without one use the staged way");
}
