using System.Globalization;
using System.Text.Json;

namespace Emulator.Cli.Lessons;

/// <summary>One value in an assertion: a number, a text, true, false or null.</summary>
internal readonly record struct AssertionValue
{
    private readonly object? _value;

    private AssertionValue(object? value) => _value = value;

    /// <summary>The number, also of a text that is one in hexadecimal, as addresses are in reports; else null.</summary>
    public decimal? Number => _value switch
    {
        decimal number => number,
        string text when text.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number) => number,
        _ => null,
    };

    /// <summary>A number.</summary>
    public static AssertionValue Of(decimal number) => new(number);

    /// <summary>A text.</summary>
    public static AssertionValue Of(string text) => new(text);

    /// <summary>True or false.</summary>
    public static AssertionValue Of(bool value) => new(value);

    /// <summary>Null.</summary>
    public static AssertionValue Null => default;

    /// <summary>The value of a piece of JSON; null for an object or an array.</summary>
    public static AssertionValue? From(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => Of(element.GetDecimal()),
        JsonValueKind.String => Of(element.GetString()!),
        JsonValueKind.True => Of(true),
        JsonValueKind.False => Of(false),
        JsonValueKind.Null => Null,
        _ => null,
    };

    /// <summary>Whether a relation holds.</summary>
    /// <exception cref="AssertionException">The two cannot be compared so.</exception>
    public static bool Holds(AssertionValue left, string relation, AssertionValue right)
    {
        if (relation == "contains")
        {
            return left._value is string whole && right._value is string part
                ? whole.Contains(part, StringComparison.Ordinal)
                : throw new AssertionException($"contains needs a text on both sides, found {left} and {right}");
        }
        if (left.Number is { } a && right.Number is { } b)
        {
            return relation switch
            {
                "==" => a == b,
                "!=" => a != b,
                "<" => a < b,
                "<=" => a <= b,
                ">" => a > b,
                _ => a >= b,
            };
        }
        return relation switch
        {
            "==" => Equals(left._value, right._value),
            "!=" => !Equals(left._value, right._value),
            _ => throw new AssertionException($"{relation} needs a number on both sides, found {left} and {right}"),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => _value switch
    {
        null => "null",
        true => "true",
        false => "false",
        decimal number => number.ToString("0.############################", CultureInfo.InvariantCulture),
        var text => $"\"{text}\"",
    };
}
