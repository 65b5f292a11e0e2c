using System.Runtime.InteropServices;

namespace Emulator.Cli.Files;

/// <summary>
/// A descriptor of this process, read and written as it is: its place in a file is the one that other processes go on from, and a terminal is not
/// touched. (The console's own streams set a terminal up for reading keys, and a <see cref="FileStream"/> has a place of its own.)
/// </summary>
/// <param name="descriptor">0, 1 or 2; stays open.</param>
internal sealed class DescriptorStream(int descriptor) : Stream
{
    private const int Interrupted = 4, WouldBlock = 11, WouldBlockOfBsd = 35;       // EINTR, EAGAIN
    private const short ForReading = 1, ForWriting = 4;         // POLLIN, POLLOUT

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException("a standard stream has no length");

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException("a standard stream has no position");
        set => throw new NotSupportedException("a standard stream has no position");
    }

    /// <summary>Opens a standard stream, on hosts that have no descriptors as the console does.</summary>
    public static Stream Open(int descriptor) => (OperatingSystem.IsWindows(), descriptor) switch
    {
        (false, _) => new DescriptorStream(descriptor),
        (true, 0) => Console.OpenStandardInput(),
        (true, 1) => Console.OpenStandardOutput(),
        _ => Console.OpenStandardError(),
    };

    /// <summary>Waits until standard input has something, or its end has come; nothing is read.</summary>
    /// <param name="milliseconds">How long at most; 0 to look only, -1 for ever.</param>
    /// <returns>Whether a read returns at once. Hosts that cannot tell say yes, and the read waits.</returns>
    public static bool AwaitInput(int milliseconds) => OperatingSystem.IsWindows() || Await(0, ForReading, milliseconds);

    /// <summary>Columns and rows of the terminal; 0 where there is none.</summary>
    public static (int Columns, int Rows) WindowSize()
    {
        const nuint GetWindowSize = 0x5413;     // TIOCGWINSZ
        if (!OperatingSystem.IsLinux())
            return (Console.WindowWidth, Console.WindowHeight);
        ushort[] size = new ushort[4];
        foreach (int descriptor in (ReadOnlySpan<int>)[1, 0, 2])
        {
            if (Control(descriptor, GetWindowSize, size) == 0)
                return (size[1], size[0]);
        }
        return default;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint count = Read(descriptor, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (count >= 0)
                return (int)count;
            Again("read", ForReading);
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint count = Write(descriptor, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (count >= 0)
                buffer = buffer[(int)count..];
            else
                Again("write", ForWriting);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is kept here.
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("a standard stream has no position");

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("a standard stream has no length");

    private void Again(string what, short events)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error is WouldBlock or WouldBlockOfBsd)
            Await(descriptor, events, -1);
        else if (error != Interrupted)
            throw new IOException($"{what} of descriptor {descriptor} fails: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    private static bool Await(int descriptor, short events, int milliseconds)
    {
        PollEntry entry = new() { Descriptor = descriptor, Events = events };
        // An error is a signal that came (EINTR): not ready yet.
        return Poll(ref entry, 1, milliseconds) > 0;
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    private static extern nint Read(int descriptor, ref byte buffer, nuint count);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(int descriptor, ref readonly byte buffer, nuint count);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "ioctl")]
    private static extern int Control(int descriptor, nuint request, [Out] ushort[] argument);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "poll")]
    private static extern int Poll(ref PollEntry entries, nuint count, int milliseconds);

    /// <summary>struct pollfd, the same on all hosts that have one.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
