using Emulator.Core.Exec;

namespace Emulator.Core.Processes;

/// <summary>An execve of a run.</summary>
/// <param name="Process">Number of the process that called it.</param>
/// <param name="Path">Path of the program as it was given.</param>
/// <param name="Instructions">Instructions that all programs had done before.</param>
/// <param name="Result">Its books, without the address space.</param>
public sealed record ProgramExec(int Process, string Path, long Instructions, ExecResult Result);
