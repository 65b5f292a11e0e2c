namespace Emulator.Core.Processes.Files;

/// <summary>A file that was opened as a place only (O_PATH): it can be looked at and gone on from, not read.</summary>
internal sealed class PlaceFile(FileNode node) : OpenFile(node);
