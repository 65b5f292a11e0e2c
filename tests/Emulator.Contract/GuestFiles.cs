using Emulator.Core.Kernel;

namespace Emulator.Contract;

/// <summary>A file system for tests: paths and bytes. A file that is closed can no longer be read.</summary>
public sealed class GuestFiles : IFileSource
{
    private readonly Dictionary<string, byte[]> _files = [];
    private readonly List<OpenFile> _opened = [];

    /// <summary>Files that are open now.</summary>
    public int OpenCount => _opened.Count(file => !file.IsClosed);

    /// <summary>Adds a file.</summary>
    public GuestFiles Add(string path, byte[] bytes)
    {
        _files[path] = bytes;
        return this;
    }

    /// <summary>The file, opened by the caller of execve.</summary>
    public GuestFile this[string path] => new MemoryFile(path, _files[path]);

    /// <inheritdoc/>
    public Errno Open(string path, out GuestFile? file)
    {
        file = null;
        if (!_files.TryGetValue(path, out byte[]? bytes))
            return Errno.ENOENT;
        OpenFile opened = new(path, bytes);
        _opened.Add(opened);
        file = opened;
        return Errno.None;
    }

    private sealed class OpenFile(string path, byte[] bytes) : GuestFile(path)
    {
        private readonly MemoryFile _file = new(path, bytes);

        public bool IsClosed { get; private set; }

        public override long Length => _file.Length;

        public override int Read(long offset, Span<byte> into)
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return _file.Read(offset, into);
        }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
