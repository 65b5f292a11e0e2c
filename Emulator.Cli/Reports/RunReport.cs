using System.Text.Json;
using Emulator.Cli.Rendering;
using Emulator.Cli.Running;
using Emulator.Core.Exec;
using Emulator.Core.Execution;
using Emulator.Core.Machines;
using Emulator.Core.Paging;
using Emulator.Core.Processes;

namespace Emulator.Cli.Reports;

/// <summary>What a run came to: schema emulator.run/1.</summary>
internal sealed class RunReport(ExecSubject subject, ProgramRun run, TlbAccounts? tlbs, string ended, int exitCode) : Report
{
    private readonly LinuxSystem _system = run.System;
    private readonly EngineStatistics[] _engines = [.. run.System.Engines];

    /// <inheritdoc/>
    public override int ExitCode => exitCode;

    private long Translated => _engines.Sum(engine => engine.Translated);

    private IEnumerable<(string Key, string Name, long Value)> Figures =>
    [
        ("instructions", "instructions", _system.Instructions),
        ("interpreted_instructions", "of them interpreted (tier 0)", _system.Instructions - Translated),
        ("translated_instructions", "of them in translated code (tier 1)", Translated),
        ("blocks", "blocks made", _engines.Sum(engine => engine.BlocksMade)),
        ("decoded_instructions", "instructions decoded for them", _engines.Sum(engine => engine.InstructionsDecoded)),
        ("operations", "micro-operations made of them", _engines.Sum(engine => engine.Operations)),
        ("regions", "regions translated", _engines.Sum(engine => engine.Regions)),
        ("region_entries", "times that a region was entered", _engines.Sum(engine => engine.Exits.All)),
        ("code_stores", "stores to code", _engines.Sum(engine => engine.CodeStores)),
        ("acceleration_tlb_misses", "misses of the acceleration TLB", _engines.Sum(engine => engine.TlbMisses)),
        ("walks", "walks of page tables", run.Machine.Walks),
        ("page_faults", "page faults", _system.PageFaults),
        ("system_calls", "system calls", _system.SystemCalls),
        ("tasks", "tasks", _system.TasksMade),
        ("switches", "context switches", _system.Switches),
        ("execs", "execs", _system.ExecCount),
    ];

    private IEnumerable<(string Key, string Name, TimeSpan Value)> Times => _system.Times is not { } times ? [] :
    [
        ("interpreting", "interpreting (tier 0)", times.Interpreting),
        ("translated", "in translated code (tier 1)", times.Translated),
        ("walking", "walking page tables", times.Walking),
        ("kernel", "in the model of the kernel", times.Kernel),
        ("waiting", "waiting for the host", times.Waiting),
        ("translating", "translating, beside all this", times.Translating),
    ];

    private IEnumerable<(string Key, string Name, long Value)> Exits =>
    [
        ("direct", "jumps to places that are not in the region", _engines.Sum(engine => engine.Exits.Direct)),
        ("indirect", "returns and jumps to values that lead out of it", _engines.Sum(engine => engine.Exits.Indirect)),
        ("access", "accesses that the acceleration TLB does not answer", _engines.Sum(engine => engine.Exits.Access)),
        ("poll", "the end of a turn, or somebody who asks for a hearing", _engines.Sum(engine => engine.Exits.Poll)),
        ("system_call", "system calls", _engines.Sum(engine => engine.Exits.SystemCall)),
        ("other", "instructions that tier 0 does, and other stops", _engines.Sum(engine => engine.Exits.Other)),
    ];

    private IEnumerable<(string Key, string Side, TlbShape Shape, TlbStatistics Seen)> Tlbs => tlbs is not { DataTlb: { } data, InstructionTlb: { } instruction } ? [] :
    [
        ("instruction", "fetches", instruction, tlbs.Instruction),
        ("data", "loads and stores", data, tlbs.Data),
    ];

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "emulator.run/1");
        subject.WriteJson(json);
        json.WriteString("way", subject.Results[0].Way);
        json.WriteString("ended", ended);
        json.WriteNumber("exit", exitCode);
        foreach ((string key, _, long value) in Figures)
            json.WriteNumber(key, value);
        json.WriteStartObject("region_exits");
        foreach ((string key, _, long value) in Exits)
            json.WriteNumber(key, value);
        json.WriteEndObject();
        if (_system.Times is not null)
            WriteTimes(json);
        WriteFaults(json);
        json.WriteStartArray("flushes");
        foreach (FlushCause cause in _system.Books.Flushes)
        {
            json.WriteStartObject();
            json.WriteString("cause", cause.Cause);
            json.WriteCounts("counts", cause.Flushes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (tlbs is not null)
            WriteTlbs(json);
        WriteSamples(json);
        json.WriteStartArray("exec_ledgers");
        foreach (ProgramExec exec in _system.Execs)
        {
            json.WriteStartObject();
            json.WriteNumber("process", exec.Process);
            json.WriteString("path", exec.Path);
            json.WriteNumber("instructions", exec.Instructions);
            LedgerJson.Write(json, exec.Result);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteText(TextOutput output) => throw new InvalidOperationException("standard output belongs to the program");

    /// <summary>Lines for people, on standard error.</summary>
    public void WriteTo(TextWriter error)
    {
        TextOutput output = new(new Surroundings { Output = error, Error = error });
        int width = Figures.Max(figure => figure.Value.ToString().Length);
        foreach ((_, string name, long value) in Figures)
            output.Line($"{value.ToString().PadLeft(width)}  {name}");
        Table(output, [">milliseconds", "time, which is not the same every time"], Times.Select(part => (string[])[$"{part.Value.TotalMilliseconds:f1}", part.Name]));
        Table(output, [">region exits", "for"], Exits.Where(exit => exit.Value > 0).Select(exit => (string[])[$"{exit.Value}", exit.Name]));
        Table(output, [">page faults", "why", "access", "outcome"],
            _system.Books.Faults.Select(row => (string[])[$"{row.Count}", WalkReport.Reason(row.Kind), NameOf(row.Access), OutcomeText(row.Outcome)]));
        Table(output, [">traps", "what"], _system.Books.Traps.Select(trap => (string[])[$"{trap.Value}", TrapText(trap.Key)]));
        Table(output, ["flushes by cause", ">page", ">range", ">whole", ">D-cache page"],
            _system.Books.Flushes.Select(cause => (string[])[cause.Cause, $"{cause.Flushes.Page}", $"{cause.Flushes.Range}", $"{cause.Flushes.Full}", $"{cause.Flushes.DcachePage}"]));
        Table(output, ["TLB", "entries", ">hits", ">misses", ">refills", ">denials", ">evictions", ">references", ">handler instructions", ">nested misses"],
            Tlbs.Select(tlb => (string[])
            [
                $"{tlb.Shape.Name}, {tlb.Side}", tlb.Shape.Ways == tlb.Shape.Entries ? $"{tlb.Shape.Entries}" : $"{tlb.Shape.Entries} in sets of {tlb.Shape.Ways}",
                $"{tlb.Seen.Hits}", $"{tlb.Seen.Misses}", $"{tlb.Seen.Refills}", $"{tlb.Seen.Denials}", $"{tlb.Seen.Evictions}",
                $"{tlb.Seen.Cost.MemoryReferences}", $"{tlb.Seen.Cost.Instructions}", $"{tlb.Seen.Cost.Nested}",
            ]));
        PageTableGeometry tree = subject.Plan.Profile.Tree;
        Table(output, [">instructions", ">address spaces", .. Levels.Select(level => $">{tree[level].Name}s"), ">table bytes", ">resident pages"],
            Shown.Select(sample => (string[])
            [
                $"{sample.Instructions}", $"{sample.AddressSpaces}", .. Levels.Select(level => $"{sample.Tables[level]}"), $"{sample.TableBytes}", $"{sample.ResidentPages}",
            ]));
        Table(output, ["execve of", ">process", ">after", "way", "result", ">shift", ">built", ">freed", ">entries moved", ">peak bytes", ">final bytes"],
            _system.Execs.Select(exec => (string[])
            [
                exec.Path, $"{exec.Process}", $"{exec.Instructions}", exec.Result.Way, CompareText.Outcome(exec.Result), Json.Hex(exec.Result.ShiftBytes), $"{Last(exec, stage => stage.Allocated.Total)}",
                $"{Last(exec, stage => stage.Freed.Total)}", $"{exec.Result.Moves.Pte}", $"{exec.Result.PeakTableBytes}", $"{exec.Result.FinalTableBytes}",
            ]));
    }

    private IEnumerable<int> Levels => Enumerable.Range(0, subject.Plan.Profile.HasMmu ? subject.Plan.Profile.MaxDepth : 0);

    /// <summary>As many samples as fit a page; JSON has all.</summary>
    private IEnumerable<TableSample> Shown
    {
        get
        {
            const int Most = 16;
            IReadOnlyList<TableSample> all = _system.TableSamples;
            int step = (all.Count + Most - 1) / Most;
            return all.Where((_, index) => index % step == 0);
        }
    }

    private static long Last(ProgramExec exec, Func<ExecStage, long> figure) => exec.Result.Stages is [.., var last] ? figure(last) : 0;

    private static void Table(TextOutput output, string[] columns, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        if (all.Length == 0)
            return;
        output.Line();
        TextTable table = new(columns);
        foreach (string[] row in all)
            table.Add(row);
        output.Table(table);
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string OutcomeText(FaultOutcome outcome) => outcome switch
    {
        FaultOutcome.Handled => "handled",
        FaultOutcome.Segv => "SIGSEGV",
        FaultOutcome.Bus => "SIGBUS",
        _ => "no memory for it",
    };

    private static string TrapText(CpuStopKind trap) => trap switch
    {
        CpuStopKind.Unaligned => "unaligned accesses",
        CpuStopKind.IllegalInstruction => "instructions that do not exist or are not allowed",
        _ => "others",
    };

    private static string TrapKey(CpuStopKind trap) => trap switch
    {
        CpuStopKind.Unaligned => "unaligned",
        CpuStopKind.IllegalInstruction => "illegal_instruction",
        _ => "other",
    };

    private void WriteTimes(Utf8JsonWriter json)
    {
        json.WriteStartObject("time_ns");
        foreach ((string key, _, TimeSpan value) in Times)
            json.WriteNumber(key, (long)value.TotalNanoseconds);
        json.WriteEndObject();
    }

    private void WriteFaults(Utf8JsonWriter json)
    {
        json.WriteStartArray("faults");
        foreach (FaultCount row in _system.Books.Faults)
        {
            json.WriteStartObject();
            json.WriteString("kind", row.Kind.ToString());
            json.WriteString("access", NameOf(row.Access));
            json.WriteString("outcome", OutcomeText(row.Outcome));
            json.WriteNumber("count", row.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("traps");
        foreach ((CpuStopKind trap, long count) in _system.Books.Traps)
            json.WriteNumber(TrapKey(trap), count);
        json.WriteEndObject();
    }

    private void WriteTlbs(Utf8JsonWriter json)
    {
        json.WriteStartObject("tlb");
        json.WriteString("refill", tlbs!.Refill);
        json.WriteBoolean("unified", tlbs.IsUnified);
        foreach ((string key, _, TlbShape shape, TlbStatistics seen) in Tlbs)
        {
            json.WriteStartObject(key);
            json.WriteString("name", shape.Name);
            json.WriteNumber("entries", shape.Entries);
            json.WriteNumber("ways", shape.Ways);
            json.WriteString("replacement", shape.Replacement.ToString());
            json.WriteNumber("hits", seen.Hits);
            json.WriteNumber("misses", seen.Misses);
            json.WriteNumber("refills", seen.Refills);
            json.WriteNumber("denials", seen.Denials);
            json.WriteNumber("evictions", seen.Evictions);
            json.WriteNumber("memory_references", seen.Cost.MemoryReferences);
            json.WriteNumber("handler_instructions", seen.Cost.Instructions);
            json.WriteNumber("nested_misses", seen.Cost.Nested);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private void WriteSamples(Utf8JsonWriter json)
    {
        json.WriteStartObject("tables_over_time");
        json.WriteNumber("interval", _system.TableSampleInterval);
        json.WriteStrings("levels", Levels.Select(level => subject.Plan.Profile.Tree[level].Name));
        json.WriteStartArray("samples");
        foreach (TableSample sample in _system.TableSamples)
        {
            json.WriteStartObject();
            json.WriteNumber("instructions", sample.Instructions);
            json.WriteNumber("address_spaces", sample.AddressSpaces);
            json.WriteStartArray("tables");
            foreach (int level in Levels)
                json.WriteNumberValue(sample.Tables[level]);
            json.WriteEndArray();
            json.WriteNumber("table_bytes", sample.TableBytes);
            json.WriteNumber("resident_pages", sample.ResidentPages);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
