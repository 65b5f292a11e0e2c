namespace Emulator.ReferenceWalkers;

/// <summary>A segment lookaside buffer entry as slbmte takes it. Power ISA 2.07, book III-S, 5.9.3.1.</summary>
/// <param name="Rb">ESID in bits 0:35, V in bit 36, index in 52:63.</param>
/// <param name="Rs">B in bits 0:1, VSID in 2:51, Ks 52, Kp 53, N 54, L 55, C 56, LP 58:59.</param>
public readonly record struct Ppc64SlbEntry(ulong Rb, ulong Rs);
