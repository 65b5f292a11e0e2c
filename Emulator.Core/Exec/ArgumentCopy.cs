using Emulator.Core.Kernel;
using Emulator.Core.Memory;

namespace Emulator.Core.Exec;

/// <summary>Pushing strings downwards, page by page (<c>copy_strings()</c>, fs/exec.c).</summary>
internal static class ArgumentCopy
{
    /// <summary>Pushes an array of strings, the last one first.</summary>
    public static ExecFailure? Push(BinaryParameters bprm, IExecStrategy way, IReadOnlyList<byte[]?> strings, string what)
    {
        Cursor cursor = new(bprm, way);
        ExecFailure? failure = null;
        for (int i = strings.Count - 1; i >= 0 && failure is null; i--)
        {
            failure = strings[i] is { } text
                ? PushOne(bprm, way, ref cursor, text, what, i)
                : new ExecFailure(Errno.EFAULT, $"{what} {i} is a bad pointer");
        }
        Unpin(bprm);
        return failure;
    }

    /// <summary>Pushes one string of the kernel's own (<c>copy_string_kernel()</c>).</summary>
    public static ExecFailure? Push(BinaryParameters bprm, IExecStrategy way, ReadOnlySpan<byte> text, string what)
    {
        Cursor cursor = new(bprm, way);
        ExecFailure? failure = PushOne(bprm, way, ref cursor, text, what, index: null);
        Unpin(bprm);
        return failure;
    }

    /// <summary>Drops the first argument (<c>remove_arg_zero()</c>): moves past its NUL.</summary>
    public static ExecFailure? RemoveFirst(BinaryParameters bprm, IExecStrategy way)
    {
        if (bprm.ArgumentCount == 0)
            return null;
        while (true)
        {
            if (way.GetPage(bprm, bprm.P, out PhysicalAddress frame) is var error && error.Failed())
                return new ExecFailure(Errno.EFAULT, "remove_arg_zero() finds no page");
            int offset = (int)(bprm.P % bprm.PageBytes);
            int nul = bprm.Space.Frames.Memory.Slice(frame + (ulong)offset, (int)bprm.PageBytes - offset).IndexOf((byte)0);
            if (nul >= 0)
            {
                bprm.P += (ulong)nul + 1;
                bprm.ArgumentCount--;
                return null;
            }
            bprm.P += bprm.PageBytes - (ulong)offset;
        }
    }

    private static void Unpin(BinaryParameters bprm)
    {
        if (bprm.Kernel.Pressure is { } pressure)
            pressure.Pinned = null;
    }

    private static ExecFailure? PushOne(BinaryParameters bprm, IExecStrategy way, ref Cursor cursor, ReadOnlySpan<byte> text, string what, int? index)
    {
        ulong bytes = (ulong)text.Length + 1;
        if (!way.TakesString(bprm, bytes))
            return new ExecFailure(Errno.E2BIG, $"{Name(what, index)} has {bytes} bytes with its NUL, more than the {way.Name} way takes at this point");
        if (bytes > bprm.P || bprm.P - bytes < bprm.LowestP)
        {
            bprm.P -= Math.Min(bytes, bprm.P);
            return new ExecFailure(Errno.E2BIG, $"{Name(what, index)} of {bytes} bytes goes below the limit on arguments, 0x{bprm.LowestP:x}");
        }
        ulong position = bprm.P, left = bytes;
        bprm.P -= bytes;
        while (left > 0)
        {
            ulong piece = position % bprm.PageBytes;
            piece = Math.Min(piece == 0 ? bprm.PageBytes : piece, left);
            position -= piece;
            left -= piece;
            if (!cursor.TryPage(position, out Span<byte> room) is var missing && missing)
                return new ExecFailure(cursor.Error, $"no page at 0x{position:x} for {Name(what, index)}: {Why(bprm, cursor.Error)}");
            Span<byte> target = room.Slice((int)(position % bprm.PageBytes), (int)piece);
            ReadOnlySpan<byte> source = text[(int)left..];
            source = source[..Math.Min(source.Length, (int)piece)];
            source.CopyTo(target);
            if (source.Length < target.Length)
                target[^1] = 0;     // the NUL is the last byte of the first piece
        }
        return null;
    }

    private static string Why(BinaryParameters bprm, Errno error) => bprm.Kernel.Pressure is { CallerIsKilled: true } ? "the OOM killer has chosen this task"
        : error == Errno.ENOMEM ? "out of memory" : "the stack may not grow so far";

    // Made only where it is told: sixteen thousand names that nobody reads cost as much as the strings.
    private static string Name(string what, int? index) => index is { } number ? $"{what} {number}" : what;

    /// <summary>The page mapped last, so that a string looks each page up once; a new call starts without one.</summary>
    private ref struct Cursor(BinaryParameters bprm, IExecStrategy way)
    {
        private ulong _page = ulong.MaxValue;
        private Span<byte> _bytes;

        public Errno Error { get; private set; }

        public bool TryPage(ulong position, out Span<byte> bytes)
        {
            ulong page = position / bprm.PageBytes;
            if (page != _page)
            {
                Error = way.GetPage(bprm, position, out PhysicalAddress frame);
                if (Error.Failed())
                {
                    bytes = default;
                    return false;
                }
                _page = page;
                if (bprm.Kernel.Pressure is { } pressure)
                    pressure.Pinned = frame;    // kmapped_page: copy_strings() holds a reference until it has the next one
                _bytes = bprm.Space.Frames.Memory.Slice(frame, (int)bprm.PageBytes);
            }
            bytes = _bytes;
            return true;
        }
    }
}
