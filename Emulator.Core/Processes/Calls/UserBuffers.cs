using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Processes.Calls;

/// <summary>One or several ranges of a program's memory, as one.</summary>
internal readonly struct UserBuffers
{
    private const int MostVectors = 1024;       // UIO_MAXIOV
    private const ulong MostBytes = 0x7fff_f000;    // MAX_RW_COUNT

    private readonly ulong _address;
    private readonly (ulong Address, ulong Bytes)[]? _pieces;

    /// <summary>One range, cut to what one call may transfer.</summary>
    public UserBuffers(ulong address, ulong bytes) => (_address, Bytes) = (address, (long)Math.Min(bytes, MostBytes));

    private UserBuffers((ulong, ulong)[] pieces, ulong bytes) => (_pieces, Bytes) = (pieces, (long)bytes);

    public long Bytes { get; }

    /// <summary>Reads an array of struct iovec.</summary>
    public static Errno Read(CallContext call, ulong at, ulong count, out UserBuffers buffers)
    {
        buffers = default;
        if (count > MostVectors)
            return Errno.EINVAL;
        GuestStruct shape = call.Layout.Vector;
        Span<byte> bytes = new byte[(int)count * shape.Bytes];
        if (call.CopyIn(at, bytes) is var error && error.Failed())
            return error;
        (ulong, ulong)[] pieces = new (ulong, ulong)[count];
        ulong sum = 0, most = call.Layout.WordBytes == 4 ? int.MaxValue : (ulong)long.MaxValue;
        for (int i = 0; i < pieces.Length; i++)
        {
            GuestRecord vector = shape.At(bytes.Slice(i * shape.Bytes, shape.Bytes), call.Layout.Order);
            ulong length = vector["length"];
            if (length > most)
                return Errno.EINVAL;
            length = Math.Min(length, MostBytes - sum);
            sum += length;
            pieces[i] = (vector["base"], length);
        }
        buffers = new UserBuffers(pieces, sum);
        return Errno.None;
    }

    /// <summary>Copies from the program, from <paramref name="offset"/> on.</summary>
    public Errno CopyIn(CallContext call, long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            (ulong address, int count) = At(offset, bytes.Length);
            if (call.CopyIn(address, bytes[..count]) is var error && error.Failed())
                return error;
            bytes = bytes[count..];
            offset += count;
        }
        return Errno.None;
    }

    /// <summary>Copies to the program, from <paramref name="offset"/> on.</summary>
    public Errno CopyOut(CallContext call, long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            (ulong address, int count) = At(offset, bytes.Length);
            if (call.CopyOut(address, bytes[..count]) is var error && error.Failed())
                return error;
            bytes = bytes[count..];
            offset += count;
        }
        return Errno.None;
    }

    /// <summary>Whether anything could be written at the beginning.</summary>
    public bool CanBeWritten(CallContext call) => Bytes == 0 || !call.Space.GetPage(new Memory.VirtualAddress(At(0, 1).Address), write: true, out _).Failed();

    private (ulong Address, int Bytes) At(long offset, int wanted)
    {
        if (_pieces is null)
            return (_address + (ulong)offset, wanted);
        ulong left = (ulong)offset;
        foreach ((ulong address, ulong bytes) in _pieces)
        {
            if (left < bytes)
                return (address + left, (int)Math.Min((ulong)wanted, bytes - left));
            left -= bytes;
        }
        throw new ArgumentOutOfRangeException(nameof(offset), $"{offset} is not inside {Bytes} bytes");
    }
}
