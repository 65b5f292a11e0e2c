using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Cli.Reports;

/// <summary>One entry that a walk read.</summary>
/// <param name="Level">Level, from the leaf (0).</param>
/// <param name="Name">The manual's name of the table.</param>
/// <param name="LinuxName">Linux's.</param>
/// <param name="Index">The entry's place in the table.</param>
/// <param name="At">Where the entry lies.</param>
/// <param name="Entry">The entry.</param>
/// <param name="Layout">How it is read bit by bit.</param>
/// <param name="Meaning">Its bits in one line.</param>
internal sealed record WalkStep(int Level, string Name, string LinuxName, int Index, PhysicalAddress At, ulong Entry, EntryLayout Layout, string Meaning);
