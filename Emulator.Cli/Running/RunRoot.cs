using Emulator.Cli.Files;
using Emulator.Cli.Options;
using Emulator.Core.Exec;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Files;

namespace Emulator.Cli.Running;

/// <summary>The directory that a program sees as its root, and where the program is in it.</summary>
internal static class RunRoot
{
    /// <summary>The directory, made absolute; null when there is none.</summary>
    /// <exception cref="ProblemException">It does not exist.</exception>
    public static string? Find(OptionValues values, CliOption option, Surroundings around)
    {
        if (values.Text(option) is not { } given)
            return null;
        string root = around.FullPath(given);
        return Directory.Exists(root) ? root : throw ProblemException.Usage($"{option.Name}: {given}: no such directory");
    }

    /// <summary>PROGRAM as the host names it: under the root if it is there, else as typed.</summary>
    public static string HostPathOf(string? root, string typed)
    {
        if (root is null || !typed.StartsWith('/'))
            return typed;
        string inside = Path.Combine(root, typed.TrimStart('/'));
        return File.Exists(inside) ? inside : typed;
    }

    /// <summary>Where the program starts: the current directory if it lies under the root, else the root.</summary>
    public static string DirectoryIn(string? root, string directory)
    {
        string relative = root is null ? "." : Path.GetRelativePath(root, directory);
        return relative == "." || relative.StartsWith("..", StringComparison.Ordinal) ? "/" : "/" + GuestText.ToGuest(relative);
    }

    /// <summary>Puts the program where the guest finds it by the path that was typed.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="system">The system; nothing runs on it yet.</param>
    /// <param name="root">The root, if there is one.</param>
    /// <param name="typed">PROGRAM.</param>
    /// <param name="keepsName">Whether --execfn was given.</param>
    /// <param name="keepsArgument">Whether --argv0 was given.</param>
    public static (ExecRequest Request, RegularNode? Node) Prepare(ExecPlan plan, LinuxSystem system, string? root, string typed, bool keepsName, bool keepsArgument)
    {
        string guestPath = GuestText.ToGuest(typed);
        if (root is null)
            system.Place(guestPath, new ProgramNode(plan.Program.File));
        _ = system.Find(guestPath, out RegularNode? node);
        ExecRequest request = plan.Request with
        {
            Program = node?.PagesAs(guestPath) ?? plan.Request.Program,
            FileName = keepsName ? plan.Request.FileName : guestPath,
            Arguments = keepsArgument ? plan.Request.Arguments : new OtherFirst(plan.Request.Arguments, GuestText.Bytes(typed)),
            Files = system.Files,
        };
        return (request, node);
    }
}
