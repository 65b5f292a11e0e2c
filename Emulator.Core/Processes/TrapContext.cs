using Emulator.Core.Execution;
using Emulator.Core.Kernel;

namespace Emulator.Core.Processes;

/// <summary>A trap of a task, for its userland to make sense of.</summary>
/// <param name="Stop">Why the CPU stopped.</param>
/// <param name="Registers">The task's registers; the program counter is where the CPU left it.</param>
/// <param name="Space">Its memory.</param>
/// <param name="System">The system that it runs on.</param>
public readonly record struct TrapContext(CpuStop Stop, TaskRegisters Registers, AddressSpace Space, LinuxSystem System);
