namespace Emulator.Cli.Rendering;

/// <summary>A table of text; columns are as wide as what is in them.</summary>
/// <param name="Columns">Headings; one that begins with '>' belongs to a column aligned to the right.</param>
internal sealed record TextTable(params string[] Columns)
{
    private readonly List<string[]> _rows = [];

    /// <summary>The rows.</summary>
    public IReadOnlyList<string[]> Rows => _rows;

    /// <summary>Adds a row; cells may be fewer than columns.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Whether a column is aligned to the right.</summary>
    public bool IsRight(int column) => Columns[column].StartsWith('>');

    /// <summary>A column's heading.</summary>
    public string Heading(int column) => Columns[column].TrimStart('>');
}
