namespace Emulator.Core.Processes.Files;

/// <summary>Flags of open(), by generic bits.</summary>
/// <remarks>Source: include/uapi/asm-generic/fcntl.h.</remarks>
[Flags]
public enum OpenFlags
{
    /// <summary>O_RDONLY.</summary>
    None = 0,

    /// <summary>O_WRONLY.</summary>
    WriteOnly = 1,

    /// <summary>O_RDWR.</summary>
    ReadWrite = 2,

    /// <summary>O_ACCMODE.</summary>
    AccessMask = 3,

    /// <summary>O_CREAT.</summary>
    Create = 0x40,

    /// <summary>O_EXCL.</summary>
    Exclusive = 0x80,

    /// <summary>O_NOCTTY.</summary>
    NoTerminal = 0x100,

    /// <summary>O_TRUNC.</summary>
    Truncate = 0x200,

    /// <summary>O_APPEND.</summary>
    Append = 0x400,

    /// <summary>O_NONBLOCK.</summary>
    NonBlocking = 0x800,

    /// <summary>O_LARGEFILE.</summary>
    LargeFile = 0x8000,

    /// <summary>O_DIRECTORY.</summary>
    Directory = 0x10000,

    /// <summary>O_NOFOLLOW.</summary>
    NoFollow = 0x20000,

    /// <summary>O_CLOEXEC.</summary>
    CloseOnExec = 0x80000,

    /// <summary>O_PATH.</summary>
    PathOnly = 0x200000,

    /// <summary>O_TMPFILE without O_DIRECTORY.</summary>
    Temporary = 0x400000,
}
