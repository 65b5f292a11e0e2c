using Emulator.Cli.Reports;
using Emulator.Core.Memory;
using Emulator.Core.Reports;

namespace Emulator.Cli.Rendering;

/// <summary>The page and the picture of <c>tables</c>: the tree after execve, coloured by what became of each table, and how it came about.</summary>
/// <param name="subject">What was exec'd on what.</param>
/// <param name="way">The run.</param>
/// <param name="dump">The tables as they lie in memory; null without any.</param>
/// <param name="range">First and last address that are looked at.</param>
internal sealed class TablesPage(ExecSubject subject, WayReport way, TableDump? dump, (VirtualAddress First, VirtualAddress Last) range)
{
    private readonly ExecReport _report = new([way]);

    private TreesSvg Picture => new(subject, _report, range);

    /// <summary>Writes the page.</summary>
    public void Write(TextWriter output)
    {
        string lead = dump is null ? CompareText.Outcome(way.Result) is "ok" ? "No tables: without an MMU every address is a physical one." : $"execve fails: {CompareText.Outcome(way.Result)}."
            : $"{subject.Abi}, Linux {subject.Plan.Profile.Era.Version}, MMU {subject.Plan.Profile.Mmu}: root register {Form.Hex(dump.RootRegister)}, {Form.Count(dump.Depth, "level")}, {Form.Count(dump.Tables.Length, "table")}.";
        PageShell.Write(output, $"page tables of {Path.GetFileName(subject.Plan.Program.Path)} on {subject.Plan.Architecture.Name}", lead, HistoryView.Styles, HistoryView.Scripts,
            body => new HistoryView(_report, Picture).Write(body, WriteTables));
    }

    /// <summary>Writes the picture.</summary>
    public void WritePicture(TextWriter output) => output.Write(Picture.Document());

    private void WriteTables(TextWriter output)
    {
        if (dump is null)
            return;
        output.Write("<section class=\"listing\" tabindex=\"0\" aria-label=\"Page tables when the program starts\"><table><caption>Page tables when the program starts</caption>\n<thead><tr>");
        foreach (string heading in new[] { "table", "covers from", "to", "lies at", "entries used", "first used", "last used" })
            output.Write($"<th scope=\"col\">{heading}</th>");
        output.Write("</tr></thead>\n<tbody>\n");
        foreach (TableDump.Table table in dump.Tables)
        {
            string[] cells = [Form.Hex(table.View.Start.Value), Form.Hex(table.Last), Form.Hex(table.View.At.Value), $"{table.View.Used}", table.View.Used == 0 ? "-" : Form.Hex(table.View.First.Value), table.View.Used == 0 ? "-" : Form.Hex(table.View.Last.Value)];
            output.Write($"<tr><th scope=\"row\">{PageShell.Text(Form.Table(dump.Tree, table.View.Level, dump.Depth))}</th>{string.Concat(cells.Select(cell => $"<td>{cell}</td>"))}</tr>\n");
        }
        output.Write("</tbody></table></section>\n");
    }
}
