using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A file in memory, in pieces, so that holes cost nothing.</summary>
internal sealed class MemoryRegular(MemoryBudget budget, Func<long> now) : RegularNode
{
    private const int PieceBytes = 1 << 14;
    private const long MostBytes = long.MaxValue - PieceBytes;

    private readonly Dictionary<long, byte[]> _pieces = [];
    private long _length, _modifiedAt = now();
    private int _permissions = 0x1a4, _links = 1;   // 0644

    public override long Length => _length;

    public override int Permissions => _permissions;

    public override int Links => _links;

    public override long ModifiedAt => _modifiedAt;

    public override Errno SetPermissions(int permissions)
    {
        _permissions = permissions;
        return Errno.None;
    }

    public override Errno SetModifiedAt(long time)
    {
        _modifiedAt = time;
        return Errno.None;
    }

    public void AddLink() => _links++;

    /// <summary>A name is gone. Bytes stay for those who have it open, and are counted as free all the same.</summary>
    public void DropLink()
    {
        if (--_links == 0)
            budget.TryTake(-(long)_pieces.Count * PieceBytes);
    }

    public override int Read(long offset, Span<byte> into)
    {
        int count = offset >= _length ? 0 : (int)Math.Min(into.Length, _length - offset);
        for (int done = 0; done < count;)
        {
            int inPiece = (int)((offset + done) % PieceBytes), bytes = Math.Min(PieceBytes - inPiece, count - done);
            if (_pieces.TryGetValue((offset + done) / PieceBytes, out byte[]? piece))
                piece.AsSpan(inPiece, bytes).CopyTo(into[done..]);
            else
                into.Slice(done, bytes).Clear();
            done += bytes;
        }
        return count;
    }

    public override Errno Write(long offset, ReadOnlySpan<byte> from, out int count)
    {
        count = 0;
        if (offset > MostBytes - from.Length)
            return Errno.EFBIG;
        while (count < from.Length)
        {
            int inPiece = (int)((offset + count) % PieceBytes), bytes = Math.Min(PieceBytes - inPiece, from.Length - count);
            if (!TryPiece((offset + count) / PieceBytes, out byte[]? piece))
                break;
            from.Slice(count, bytes).CopyTo(piece.AsSpan(inPiece));
            count += bytes;
        }
        _length = Math.Max(_length, offset + count);
        _modifiedAt = now();
        return count == 0 && !from.IsEmpty ? Errno.ENOSPC : Errno.None;
    }

    public override Errno Truncate(long length)
    {
        if (length > MostBytes)
            return Errno.EFBIG;
        if (length < _length)
        {
            long last = length / PieceBytes;
            if (_pieces.TryGetValue(last, out byte[]? piece))
                piece.AsSpan((int)(length % PieceBytes)).Clear();
            long[] gone = [.. _pieces.Keys.Where(number => number > last)];
            foreach (long number in gone)
                _pieces.Remove(number);
            Give(gone.Length);
        }
        _length = length;
        _modifiedAt = now();
        return Errno.None;
    }

    private bool TryPiece(long number, out byte[]? piece)
    {
        if (_pieces.TryGetValue(number, out piece))
            return true;
        if (_links > 0 && !budget.TryTake(PieceBytes))
            return false;
        _pieces.Add(number, piece = new byte[PieceBytes]);
        return true;
    }

    private void Give(int pieces)
    {
        if (_links > 0)
            budget.TryTake(-(long)pieces * PieceBytes);
    }
}
