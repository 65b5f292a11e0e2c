using System.Text.Json;
using Emulator.Cli.Options;
using Microsoft.Extensions.Configuration;

namespace Emulator.Cli;

/// <summary>Options from <c>emulator.json</c> in the current directory and, before it, from <c>EMULATOR_…</c> in the environment.</summary>
internal static class Settings
{
    /// <summary>The file.</summary>
    public const string FileName = "emulator.json";

    private const string Prefix = "EMULATOR_";

    /// <summary>The environment variable that stands for an option.</summary>
    public static string VariableOf(CliOption option) => Prefix + option.Key.Replace('-', '_').ToUpperInvariant();

    /// <summary>Adds both to a host's configuration; keys are option names without their dashes.</summary>
    public static void AddTo(IConfigurationBuilder configuration, Surroundings around)
    {
        string path = around.FullPath(FileName);
        if (File.Exists(path))
            configuration.AddInMemoryCollection(ReadFile(path));
        configuration.AddInMemoryCollection(around.Environment
            .Where(variable => variable.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(variable => KeyValuePair.Create(variable.Key[Prefix.Length..].Replace('_', '-').ToLowerInvariant(), (string?)variable.Value)));
    }

    /// <summary>Refuses keys in the file that are no option of any verb: they are mistyped ones.</summary>
    /// <param name="around">Where the file is.</param>
    /// <param name="dispatcher">Knows all options.</param>
    /// <param name="plugin">The option that runs code, which whoever wrote a directory's file may not choose for who works in it.</param>
    public static void Check(Surroundings around, Dispatcher dispatcher, CliOption plugin)
    {
        string path = around.FullPath(FileName);
        if (!File.Exists(path))
            return;
        IReadOnlyCollection<string> known = dispatcher.OptionKeys;
        foreach ((string key, _) in ReadFile(path))
        {
            string name = key.Split(':')[0];
            if (name == plugin.Key)
                throw ProblemException.Usage($"{FileName}: \"{name}\" runs code, which no file in a directory may ask for; give {plugin.Name} on the command line, or {VariableOf(plugin)} in the environment");
            if (known.Contains(name))
                continue;
            string hint = Words.Nearest(name, known) is { } near ? $"; did you mean \"{near}\"?" : $"; there are {Words.And([.. known])}";
            throw ProblemException.Usage($"{FileName}: there is no option \"{name}\"{hint}");
        }
    }

    private static List<KeyValuePair<string, string?>> ReadFile(string path)
    {
        List<KeyValuePair<string, string?>> entries = [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw ProblemException.Usage($"{FileName}: should be an object of options, found {document.RootElement.ValueKind}");
            foreach (JsonProperty option in document.RootElement.EnumerateObject())
            {
                if (option.Value.ValueKind == JsonValueKind.Array)
                    entries.AddRange(option.Value.EnumerateArray().Select((item, index) => KeyValuePair.Create($"{option.Name}:{index:d6}", (string?)item.ToString())));
                else
                    entries.Add(KeyValuePair.Create(option.Name, (string?)option.Value.ToString()));
            }
            return entries;
        }
        catch (JsonException problem)
        {
            throw ProblemException.Usage($"{FileName}: is not JSON: {Words.OneLine(problem.Message)}");
        }
        catch (IOException problem)
        {
            throw ProblemException.Unreadable(FileName, problem);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw ProblemException.Unreadable(FileName, problem);
        }
    }
}
