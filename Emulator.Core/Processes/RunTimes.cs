namespace Emulator.Core.Processes;

/// <summary>Where the host's time went in a run; the only figures of a run that are not the same every time.</summary>
/// <param name="Interpreting">Tier 0: operations one by one, blocks made from code included.</param>
/// <param name="Translated">Tier 1: in translated code. How this and tier 0 share their time is sampled, about a thousand times a second.</param>
/// <param name="Walking">Walks of page tables for accesses that the acceleration TLB did not know.</param>
/// <param name="Kernel">The model of the kernel: system calls, page faults, signals, scheduling.</param>
/// <param name="Waiting">All tasks waited for the host: for input, or a signal.</param>
/// <param name="Translating">Translating, on another thread, beside the others.</param>
public readonly record struct RunTimes(TimeSpan Interpreting, TimeSpan Translated, TimeSpan Walking, TimeSpan Kernel, TimeSpan Waiting, TimeSpan Translating);
