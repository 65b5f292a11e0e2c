using System.Collections.Immutable;
using Emulator.Core.Kernel;

namespace Emulator.Core.Exec;

/// <summary>The new address space and the registers that <c>start_thread()</c> sets.</summary>
/// <param name="Space">The address space; the caller owns it.</param>
/// <param name="StackPointer">The stack pointer register.</param>
/// <param name="Bottom">Lowest word of the start stack: argc. Equal to the register but on sparc.</param>
/// <param name="Top">End of the stack area.</param>
/// <param name="ProgramCounter">First instruction.</param>
/// <param name="Argv">Address of the argv array.</param>
/// <param name="Envp">Address of the envp array.</param>
/// <param name="AuxvAt">Address of the auxiliary vector.</param>
/// <param name="Argv0">First argv pointer; 0 when there is none.</param>
/// <param name="Auxv">The auxiliary vector.</param>
/// <param name="Profile">The userland.</param>
public sealed record StartState(AddressSpace Space, ulong StackPointer, ulong Bottom, ulong Top, ulong ProgramCounter, ulong Argv, ulong Envp,
    ulong AuxvAt, ulong Argv0, ImmutableArray<AuxEntry> Auxv, AbiProfile Profile);
