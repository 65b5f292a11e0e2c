using System.Numerics;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes.Strace;

/// <summary>Sets of signals as strace prints them: those that are in it, or, when they are most, those that are not.</summary>
internal static class SignalSets
{
    public static string Text(SignalSet set)
    {
        bool inverted = BitOperations.PopCount(set.Bits) >= SignalSet.Last * 2 / 3;
        ulong bits = inverted ? ~set.Bits : set.Bits;
        string names = "";
        for (; bits != 0; bits &= bits - 1)
        {
            string name = FlagNames.Signal(BitOperations.TrailingZeroCount(bits) + 1)[3..];
            names += names.Length == 0 ? name : " " + name;
        }
        return $"{(inverted ? "~" : "")}[{names}]";
    }
}
