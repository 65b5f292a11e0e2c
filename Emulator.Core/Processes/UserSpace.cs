using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes.Files;
using Emulator.Core.Tracing;

namespace Emulator.Core.Processes;

/// <summary>An address space with who uses it (<c>mm_struct</c> with its mm_users), and what CPUs know of it.</summary>
public sealed class UserSpace
{
    private readonly LinuxSystem _system;
    private int _users = 1;

    internal UserSpace(LinuxSystem system, AddressSpace space, Userland userland, IAccessObserver? observer)
    {
        _system = system;
        (Space, Userland, Observer) = (space, userland, observer);
        if (space.Tables is { } tables)
            tables.Flushed += Flushed;
    }

    /// <summary>The address space.</summary>
    public AddressSpace Space { get; }

    /// <summary>What programs live in it.</summary>
    public Userland Userland { get; }

    /// <summary>Path of the program.</summary>
    public string ExecutablePath { get; internal init; } = "";

    /// <summary>Whether its memory is gone.</summary>
    public bool IsGone { get; private set; }

    internal FileNode? Executable { get; init; }

    /// <summary>Where the strings of arguments and environment lie.</summary>
    internal (ulong ArgumentStart, ulong ArgumentEnd, ulong EnvironmentEnd) Strings { get; init; }

    /// <summary>The auxiliary vector, as /proc shows it.</summary>
    internal byte[] Auxv { get; init; } = [];

    internal CodeSpace Code { get; private set; } = new();

    internal IAccessObserver? Observer { get; }

    internal int Users => _users;

    internal UserSpace Share()
    {
        _users++;
        return this;
    }

    internal void Release()
    {
        if (--_users > 0)
            return;
        _system.Processor.Leave(this);
        if (Space.Tables is { } tables)
            tables.Flushed -= Flushed;
        Space.Destroy();
        IsGone = true;
    }

    private void Flushed(FlushKind kind, VirtualAddress va)
    {
        _system.CountFlush(kind);
        if (kind == FlushKind.DcachePage)
            return;
        if (!_system.Processor.Flush(this, kind == FlushKind.Page ? va : null))
            Code = new CodeSpace();     // whatever a CPU noted about its code is void
    }
}
