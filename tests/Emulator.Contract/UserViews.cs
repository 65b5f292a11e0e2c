using Emulator.Core.Exec;

namespace Emulator.Contract;

/// <summary>Compares what two programs see, field by field.</summary>
public static class UserViews
{
    /// <summary>Every difference, in words; none when no program could tell the two apart.</summary>
    public static IReadOnlyList<string> Differences(UserView one, UserView other)
    {
        List<string> differences = [];
        void Compare(string what, object left, object right)
        {
            if (!left.Equals(right))
                differences.Add($"{what}: {left} and {right}");
        }
        Compare("stack pointer", $"{one.StackPointer:x}", $"{other.StackPointer:x}");
        Compare("program counter", $"{one.ProgramCounter:x}", $"{other.ProgramCounter:x}");
        Compare("argc", one.ArgumentCount, other.ArgumentCount);
        Compare("argv", $"{one.Argv:x}", $"{other.Argv:x}");
        Compare("envp", $"{one.Envp:x}", $"{other.Envp:x}");
        Compare("auxv", $"{one.AuxvAt:x}", $"{other.AuxvAt:x}");
        Compare("argv[0]", $"{one.Argv0:x}", $"{other.Argv0:x}");
        Compare("auxv entries", string.Join(' ', one.Auxv), string.Join(' ', other.Auxv));
        Compare("maps", "\n" + string.Join('\n', one.Maps) + "\n", "\n" + string.Join('\n', other.Maps) + "\n");
        Compare("stack bytes", one.StackSha256, other.StackSha256);
        Compare("memory", one.MemorySha256, other.MemorySha256);
        Compare("pages", one.PresentPages, other.PresentPages);
        return differences;
    }
}
