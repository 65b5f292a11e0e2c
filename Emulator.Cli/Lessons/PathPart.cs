using System.Text.Json;

namespace Emulator.Cli.Lessons;

/// <summary>One step of a path.</summary>
internal abstract record PathPart
{
    /// <summary>Where it leads to.</summary>
    public abstract IEnumerable<JsonElement> From(JsonElement element, Scope scope);

    /// <summary>The member of an object; one that is not there is an error, or a mistyped name could be counted as 0.</summary>
    public sealed record Member(string Name) : PathPart
    {
        /// <inheritdoc/>
        public override IEnumerable<JsonElement> From(JsonElement element, Scope scope)
        {
            if (element.ValueKind != JsonValueKind.Object)
                throw new AssertionException($"{Name} is looked for in {Expression.Path.Kind(element)}, which has no members");
            if (element.TryGetProperty(Name, out JsonElement found))
                return [found];
            string[] names = [.. element.EnumerateObject().Select(member => member.Name)];
            throw new AssertionException($"there is no {Name}; {(Words.Nearest(Name, names) is { } near ? $"did you mean {near}?" : $"there are {Words.And(names)}")}");
        }
    }

    /// <summary>An element of an array, counted from 0.</summary>
    public sealed record Index(int Number) : PathPart
    {
        /// <inheritdoc/>
        public override IEnumerable<JsonElement> From(JsonElement element, Scope scope)
        {
            if (element.ValueKind != JsonValueKind.Array)
                throw new AssertionException($"[{Number}] stands behind {Expression.Path.Kind(element)}, which has no elements");
            return Number < element.GetArrayLength() ? [element[Number]] : throw new AssertionException($"there is no [{Number}], only {element.GetArrayLength()} elements from [0]");
        }
    }

    /// <summary>All elements of an array, or those for which an assertion holds; behind another filter, those that this one leaves too.</summary>
    public sealed record Filter(Assertion? Where) : PathPart
    {
        /// <inheritdoc/>
        public override IEnumerable<JsonElement> From(JsonElement element, Scope scope) => element.ValueKind switch
        {
            JsonValueKind.Array => element.EnumerateArray().Where(each => Where is null || Where.Holds(scope with { Here = each }, out _)),
            JsonValueKind.Object when Where is not null => Where.Holds(scope with { Here = element }, out _) ? [element] : [],
            _ => throw new AssertionException($"a selection stands behind {Expression.Path.Kind(element)}, which has no elements"),
        };
    }
}
