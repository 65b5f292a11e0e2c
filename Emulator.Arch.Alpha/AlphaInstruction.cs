using Emulator.Core.Execution;

namespace Emulator.Arch.Alpha;

/// <summary>One instruction: how it is called, how it is encoded, and what it means.</summary>
/// <param name="Mnemonic">The manual's, in lower case.</param>
/// <param name="Format">Its format.</param>
/// <param name="Opcode">Bits 31:26.</param>
/// <param name="Function">The function, in the format's field; -1 where the opcode is all.</param>
/// <param name="Lower">Emits its operations.</param>
/// <param name="EndsBlock">It always goes elsewhere.</param>
internal sealed record AlphaInstruction(string Mnemonic, AlphaFormat Format, int Opcode, int Function, AlphaLowering Lower, bool EndsBlock = false);
