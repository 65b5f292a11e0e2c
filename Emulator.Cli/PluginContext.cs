using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;

namespace Emulator.Cli;

/// <summary>
/// Where the code of one <c>--plugin</c> lives. What this program has already is shared with it, Core above all, whose types
/// it derives; whatever else it needs lies beside it.
/// </summary>
internal sealed class PluginContext : AssemblyLoadContext
{
    /// <summary>Makes an empty context.</summary>
    /// <param name="file">The plugin, as the user typed it.</param>
    /// <param name="path">Its full path.</param>
    [RequiresUnreferencedCode("A stranger's assembly may use what was trimmed away.")]
    public PluginContext(string file, string path)
        : base(file)
    {
        File = file;
        string directory = Path.GetDirectoryName(path)!;
        Resolving += (context, wanted) =>
        {
            string beside = Path.Combine(directory, $"{wanted.Name}.dll");
            return System.IO.File.Exists(beside) ? context.LoadFromAssemblyPath(beside) : null;
        };
    }

    /// <summary>The plugin, as the user typed it.</summary>
    public string File { get; }

    /// <summary>The plugin whose code an exception came through; null when none had a hand in it.</summary>
    public static PluginContext? Behind(Exception problem)
    {
        if (!PluginFile.CanLoad)
            return null;
        for (Exception? each = problem; each is not null; each = each.InnerException)
        {
            foreach (StackFrame frame in new StackTrace(each).GetFrames())
            {
                if (frame.GetMethod()?.Module.Assembly is { } assembly && GetLoadContext(assembly) is PluginContext plugin)
                    return plugin;
            }
        }
        return null;
    }
}
