using Emulator.Core.Memory;

namespace Emulator.Core.Reports;

/// <summary>An entry that is not empty, at one moment of a run.</summary>
/// <param name="Value">Its bits.</param>
/// <param name="MovedFrom">The address that it mapped before it was moved by itself; null when it never was.</param>
public readonly record struct HistoryEntry(ulong Value, VirtualAddress? MovedFrom);
