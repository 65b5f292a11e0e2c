using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Emulator.Judges;

/// <summary>
/// The guest's RAM as a file that QEMU maps shared: both sides see each other's writes at once, without a protocol.
/// Only data may be changed from here while the machine lives; QEMU would not notice changed instructions.
/// </summary>
internal sealed class GuestRam : IDisposable
{
    private const int CopyBytes = 64 << 10;

    private readonly SafeFileHandle _file;

    public GuestRam(string path, long bytes)
    {
        Bytes = bytes;
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.SetLength(_file, bytes);
    }

    public long Bytes { get; }

    /// <summary>Copies an image to address 0; blocks of zeros stay holes in the file.</summary>
    public void Load(ReadOnlySpan<byte> image)
    {
        for (int at = 0; at < image.Length; at += CopyBytes)
        {
            ReadOnlySpan<byte> block = image.Slice(at, Math.Min(CopyBytes, image.Length - at));
            if (block.ContainsAnyExcept((byte)0))
                RandomAccess.Write(_file, block, at);
        }
    }

    public void Read(ulong address, Span<byte> bytes)
    {
        Check(address, bytes.Length);
        if (RandomAccess.Read(_file, bytes, (long)address) != bytes.Length)
            throw new JudgeException($"guest memory at {address:x16} cannot be read");
    }

    public void Write(ulong address, ReadOnlySpan<byte> bytes)
    {
        Check(address, bytes.Length);
        RandomAccess.Write(_file, bytes, (long)address);
    }

    public ulong ReadLittleEndian(ulong address)
    {
        Span<byte> word = stackalloc byte[8];
        Read(address, word);
        return BinaryPrimitives.ReadUInt64LittleEndian(word);
    }

    public void WriteLittleEndian(ulong address, ulong value)
    {
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(word, value);
        Write(address, word);
    }

    public void Dispose() => _file.Dispose();

    private void Check(ulong address, int count)
    {
        if (address > (ulong)Bytes || (ulong)count > (ulong)Bytes - address)
        {
            throw new ArgumentOutOfRangeException(nameof(address),
                $"{count} bytes at {address:x16} are not in the {Bytes} bytes of guest memory");
        }
    }
}
