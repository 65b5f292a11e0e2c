namespace Emulator.Core.Processes.Calls;

/// <summary>A system call as a program makes it: a number and six words, whose upper halves are 0 in an ABI of 32 bits.</summary>
/// <param name="Number">Which.</param>
/// <param name="A0">First argument.</param>
/// <param name="A1">Second argument.</param>
/// <param name="A2">Third argument.</param>
/// <param name="A3">Fourth argument.</param>
/// <param name="A4">Fifth argument.</param>
/// <param name="A5">Sixth argument.</param>
public readonly record struct SystemCallRequest(ulong Number, ulong A0, ulong A1, ulong A2, ulong A3, ulong A4, ulong A5)
{
    /// <summary>An argument by its place, from 0.</summary>
    public ulong this[int index] => index switch { 0 => A0, 1 => A1, 2 => A2, 3 => A3, 4 => A4, 5 => A5, _ => 0 };
}
