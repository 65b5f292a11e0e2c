using System.Globalization;

namespace Emulator.Testing;

/// <summary>One line of a <see cref="CsvTable"/>. Its text form is the place, <c>exec.csv:17</c>, for the message of a test.</summary>
public sealed class CsvRow
{
    private readonly CsvTable _table;
    private readonly IReadOnlyList<string> _values;

    internal CsvRow(CsvTable table, int lineNumber, IReadOnlyList<string> values)
    {
        _table = table;
        _values = values;
        LineNumber = lineNumber;
    }

    /// <summary>Counted from 1, which is the line of the column names.</summary>
    public int LineNumber { get; }

    /// <summary>The text in a column.</summary>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    public string this[string column] => _table.Indexes.TryGetValue(column, out int index)
        ? _values[index]
        : throw new KeyNotFoundException($"{_table.FileName} has no column {column}, but {string.Join(", ", _table.Columns)}");

    /// <summary>True if nothing was recorded in that column.</summary>
    public bool IsEmpty(string column) => this[column].Length == 0;

    /// <summary>A signed decimal number.</summary>
    /// <exception cref="FormatException">The text is something else; the message says what and where.</exception>
    public long Decimal(string column) =>
        long.TryParse(this[column], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw Unreadable(column, "a decimal number");

    /// <summary>An unsigned hexadecimal number, with or without 0x.</summary>
    /// <exception cref="FormatException">The text is something else; the message says what and where.</exception>
    public ulong Hex(string column)
    {
        string text = this[column];
        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text;
        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw Unreadable(column, "a hexadecimal number");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_table.FileName}:{LineNumber}";

    private FormatException Unreadable(string column, string expected) =>
        new($"{this}: {column} is \"{this[column]}\", not {expected}");
}
