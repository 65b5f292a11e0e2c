using System.Text.Json;
using Emulator.Core.Exec;

namespace Emulator.Cli.Reports;

/// <summary>The books of one execve, by the keys of emulator.exec/1.</summary>
internal static class LedgerJson
{
    /// <summary>Writes them into an object.</summary>
    public static void Write(Utf8JsonWriter json, ExecResult result)
    {
        json.WriteResult(result);
        json.WriteStartArray("stages");
        foreach (ExecStage stage in result.Stages)
            WriteStage(json, stage, result.Pressure is not null);
        json.WriteEndArray();
        json.WriteAddress("shift", result.ShiftBytes);
        json.WriteStartObject("moved");
        json.WriteNumber("pte", result.Moves.Pte);
        json.WriteNumber("pmd", result.Moves.Pmd);
        json.WriteNumber("pud", result.Moves.Pud);
        json.WriteEndObject();
        json.WriteNumber("move_ptes_calls", result.Moves.PieceCalls);
        json.WriteNumber("peak_table_bytes", result.PeakTableBytes);
        json.WriteNumber("final_table_bytes", result.FinalTableBytes);
        json.WriteNumber("staging_pages", result.StagingPages);
        json.WriteNumber("argument_pages", result.ArgumentPages);
        json.WriteNumber("protected_entries", result.ProtectedEntries);
        json.WriteCounts("flushes", result.Flushes);
    }

    private static void WriteStage(Utf8JsonWriter json, ExecStage stage, bool swaps)
    {
        json.WriteStartObject();
        json.WriteString("name", Json.StageName(stage.Name));
        json.WriteAddress("p", stage.P);
        json.WriteCounts("allocated", stage.Allocated);
        json.WriteCounts("freed", stage.Freed);
        json.WriteNumber("pgtables_bytes", stage.PgtablesBytes);
        json.WriteNumber("table_bytes", stage.TableBytes);
        json.WriteNumber("peak_table_bytes", stage.PeakTableBytes);
        json.WriteNumber("depth", stage.Depth);
        json.WriteNumber("faults", stage.Faults);
        json.WriteNumber("oom_points", stage.OomPoints);
        if (swaps)
            json.WriteNumber("swapped_pages", stage.SwappedPages);
        json.WriteNumber("anon_pages", stage.AnonymousPages);
        json.WriteNumber("waiting_pages", stage.WaitingPages);
        json.WriteNumber("fragment_pages", stage.FragmentPages);
        if (stage.Name != ExecStageName.Start)
            json.WriteStrings("maps", stage.Maps);      // those of the start are in "user"
        json.WriteEndObject();
    }
}
