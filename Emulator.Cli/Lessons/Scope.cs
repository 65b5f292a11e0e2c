using System.Text.Json;

namespace Emulator.Cli.Lessons;

/// <summary>What a path starts from.</summary>
/// <param name="Here">The last command's report, or the element that a filter looks at; null before the first command.</param>
/// <param name="Named">Reports of commands that have a name.</param>
internal readonly record struct Scope(JsonElement? Here, IReadOnlyDictionary<string, JsonElement> Named);
