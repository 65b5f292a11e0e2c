using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes.Abi;

namespace Emulator.Core.Processes;

/// <summary>Where a program's arguments and environment lie, for /proc: <c>mm->arg_start</c> and what follows.</summary>
internal static class ProgramStrings
{
    /// <summary>Reads the first pointers of argv and envp: the strings lie one behind the other.</summary>
    public static (ulong ArgumentStart, ulong ArgumentEnd, ulong EnvironmentEnd) Measure(StartState started)
    {
        ulong arguments = started.Argv0 != 0 ? started.Argv0 : started.Space.ArgStart.Value;
        ulong environment = First(started, started.Envp) is var found && found != 0 ? found : EndOf(started, started.Argv, arguments);
        return (arguments, environment, EndOf(started, started.Envp, environment));
    }

    private static ulong First(StartState started, ulong at)
    {
        Span<byte> word = stackalloc byte[8];
        int bytes = started.Profile.Abi.WordBytes;
        return started.Space.CopyIn(new VirtualAddress(at), word[..bytes]).Failed() ? 0 : GuestNumbers.Read(word[..bytes], started.Profile.Abi.Order);
    }

    /// <summary>The end of the last string of an array.</summary>
    private static ulong EndOf(StartState started, ulong array, ulong ifEmpty)
    {
        ulong word = (ulong)started.Profile.Abi.WordBytes, last = 0;
        for (ulong at = array; First(started, at) is var pointer && pointer != 0; at += word)
            last = pointer;
        if (last == 0 || started.Space.StringLength(new VirtualAddress(last), BinaryParameters.MaxStringPages * started.Space.PageBytes, out ulong bytes).Failed())
            return ifEmpty;
        return last + bytes;
    }
}
