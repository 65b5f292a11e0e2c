using System.Text.Json;
using Emulator.Cli.Rendering;
using Emulator.Core.Reports;

namespace Emulator.Cli.Reports;

/// <summary>Many programs in two ways, a line each: schema emulator.demo/1.</summary>
internal sealed class DemoReport(IReadOnlyList<CompareReport> runs) : Report
{
    /// <inheritdoc/>
    public override int ExitCode => runs.Max(run => run.ExitCode);

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "emulator.demo/1");
        json.WriteStartArray("runs");
        foreach (CompareReport run in runs)
            run.WriteJson(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteText(TextOutput output)
    {
        output.Line("Page tables of one execve with 15000 bytes of arguments: in place, and staged", Tone.Strong);
        output.Line();
        TextTable table = new("ABI", "Linux", "MMU", ">page", "levels", ">built", ">staged", ">moved", ">staged", ">freed", ">staged", ">peak bytes", ">staged", "same view");
        foreach (CompareReport run in runs)
        {
            WayReport inPlace = run.Ways.Ways[0], staged = run.Ways.Ways[1];
            table.Add(run.Subject.Abi ?? "?", run.Subject.Plan.Profile.Era.Version, run.Subject.Plan.Profile.Mmu, $"{run.Subject.Plan.Profile.PageBytes / 1024}k", CompareText.Levels(inPlace),
                $"{inPlace.TablesBuilt}", $"{staged.TablesBuilt}", Moved(inPlace), Moved(staged), $"{inPlace.TablesFreed}", $"{staged.TablesFreed}",
                $"{inPlace.Result.PeakTableBytes}", $"{staged.Result.PeakTableBytes}", run.Ways.SameUserView && run.Ways.AllSucceeded ? "yes" : "NO");
        }
        output.Table(table);
        output.Line();
        output.Paragraph("When execve copies the strings it cannot know yet where the new program's stack ends: that depends on the program's ABI, and the header is read later. Since 2.6.23 the strings wait in place, under the highest stack that any program could have, and are moved down afterwards: tables are built up there, entries moved, tables freed. Staged (Al Viro's proposal of December 2009), the pages wait in a list and enter the address space once, where they stay. Tables are counted until the stack is in place, the top table included; the peak is that of the whole execve.");
        WritePicture(output);
    }

    private static string Moved(WayReport way) =>
        way.TablesMoved == 0 ? $"{way.Result.Moves.Pte}" : $"{way.Result.Moves.Pte} + {Form.Count(way.TablesMoved, "table")}";

    /// <summary>The picture worth most: of a tree that even loses a level on the way, if there is one; else of the most work undone.</summary>
    private void WritePicture(TextOutput output)
    {
        CompareReport chosen = runs.FirstOrDefault(run => run.Ways.Ways[0].Steps.DepthChanges.Any(change => change.To < change.From))
            ?? runs.MaxBy(run => run.Ways.Ways[0].TablesFreed)!;
        TreePicture picture = new(chosen.Subject.Plan.Profile.Tree);
        foreach (WayReport way in chosen.Ways.Ways)
        {
            output.Line();
            output.Line($"{chosen.Subject.Abi}, Linux {chosen.Subject.Plan.Profile.Era.Version}, {way.Result.Way}", Tone.Strong);
            foreach (TextNode top in picture.Draw(way.Steps))
                output.Tree(top);
        }
        output.Line();
        output.Paragraph(chosen.Ways.Verdict);
    }
}
