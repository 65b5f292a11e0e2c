namespace Emulator.Core.Paging;

/// <summary>
/// The control registers that a translation depends on, folded into two words whose meaning belongs to the codec
/// (amd64: CR0.WP, CR4, EFER.NXE, CPL in <paramref name="Flags"/>, reserved address bits in <paramref name="Mask"/>).
/// </summary>
/// <param name="Flags">Mode bits.</param>
/// <param name="Mask">A mask or second word.</param>
public readonly record struct MmuControls(ulong Flags, ulong Mask);
