namespace Emulator.Core.Processes.Files;

/// <summary>A lock on a range of a file.</summary>
/// <param name="Owner">A table of descriptors, or an open file.</param>
/// <param name="Process">The process that it is told by; -1 where an open file owns it.</param>
/// <param name="IsExclusive">For writing (F_WRLCK), not for reading (F_RDLCK).</param>
/// <param name="Start">First byte.</param>
/// <param name="End">Last byte; <see cref="long.MaxValue"/> however long the file becomes.</param>
internal readonly record struct RecordLock(object Owner, int Process, bool IsExclusive, long Start, long End);
