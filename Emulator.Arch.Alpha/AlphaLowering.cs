using Emulator.Core.Execution;

namespace Emulator.Arch.Alpha;

/// <summary>Emits the operations of one instruction.</summary>
internal delegate void AlphaLowering(BlockBuilder builder, AlphaWord word);
