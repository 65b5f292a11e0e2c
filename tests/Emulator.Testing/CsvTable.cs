namespace Emulator.Testing;

/// <summary>
/// A table of comma separated values whose first line names the columns. A value may stand in double quotes, a quote inside
/// is doubled (RFC 4180); a value does not go over the end of a line. Blank lines are left out.
/// </summary>
public sealed class CsvTable
{
    private readonly List<CsvRow> _rows = [];

    private CsvTable(string fileName, IReadOnlyList<string> columns)
    {
        FileName = fileName;
        Columns = columns;
        Indexes = columns.Select((name, index) => (name, index)).ToDictionary(column => column.name, column => column.index);
    }

    /// <summary>The file's name without directories.</summary>
    public string FileName { get; }

    /// <summary>The names in the first line.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>All other lines.</summary>
    public IReadOnlyList<CsvRow> Rows => _rows;

    internal IReadOnlyDictionary<string, int> Indexes { get; }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="FormatException">There is no first line, a line has more or fewer values than the first, or a quote is
    /// not closed. The message says where.</exception>
    public static CsvTable Read(string path) => Parse(Path.GetFileName(path), File.ReadLines(path));

    /// <summary>Reads lines as if they came from a file of that name.</summary>
    /// <exception cref="FormatException">As for <see cref="Read"/>.</exception>
    public static CsvTable Parse(string fileName, IEnumerable<string> lines)
    {
        CsvTable? table = null;
        int lineNumber = 0;
        foreach (string line in lines)
        {
            lineNumber++;
            if (line.Length == 0)
                continue;
            List<string> values = Split(line, $"{fileName}:{lineNumber}");
            if (table is null)
                table = new CsvTable(fileName, values);
            else if (values.Count == table.Columns.Count)
                table._rows.Add(new CsvRow(table, lineNumber, values));
            else
                throw new FormatException($"{fileName}:{lineNumber}: {values.Count} values, but {table.Columns.Count} columns");
        }
        return table ?? throw new FormatException($"{fileName}: no line that names the columns");
    }

    private static List<string> Split(string line, string where)
    {
        List<string> values = [];
        for (int at = 0; ; at++)
        {
            int end;
            if (at < line.Length && line[at] == '"')
            {
                // The closing quote is the first that no second one follows.
                for (end = line.IndexOf('"', at + 1); end >= 0 && end + 1 < line.Length && line[end + 1] == '"';)
                    end = line.IndexOf('"', end + 2);
                if (end < 0 || end + 1 < line.Length && line[end + 1] != ',')
                    throw new FormatException($"{where}: the quote in column {at + 1} is not closed before a comma or the end of the line");
                values.Add(line[(at + 1)..end].Replace("\"\"", "\""));
                end++;
            }
            else
            {
                end = line.IndexOf(',', at);
                end = end < 0 ? line.Length : end;
                values.Add(line[at..end]);
            }
            if (end >= line.Length)
                return values;
            at = end;
        }
    }
}
