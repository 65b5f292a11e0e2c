using Emulator.Core.Paging;

namespace Emulator.Core.Processes;

/// <summary>Flushes of programs' address spaces that the kernel called for while it did one thing.</summary>
/// <param name="Cause">A system call's name, "page fault" or "signal".</param>
/// <param name="Flushes">How many.</param>
public readonly record struct FlushCause(string Cause, FlushCounts Flushes);
