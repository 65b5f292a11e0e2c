using System.Text.Json;
using Emulator.Cli.Options;

namespace Emulator.Cli;

/// <summary>Options from <c>emulator.json</c> in the current directory and, before it, from <c>EMULATOR_…</c> in the environment.</summary>
internal sealed class Settings
{
    /// <summary>The file.</summary>
    public const string FileName = "emulator.json";

    private const string Prefix = "EMULATOR_";

    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, string[]> _lists = [];
    private readonly List<string> _names = [];      // in the file

    private Settings()
    {
    }

    /// <summary>No settings at all.</summary>
    public static Settings None { get; } = new();

    /// <summary>The environment variable that stands for an option.</summary>
    public static string VariableOf(CliOption option) => Prefix + option.Key.Replace('-', '_').ToUpperInvariant();

    /// <summary>Reads both.</summary>
    public static Settings Read(Surroundings around)
    {
        Settings settings = new();
        string path = around.FullPath(FileName);
        if (File.Exists(path))
            settings.ReadFile(path);
        foreach ((string name, string value) in around.Environment)
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
                settings._texts[name[Prefix.Length..].Replace('_', '-').ToLowerInvariant()] = value;
        }
        return settings;
    }

    /// <summary>All values of an option, in order; of an empty text none.</summary>
    /// <param name="key">The option's name without dashes before it.</param>
    public IReadOnlyList<string> All(string key) =>
        _texts.GetValueOrDefault(key) is { Length: > 0 } text ? [text] : _lists.GetValueOrDefault(key) ?? [];

    /// <summary>Refuses keys in the file that are no option of any verb: they are mistyped ones.</summary>
    /// <param name="dispatcher">Knows all options.</param>
    /// <param name="plugin">The option that runs code, which whoever wrote a directory's file may not choose for who works in it.</param>
    public void Check(Dispatcher dispatcher, CliOption plugin)
    {
        if (_names.Count == 0)
            return;
        IReadOnlyCollection<string> known = dispatcher.OptionKeys;
        foreach (string name in _names)
        {
            if (name == plugin.Key)
                throw ProblemException.Usage($"{FileName}: \"{name}\" runs code, which no file in a directory may ask for; give {plugin.Name} on the command line, or {VariableOf(plugin)} in the environment");
            if (known.Contains(name))
                continue;
            string hint = Words.Nearest(name, known) is { } near ? $"; did you mean \"{near}\"?" : $"; there are {Words.And([.. known])}";
            throw ProblemException.Usage($"{FileName}: there is no option \"{name}\"{hint}");
        }
    }

    private void ReadFile(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw ProblemException.Usage($"{FileName}: should be an object of options, found {document.RootElement.ValueKind}");
            foreach (JsonProperty option in document.RootElement.EnumerateObject())
            {
                _names.Add(option.Name);
                if (option.Value.ValueKind == JsonValueKind.Array)
                    _lists[option.Name] = [.. option.Value.EnumerateArray().Select(item => item.ToString())];
                else
                    _texts[option.Name] = option.Value.ToString();
            }
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
