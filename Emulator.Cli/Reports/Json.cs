using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Emulator.Core.Elf;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Paging;

namespace Emulator.Cli.Reports;

/// <summary>The forms that all JSON reports share: addresses as "0x…" strings, counts as numbers.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions Lines = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Pages = Lines with { Indented = true, NewLine = "\n" };

    /// <summary>A report as text: one line for machines, indented for people.</summary>
    public static string Text(Report report, bool indented)
    {
        ArrayBufferWriter<byte> bytes = new(4096);
        using (Utf8JsonWriter json = new(bytes, indented ? Pages : Lines))
            report.WriteJson(json);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>Writes a report as <c>--json</c> does.</summary>
    public static void WritePage(Report report, TextWriter output)
    {
        output.Write(Text(report, indented: true));
        output.Write('\n');
    }

    /// <summary>Writes anything as one line.</summary>
    public static string Line(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new(4096);
        using (Utf8JsonWriter json = new(bytes, Lines))
            write(json);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>Writes anything as one line that may stand inside a page.</summary>
    public static string Page(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new(4096);
        using (Utf8JsonWriter json = new(bytes))
            write(json);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>"0x…".</summary>
    public static string Hex(ulong value) => $"0x{value:x}";

    /// <summary>An address.</summary>
    public static void WriteAddress(this Utf8JsonWriter json, string name, ulong value) => json.WriteString(name, Hex(value));

    /// <summary>An array of strings.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>Tables per level.</summary>
    public static void WriteCounts(this Utf8JsonWriter json, string name, TableCounts counts)
    {
        json.WriteStartObject(name);
        json.WriteNumber("pgd", counts.Pgd);
        json.WriteNumber("p4d", counts.P4d);
        json.WriteNumber("pud", counts.Pud);
        json.WriteNumber("pmd", counts.Pmd);
        json.WriteNumber("pte", counts.Pte);
        json.WriteEndObject();
    }

    /// <summary>Flushes by kind.</summary>
    public static void WriteCounts(this Utf8JsonWriter json, string name, FlushCounts counts)
    {
        json.WriteStartObject(name);
        json.WriteNumber("page", counts.Page);
        json.WriteNumber("range", counts.Range);
        json.WriteNumber("full", counts.Full);
        json.WriteNumber("dcache_page", counts.DcachePage);
        json.WriteEndObject();
    }

    /// <summary>What program it is.</summary>
    public static void WriteProgram(this Utf8JsonWriter json, string path, ElfImage? image, string? interpreter)
    {
        json.WriteStartObject("program");
        json.WriteString("path", path);
        if (image is null)
        {
            json.WriteNull("class");
            json.WriteNull("machine");
            json.WriteNull("entry");
        }
        else
        {
            json.WriteNumber("class", image.Class);
            json.WriteNumber("machine", image.Machine);
            json.WriteAddress("entry", image.Entry);
        }
        if (interpreter is not null)
            json.WriteString("interpreter", interpreter);
        json.WriteEndObject();
    }

    /// <summary>How one way ended.</summary>
    public static void WriteResult(this Utf8JsonWriter json, ExecResult result)
    {
        json.WriteString("way", result.Way);
        json.WriteString("result", result.Outcome);
        if (result.Killed != Signal.None)
            json.WriteString("killed", result.Killed.ToString());
        if (result.Bug is { } bug)
        {
            json.WriteStartObject("bug");
            json.WriteString("function", bug.Function);
            json.WriteString("file", bug.File);
            json.WriteString("condition", bug.Condition);
            json.WriteEndObject();
        }
        if (result.Reason is not null)
            json.WriteString("reason", result.Reason);
    }

    /// <summary>A stage as the JSON names it.</summary>
    public static string StageName(ExecStageName stage) => stage switch
    {
        ExecStageName.Copied => "copied",
        ExecStageName.SetupIn => "setup_in",
        ExecStageName.SetupOut => "setup_out",
        _ => "start",
    };
}
