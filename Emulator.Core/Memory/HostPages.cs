using System.Runtime.InteropServices;

namespace Emulator.Core.Memory;

/// <summary>
/// A range of zeroed host memory that is reserved at once and committed page by page on first touch, so that
/// 64 GiB of guest memory fit on a small host.
/// </summary>
/// <remarks>
/// Unix: one private anonymous mapping, not reserved against swap, aligned to 2 MiB and advised to huge pages
/// (a first touch of a small page costs the host some two microseconds). Elsewhere: the C allocator's zeroed memory.
/// </remarks>
internal sealed unsafe partial class HostPages : IDisposable
{
    private const nuint HugePageBytes = 2 << 20;
    private const int ProtReadWrite = 3, MapPrivate = 2, MapAnonymousLinux = 0x20, MapNoReserveLinux = 0x4000;
    private const int MapAnonymousMac = 0x1000, MapNoReserveMac = 0x40, MadviseHugePage = 14, MadviseDontNeed = 4;

    private readonly nint _mapping;
    private readonly nuint _mappingBytes;
    private bool _disposed;

    public HostPages(ulong bytes, bool hugePages)
    {
        Bytes = bytes;
        _mappingBytes = checked((nuint)bytes + HugePageBytes);
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            int flags = MapPrivate | (OperatingSystem.IsLinux() ? MapAnonymousLinux | MapNoReserveLinux : MapAnonymousMac | MapNoReserveMac);
            _mapping = Map(0, _mappingBytes, ProtReadWrite, flags, -1, 0);
            if (_mapping == -1)
                throw new InsufficientMemoryException($"the host refuses to reserve {bytes} bytes of address space (mmap: errno {Marshal.GetLastPInvokeError()})");
            Start = (byte*)(((nuint)_mapping + HugePageBytes - 1) & ~(HugePageBytes - 1));
            if (hugePages && OperatingSystem.IsLinux())
                _ = Advise((nint)Start, (nuint)bytes, MadviseHugePage);   // advice only: a host without it is slower, not wrong
        }
        else
        {
            _mapping = (nint)NativeMemory.AllocZeroed(_mappingBytes);
            Start = (byte*)_mapping;
        }
    }

    ~HostPages() => Dispose();

    public byte* Start { get; }

    public ulong Bytes { get; }

    /// <summary>Sets a range back to zero. A long one is given back to the host, which hands out zeros when it is touched again.</summary>
    public void Clear(ulong offset, ulong bytes)
    {
        if (offset > Bytes || bytes > Bytes - offset)
            throw new ArgumentOutOfRangeException(nameof(bytes), $"{bytes} bytes at {offset} are not inside {Bytes}");
        if (OperatingSystem.IsLinux() && bytes >= HugePageBytes)
        {
            ulong from = (offset + HugePageBytes - 1) & ~(ulong)(HugePageBytes - 1), to = (offset + bytes) & ~(ulong)(HugePageBytes - 1);
            if (to > from && Advise((nint)(Start + from), (nuint)(to - from), MadviseDontNeed) == 0)
            {
                NativeMemory.Clear(Start + offset, (nuint)(from - offset));
                NativeMemory.Clear(Start + to, (nuint)(offset + bytes - to));
                return;
            }
        }
        NativeMemory.Clear(Start + offset, (nuint)bytes);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
            _ = Unmap(_mapping, _mappingBytes);
        else
            NativeMemory.Free((void*)_mapping);
        GC.SuppressFinalize(this);
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(nint address, nuint length, int advice);
}
