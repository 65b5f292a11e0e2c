namespace Emulator.Core.Elf;

/// <summary>Why bytes are not an ELF file that can be read: one line that says what was found, where, and what would have been right.</summary>
public sealed record ElfFormatError(string Message);
