namespace Emulator.Core.Processes.Files;

/// <summary>Kinds of files: the upper bits of st_mode.</summary>
public enum FileKind
{
    /// <summary>A pipe.</summary>
    Pipe = 0x1000,

    /// <summary>A device of characters.</summary>
    CharacterDevice = 0x2000,

    /// <summary>A directory.</summary>
    Directory = 0x4000,

    /// <summary>Bytes.</summary>
    Regular = 0x8000,

    /// <summary>A symbolic link.</summary>
    Link = 0xa000,

    /// <summary>A socket.</summary>
    Socket = 0xc000,
}
