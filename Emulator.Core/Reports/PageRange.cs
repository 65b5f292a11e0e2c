using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Reports;

/// <summary>Addresses side by side that two address spaces map in the same manner.</summary>
/// <param name="Start">First address.</param>
/// <param name="Bytes">How many.</param>
/// <param name="Verdict">In which manner.</param>
/// <param name="FlagsA">Rights and marks in the first; null when it does not map them.</param>
/// <param name="FlagsB">Rights and marks in the second; null when it does not map them.</param>
public readonly record struct PageRange(VirtualAddress Start, ulong Bytes, PageVerdict Verdict, PageFlags? FlagsA, PageFlags? FlagsB)
{
    /// <summary>Last address.</summary>
    public VirtualAddress Last => Start + (Bytes - 1);
}
