using System.Text.Json;
using Emulator.Cli.Rendering;
using Emulator.Core.Memory;

namespace Emulator.Cli.Reports;

/// <summary>Page tables of a program about to start: schema emulator.tables/1.</summary>
internal sealed class TablesReport(ExecSubject subject, SeenProgram seen, TableDump? dump, string format) : Report
{
    /// <summary>The tables; null without an MMU.</summary>
    public TableDump? Dump => dump;

    /// <inheritdoc/>
    public override bool PrefersJson => format == "json";

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "emulator.tables/1");
        subject.WriteJson(json);
        json.WriteResult(subject.Results[0]);
        seen.WriteJson(json);
        if (dump is null)
        {
            json.WriteNumber("depth", 0);
        }
        else
        {
            json.WriteNumber("depth", dump.Depth);
            json.WriteAddress("root_register", dump.RootRegister);
        }
        json.WriteStartArray("tables");
        foreach (TableDump.Table table in dump?.Tables ?? [])
            WriteTable(json, dump!, table);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteText(TextOutput output)
    {
        if (format == "dot")
        {
            WriteDot(output);
            return;
        }
        CompareText.HeadOf(subject, output);
        seen.WriteText(output);
        output.Line();
        if (dump is null)
        {
            output.Line("no tables: without an MMU every address is a physical one");
            return;
        }
        output.Line($"root register {Form.Address(dump.RootRegister)}, {Form.Count(dump.Depth, "level")}");
        output.Line();
        if (format == "tree" && dump.Tables.Length > 0)
            output.Tree(Node(dump, dump.Tables[0], ToTables(dump)));
        else
            WriteLines(output, dump);
    }

    private static Dictionary<(int Level, PhysicalAddress At), TableDump.Table> ToTables(TableDump dump) =>
        dump.Tables.ToDictionary(table => (table.View.Level, table.View.At));

    private static void WriteLines(TextOutput output, TableDump dump)
    {
        TextTable lines = new("table", "covers", "at", ">used", "first used", "last used");
        foreach (TableDump.Table table in dump.Tables)
        {
            lines.Add(Form.Table(dump.Tree, table.View.Level, dump.Depth), Form.Range(table.View.Start.Value, table.Last), Form.Address(table.View.At.Value),
                $"{table.View.Used}", table.View.Used == 0 ? "-" : Form.Address(table.View.First.Value), table.View.Used == 0 ? "-" : Form.Address(table.View.Last.Value));
        }
        output.Table(lines);
        foreach (TableDump.Table table in dump.Tables.Where(table => table.Entries.Any(entry => entry.Meaning is not null)))
        {
            output.Line();
            output.Line($"{Form.Table(dump.Tree, table.View.Level, dump.Depth)} at {Form.Address(table.View.At.Value)}", Tone.Strong);
            foreach (TableDump.Run entry in table.Entries)
                output.Line($"  {entry.First.Index,5}  {Form.Address(entry.First.Address.Value)}  {Form.Address(entry.First.Entry)}  {entry.Meaning}");
        }
    }

    private static TextNode Node(TableDump dump, TableDump.Table table, Dictionary<(int Level, PhysicalAddress At), TableDump.Table> tables)
    {
        TextNode node = new();
        node.Add(Form.Table(dump.Tree, table.View.Level, dump.Depth), Tone.Strong);
        node.Add($" {Form.Range(table.View.Start.Value, table.Last)} at 0x{table.View.At.Value:x}", Tone.Faint);
        node.Add($": {table.View.Used} of {dump.Tree[table.View.Level].Entries} entries used");
        foreach (TableDump.Run run in table.Entries)
        {
            TextNode entry;
            if (!run.First.IsLeaf && tables.TryGetValue((table.View.Level - 1, run.First.Target), out TableDump.Table? below))
                entry = WithIndex(run, Node(dump, below, tables));
            else
                entry = Leaf(dump, table, run);
            node.Add(entry);
        }
        return node;
    }

    private static TextNode WithIndex(TableDump.Run run, TextNode below)
    {
        TextNode node = new();
        node.Add($"{run.First.Index,5} ", Tone.Faint);
        foreach ((string text, Tone tone) in below.Pieces)
            node.Add(text, tone);
        foreach (TextNode child in below.Children)
            node.Add(child);
        return node;
    }

    private static TextNode Leaf(TableDump dump, TableDump.Table table, TableDump.Run run)
    {
        TextNode node = new();
        node.Add(run.Count == 1 ? $"{run.First.Index,5} " : $"{run.First.Index,5}..{run.First.Index + run.Count - 1} ", Tone.Faint);
        node.Add(Form.Range(run.First.Address.Value, dump.LastOf(table, run)), Tone.Faint);
        if (run.Meaning is not null)
            return node.Add($" {run.Meaning}");
        return node.Add($" {TableDump.Rights(run.First.Flags)} {Form.Count(run.Count, "page")}, the first at 0x{run.First.Target.Value:x}");
    }

    private void WriteDot(TextOutput output)
    {
        output.Line("digraph tables {");
        output.Line("  rankdir=LR;");
        output.Line("  node [shape=box, fontname=monospace];");
        foreach (TableDump.Table table in dump?.Tables ?? [])
        {
            string name = Name(table.View.Level, table.View.At);
            output.Line($"  {name} [label=\"{Form.Table(dump!.Tree, table.View.Level, dump.Depth)}\\n{Form.Address(table.View.Start.Value)}\\n{Form.Address(table.Last)}\\nat 0x{table.View.At.Value:x}, {table.View.Used} used\"];");
            foreach (TableDump.Run run in table.Entries)
            {
                string index = run.Count == 1 ? $"{run.First.Index}" : $"{run.First.Index}..{run.First.Index + run.Count - 1}";
                string target = run.First.IsLeaf ? $"{name}_{run.First.Index}" : Name(table.View.Level - 1, run.First.Target);
                if (run.First.IsLeaf)
                    output.Line($"  {target} [shape=plain, label=\"{Form.Address(run.First.Address.Value)} {TableDump.Rights(run.First.Flags)} {Form.Count(run.Count, "page")}\"];");
                output.Line($"  {name} -> {target} [label=\"{index}\"];");
            }
        }
        output.Line("}");
    }

    private static string Name(int level, PhysicalAddress at) => $"t{level}_{at.Value:x}";

    private static void WriteTable(Utf8JsonWriter json, TableDump dump, TableDump.Table table)
    {
        json.WriteStartObject();
        json.WriteNumber("level", table.View.Level);
        json.WriteString("name", dump.Tree[table.View.Level].Name);
        json.WriteString("linux", Core.Paging.PageTableGeometry.LinuxName(table.View.Level, dump.Depth));
        json.WriteAddress("start", table.View.Start.Value);
        json.WriteAddress("end", table.Last);
        json.WriteAddress("at", table.View.At.Value);
        json.WriteNumber("bytes", dump.Tree[table.View.Level].TableBytes);
        json.WriteNumber("entries", dump.Tree[table.View.Level].Entries);
        json.WriteNumber("used", table.View.Used);
        json.WriteAddress("first", table.View.First.Value);
        json.WriteAddress("last", table.View.Last.Value);
        json.WriteStartArray("runs");
        foreach (TableDump.Run run in table.Entries)
        {
            json.WriteStartObject();
            json.WriteNumber("index", run.First.Index);
            json.WriteNumber("count", run.Count);
            json.WriteAddress("address", run.First.Address.Value);
            json.WriteAddress("entry_at", run.First.At.Value);
            json.WriteAddress("entry", run.First.Entry);
            json.WriteString("kind", run.First.IsLeaf ? "page" : "table");
            json.WriteAddress("target", run.First.Target.Value);
            if (run.First.IsLeaf)
                json.WriteString("rights", TableDump.Rights(run.First.Flags));
            if (run.Meaning is not null)
                json.WriteString("meaning", run.Meaning);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
