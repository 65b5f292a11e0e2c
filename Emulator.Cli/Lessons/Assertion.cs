using System.Globalization;
using System.Text;

namespace Emulator.Cli.Lessons;

/// <summary>
/// <c>left relation right</c> on the JSON of a command; docs/lessons.md has the grammar, which changes with this file.
/// </summary>
/// <param name="Left">Left side.</param>
/// <param name="Relation">One of <see cref="Relations"/>.</param>
/// <param name="Right">Right side.</param>
internal sealed record Assertion(Expression Left, string Relation, Expression Right)
{
    /// <summary>The relations; of two that begin alike the longer one first.</summary>
    public static readonly IReadOnlyList<string> Relations = ["==", "!=", "<=", ">=", "<", ">", "contains"];

    /// <summary>Reads an assertion.</summary>
    /// <exception cref="AssertionException">It is none.</exception>
    public static Assertion Parse(string text)
    {
        Parser parser = new(text);
        Assertion assertion = parser.Assertion();
        parser.End();
        return assertion;
    }

    /// <summary>Whether it holds.</summary>
    /// <param name="scope">The reports.</param>
    /// <param name="found">Both values, for an error.</param>
    /// <exception cref="AssertionException">It makes no sense for these reports.</exception>
    public bool Holds(Scope scope, out string found)
    {
        AssertionValue left = Left.In(scope), right = Right.In(scope);
        found = $"{left} {Relation} {right}";
        return AssertionValue.Holds(left, Relation, right);
    }

    /// <summary>Recursive descent, a method for each rule of the grammar.</summary>
    private sealed class Parser(string text)
    {
        private int _at;

        public Assertion Assertion()
        {
            Expression left = Sum();
            Skip();
            if (Relations.FirstOrDefault(Take) is not { } relation)
                throw Expected($"one of {Words.Or([.. Relations])}");
            return new Assertion(left, relation, Sum());
        }

        public void End()
        {
            Skip();
            if (_at < text.Length)
                throw Expected("the end");
        }

        private Expression Sum()
        {
            Expression sum = Product();
            while (TryOperator('+', '-') is { } sign)
                sum = new Expression.Arithmetic(sum, sign, Product());
            return sum;
        }

        private Expression Product()
        {
            Expression product = Value();
            while (TryOperator('*', '/') is { } sign)
                product = new Expression.Arithmetic(product, sign, Value());
            return product;
        }

        private Expression Value()
        {
            Skip();
            if (_at == text.Length)
                throw Expected("a value");
            if (Take("("))
            {
                Expression inner = Sum();
                Need(")");
                return inner;
            }
            char first = text[_at];
            if (first == '"')
                return new Expression.Literal(AssertionValue.Of(Quoted()));
            if (char.IsAsciiDigit(first))
                return new Expression.Literal(AssertionValue.Of(Number()));
            if (first != '$' && !IsLetter(first))
                throw Expected("a value");
            int start = _at;
            string? report = null;
            if (Take("$"))
            {
                report = Name();
                Need(".");
            }
            string name = Name();
            if (report is null)
            {
                switch (name)
                {
                    case "true" or "false": return new Expression.Literal(AssertionValue.Of(name == "true"));
                    case "null": return new Expression.Literal(AssertionValue.Null);
                    case var function when Take("("):
                        if (!Expression.Call.Names.Contains(function))
                            throw new AssertionException($"there is no function {function}; there are {Words.And([.. Expression.Call.Names])}");
                        Skip();
                        Expression argument = Value();
                        Need(")");
                        return new Expression.Call(function, argument as Expression.Path ?? throw new AssertionException($"{function}(...) needs a path"));
                }
            }
            return Path(start, report, name);
        }

        private Expression.Path Path(int start, string? report, string name)
        {
            List<PathPart> parts = [new PathPart.Member(name)];
            while (true)
            {
                if (Take("["))
                    parts.Add(Selection());
                else if (Take("."))
                    parts.Add(new PathPart.Member(Name()));
                else
                    return new Expression.Path(report, parts, text[start.._at]);
            }
        }

        private PathPart Selection()
        {
            Skip();
            if (Take("*"))
            {
                Need("]");
                return new PathPart.Filter(Where: null);
            }
            int end = _at;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            if (end > _at && end < text.Length && text[end] == ']')
            {
                PathPart index = int.TryParse(text.AsSpan(_at, end - _at), CultureInfo.InvariantCulture, out int number) ? new PathPart.Index(number) : throw Expected("a smaller index");
                _at = end + 1;
                return index;
            }
            Assertion where = Assertion();
            Need("]");
            return new PathPart.Filter(where);
        }

        private decimal Number()
        {
            int start = _at;
            bool hexadecimal = Take("0x");
            int digits = _at;
            while (_at < text.Length && (hexadecimal ? char.IsAsciiHexDigit(text[_at]) : char.IsAsciiDigit(text[_at]) || text[_at] == '.'))
                _at++;
            if (hexadecimal && ulong.TryParse(text.AsSpan(digits, _at - digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
                return value;
            if (!hexadecimal && decimal.TryParse(text.AsSpan(start, _at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
                return number;
            _at = start;
            throw Expected("a number");
        }

        private string Quoted()
        {
            StringBuilder content = new();
            for (_at++; _at < text.Length; _at++)
            {
                if (text[_at] == '"')
                {
                    _at++;
                    return content.ToString();
                }
                content.Append(text[_at]);
            }
            throw Expected("the closing quote");
        }

        private string Name()
        {
            int start = _at;
            while (_at < text.Length && (IsLetter(text[_at]) || (_at > start && char.IsAsciiDigit(text[_at]))))
                _at++;
            return _at > start ? text[start.._at] : throw Expected("a name");
        }

        private char? TryOperator(char one, char other)
        {
            Skip();
            return _at < text.Length && (text[_at] == one || text[_at] == other) ? text[_at++] : null;
        }

        private void Need(string sign)
        {
            Skip();
            if (!Take(sign))
                throw Expected(sign);
        }

        private bool Take(string sign)
        {
            if (!text.AsSpan(_at).StartsWith(sign, StringComparison.Ordinal))
                return false;
            _at += sign.Length;
            return true;
        }

        private void Skip()
        {
            while (_at < text.Length && text[_at] == ' ')
                _at++;
        }

        private AssertionException Expected(string what) =>
            new($"expected {what} at column {_at + 1}, found {(_at < text.Length ? $"\"{text[_at..]}\"" : "the end")}");

        private static bool IsLetter(char letter) => char.IsAsciiLetter(letter) || letter == '_';
    }
}
