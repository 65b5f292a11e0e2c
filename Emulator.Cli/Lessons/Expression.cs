using System.Text.Json;

namespace Emulator.Cli.Lessons;

/// <summary>One side of an assertion.</summary>
internal abstract record Expression
{
    /// <summary>Its value.</summary>
    /// <exception cref="AssertionException">It has none in this scope.</exception>
    public abstract AssertionValue In(Scope scope);

    /// <summary>A value as it is written.</summary>
    public sealed record Literal(AssertionValue Value) : Expression
    {
        /// <inheritdoc/>
        public override AssertionValue In(Scope scope) => Value;
    }

    /// <summary>Two numbers and what is done with them.</summary>
    public sealed record Arithmetic(Expression Left, char Operator, Expression Right) : Expression
    {
        /// <inheritdoc/>
        public override AssertionValue In(Scope scope)
        {
            AssertionValue left = Left.In(scope), right = Right.In(scope);
            if (left.Number is not { } a || right.Number is not { } b)
                throw new AssertionException($"{Operator} needs a number on both sides, found {left} and {right}");
            if (Operator == '/' && b == 0)
                throw new AssertionException("division by 0");
            try
            {
                return AssertionValue.Of(Operator switch { '+' => a + b, '-' => a - b, '*' => a * b, _ => a / b });
            }
            catch (OverflowException)
            {
                throw new AssertionException($"{left} {Operator} {right} is too large a number");
            }
        }
    }

    /// <summary>All that a path leads to, as one number.</summary>
    public sealed record Call(string Function, Path Of) : Expression
    {
        /// <summary>The functions.</summary>
        public static readonly IReadOnlyList<string> Names = ["count", "sum", "min", "max"];

        /// <inheritdoc/>
        public override AssertionValue In(Scope scope)
        {
            List<JsonElement> elements = [.. Of.Find(scope).SelectMany(element => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : Enumerable.Repeat(element, 1))];
            if (Function == "count")
                return AssertionValue.Of(elements.Count);
            List<decimal> numbers = [.. elements.Select(element => AssertionValue.From(element)?.Number
                ?? throw new AssertionException($"{Function} needs numbers, but {Of} also leads to {Path.Kind(element)}"))];
            if (numbers.Count == 0 && Function != "sum")
                throw new AssertionException($"{Function} of nothing: {Of} leads nowhere");
            return AssertionValue.Of(Function switch { "sum" => numbers.Sum(), "min" => numbers.Min(), _ => numbers.Max() });
        }
    }

    /// <summary>A way through a report.</summary>
    /// <param name="Report">Name of the command whose report it is; null for the last one, and inside a filter for the element.</param>
    /// <param name="Parts">The steps.</param>
    /// <param name="Text">As written.</param>
    public sealed record Path(string? Report, IReadOnlyList<PathPart> Parts, string Text) : Expression
    {
        /// <inheritdoc/>
        public override AssertionValue In(Scope scope)
        {
            List<JsonElement> found = [.. Find(scope)];
            if (found is not [var one])
                throw new AssertionException($"{Text} leads to {(found.Count == 0 ? "nothing" : $"{found.Count} values")}; one is needed here{(found.Count == 0 ? "" : $", or one of {Words.Or([.. Call.Names])} around it")}");
            return AssertionValue.From(one) ?? throw new AssertionException($"{Text} leads to {Kind(one)}; a number or a text is needed here");
        }

        /// <summary>Everything that the path leads to.</summary>
        public IEnumerable<JsonElement> Find(Scope scope)
        {
            JsonElement start;
            if (Report is null)
                start = scope.Here ?? throw new AssertionException($"{Text}: there is no command before it");
            else if (!scope.Named.TryGetValue(Report, out start))
                throw new AssertionException($"${Report}: no command before it has this name; {(scope.Named.Count == 0 ? "none has any" : $"there are {Words.And([.. scope.Named.Keys])}")}");
            IEnumerable<JsonElement> found = [start];
            foreach (PathPart part in Parts)
                found = [.. found.SelectMany(element => part.From(element, scope))];
            return found;
        }

        /// <summary>What a piece of JSON is, for errors.</summary>
        public static string Kind(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            _ => $"{AssertionValue.From(element)}",
        };

        /// <inheritdoc/>
        public override string ToString() => Text;
    }
}
