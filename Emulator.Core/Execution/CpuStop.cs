using Emulator.Core.Paging;

namespace Emulator.Core.Execution;

/// <summary>Why and where a CPU stopped.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Pc">The instruction to go on at.</param>
/// <param name="Code">A number whose meaning the plugin knows; 0 where there is none.</param>
/// <param name="Address">The data address of a page fault, an unaligned access or a trap that has one.</param>
/// <param name="Fault">What the walk found, for a page fault.</param>
public readonly record struct CpuStop(CpuStopKind Kind, ulong Pc, int Code, ulong Address, PageFault Fault);
