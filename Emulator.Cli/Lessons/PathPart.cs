using System.Text.Json;

namespace Emulator.Cli.Lessons;

/// <summary>One step of a path.</summary>
internal abstract record PathPart
{
    /// <summary>Where it leads to.</summary>
    public abstract IEnumerable<JsonElement> From(JsonElement element, Scope scope);

    /// <summary>The member of an object.</summary>
    public sealed record Member(string Name) : PathPart
    {
        /// <inheritdoc/>
        public override IEnumerable<JsonElement> From(JsonElement element, Scope scope) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(Name, out JsonElement found) ? [found] : [];
    }

    /// <summary>An element of an array, counted from 0.</summary>
    public sealed record Index(int Number) : PathPart
    {
        /// <inheritdoc/>
        public override IEnumerable<JsonElement> From(JsonElement element, Scope scope) =>
            element.ValueKind == JsonValueKind.Array && Number < element.GetArrayLength() ? [element[Number]] : [];
    }

    /// <summary>All elements of an array, or those for which an assertion holds; behind another filter, those that this one leaves too.</summary>
    public sealed record Filter(Assertion? Where) : PathPart
    {
        /// <inheritdoc/>
        public override IEnumerable<JsonElement> From(JsonElement element, Scope scope) => element.ValueKind == JsonValueKind.Array
            ? element.EnumerateArray().Where(each => Where is null || Where.Holds(scope with { Here = each }, out _))
            : Where is not null && Where.Holds(scope with { Here = element }, out _) ? [element] : [];
    }
}
