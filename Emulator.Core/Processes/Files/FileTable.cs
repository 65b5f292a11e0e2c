using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>Descriptors of a process (<c>files_struct</c>); threads share one.</summary>
internal sealed class FileTable
{
    private readonly List<(OpenFile? File, bool ClosesOnExec)> _files = [];
    private int _users = 1;

    public IEnumerable<int> Descriptors
    {
        get
        {
            for (int descriptor = 0; descriptor < _files.Count; descriptor++)
            {
                if (_files[descriptor].File is not null)
                    yield return descriptor;
            }
        }
    }

    public OpenFile? this[int descriptor] => (uint)descriptor < (uint)_files.Count ? _files[descriptor].File : null;

    public bool ClosesOnExec(int descriptor) => _files[descriptor].ClosesOnExec;

    public void SetClosesOnExec(int descriptor, bool closes) => _files[descriptor] = (_files[descriptor].File, closes);

    /// <summary>Gives a file the lowest free descriptor from <paramref name="lowest"/> on; takes over the caller's reference, but not in failure.</summary>
    /// <returns>EMFILE when there is none below <paramref name="limit"/>.</returns>
    public Errno Add(OpenFile file, int lowest, ulong limit, bool closesOnExec, out int descriptor)
    {
        for (descriptor = lowest; descriptor < _files.Count; descriptor++)
        {
            if (_files[descriptor].File is null)
                break;
        }
        if ((ulong)descriptor >= limit)
            return Errno.EMFILE;
        Put(descriptor, file, closesOnExec);
        return Errno.None;
    }

    /// <summary>Gives a file a descriptor; what was there is closed.</summary>
    public void Replace(int descriptor, OpenFile file, bool closesOnExec)
    {
        if (this[descriptor] is { } before)
            Leave(before);
        Put(descriptor, file, closesOnExec);
    }

    public Errno Close(int descriptor)
    {
        if (this[descriptor] is not { } file)
            return Errno.EBADF;
        _files[descriptor] = default;
        Leave(file);
        return Errno.None;
    }

    public void CloseOnExec()
    {
        for (int descriptor = 0; descriptor < _files.Count; descriptor++)
        {
            if (_files[descriptor] is { File: not null, ClosesOnExec: true })
                Close(descriptor);
        }
    }

    public FileTable Share()
    {
        _users++;
        return this;
    }

    public FileTable Copy()
    {
        FileTable copy = new();
        foreach ((OpenFile? file, bool closes) in _files)
            copy._files.Add((file?.Share(), closes));
        return copy;
    }

    /// <summary>A table of one's own (<c>unshare_files()</c>): the same one when nobody else has it.</summary>
    public FileTable Unshare()
    {
        if (_users == 1)
            return this;
        FileTable copy = Copy();
        Release();
        return copy;
    }

    public void Release()
    {
        if (--_users > 0)
            return;
        for (int descriptor = 0; descriptor < _files.Count; descriptor++)
            Close(descriptor);
    }

    /// <summary>Whoever closes any descriptor of a file loses its locks of records there (<c>locks_remove_posix()</c>).</summary>
    private void Leave(OpenFile file)
    {
        file.Node.KnownLocks?.RemoveAll(this);
        file.Release();
    }

    private void Put(int descriptor, OpenFile file, bool closesOnExec)
    {
        while (_files.Count <= descriptor)
            _files.Add(default);
        _files[descriptor] = (file, closesOnExec);
    }
}
