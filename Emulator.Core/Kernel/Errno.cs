namespace Emulator.Core.Kernel;

/// <summary>Errors of system calls, by Linux's names; the numbers are the generic ones (some architectures number a few differently).</summary>
public enum Errno
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Operation not permitted.</summary>
    EPERM = 1,

    /// <summary>No such file or directory.</summary>
    ENOENT = 2,

    /// <summary>Input/output error: here, a file that ends too early.</summary>
    EIO = 5,

    /// <summary>Argument list too long.</summary>
    E2BIG = 7,

    /// <summary>Exec format error.</summary>
    ENOEXEC = 8,

    /// <summary>Out of memory.</summary>
    ENOMEM = 12,

    /// <summary>Permission denied.</summary>
    EACCES = 13,

    /// <summary>Bad address.</summary>
    EFAULT = 14,

    /// <summary>File exists: here, a mapping where MAP_FIXED_NOREPLACE wanted to go.</summary>
    EEXIST = 17,

    /// <summary>Not a directory: here, on the way to an interpreter.</summary>
    ENOTDIR = 20,

    /// <summary>Is a directory.</summary>
    EISDIR = 21,

    /// <summary>Invalid argument.</summary>
    EINVAL = 22,

    /// <summary>Too many levels: here, of scripts.</summary>
    ELOOP = 40,

    /// <summary>Value too large.</summary>
    EOVERFLOW = 75,

    /// <summary>Accessing a corrupted shared library: here, an interpreter that is no ELF of this machine.</summary>
    ELIBBAD = 80,
}
