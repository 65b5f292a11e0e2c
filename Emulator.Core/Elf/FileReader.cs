namespace Emulator.Core.Elf;

/// <summary>Reads exactly <paramref name="into"/>.Length bytes at <paramref name="offset"/>; false when the file ends before.</summary>
public delegate bool FileReader(long offset, Span<byte> into);
