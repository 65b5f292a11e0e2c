using System.IO.Compression;
using System.Text.Json;
using Emulator.Cli.Reports;
using Emulator.Core.Exec;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Rendering;

/// <summary>One way's steps as a page carries them, and what its script needs to know to fold and draw them (Pages/way.js).</summary>
internal sealed class PackedHistory
{
    private readonly History _history;
    private readonly SeatPlan _plan;
    private readonly TreeLayout _layout;
    private readonly int[] _tables, _from;
    private readonly byte[] _told;
    private readonly List<Narration> _narrations = [];
    private readonly Moment _end;

    /// <summary>Looks at every step once.</summary>
    public PackedHistory(History history, SeatPlan plan, TreeLayout layout)
    {
        (_history, _plan, _layout) = (history, plan, layout);
        (_tables, _from, _told) = (new int[history.End], new int[history.End], new byte[history.End]);
        Dictionary<Narration, int> numbers = [];
        Narrator narrator = new(history);
        _end = history.At(0);
        for (int step = 0; step < history.End; step++)
        {
            TraceEvent happens = history[step];
            Narration narration = narrator.Choose(_end);
            if (!numbers.TryGetValue(narration, out int number))
            {
                numbers.Add(narration, number = _narrations.Count);
                _narrations.Add(narration);
            }
            _told[step] = (byte)number;
            _from[step] = happens.Kind == TraceEventKind.EntryMoved ? _end.Find(0, new VirtualAddress(happens.Detail))!.Number : -1;
            _end.TryForward();
            _tables[step] = TableOf(_end, happens, history.Tree);
        }
    }

    /// <summary>Writes both elements.</summary>
    public void Write(TextWriter output)
    {
        output.Write($"<script type=\"application/json\" class=\"facts\">{Json.Page(WriteFacts)}</script>\n");
        output.Write($"<script type=\"application/octet-stream\" class=\"steps\">{Pack()}</script>\n");
    }

    /// <summary>The table that a step is about; -1 for none.</summary>
    private static int TableOf(Moment after, in TraceEvent happened, PageTableGeometry tree)
    {
        switch (happened.Kind)
        {
            case TraceEventKind.TableBuilt:
                return after.Tables.Count - 1;
            case TraceEventKind.TableFreed or TraceEventKind.TableMoved or TraceEventKind.RootGrown or TraceEventKind.RootShrunk:
                PhysicalAddress at = happened.At;
                return after.Tables.LastOrDefault(table => table.At == at)?.Number ?? -1;
            case TraceEventKind.EntryWritten:
                PhysicalAddress start = new(happened.At.Value - tree[happened.Level].OffsetOf(happened.Address));
                return after.Find(happened.Level, happened.Address) is { } found && found.At == start ? found.Number
                    : after.Tables.LastOrDefault(table => table.At == start && table.IsLive)?.Number ?? -1;
            case TraceEventKind.EntryMoved or TraceEventKind.FrameFilled:
                return after.Find(0, happened.Address)?.Number ?? -1;
            default:
                return -1;
        }
    }

    private void WriteFacts(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("way", _history.Way);
        json.WriteNumber("steps", _history.End);
        json.WriteNumber("accounted", _history.AccountedLevels);
        json.WriteNumber("placed", _history.PositionOf(ExecStageName.SetupOut) ?? -1);
        json.WriteNumber("lastDepth", _plan.Depth);
        json.WriteStartArray("levels");
        for (int level = 0; level < _history.Tree.MaxDepth; level++)
            WriteLevel(json, level);
        json.WriteEndArray();
        json.WriteStartArray("told");
        foreach (Narration narration in _narrations)
        {
            json.WriteStartArray();
            json.WriteStringValue(narration.Pattern);
            json.WriteStringValue(narration.Source);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteStartArray("tables");
        foreach (HistoryTable table in _end.Tables)
        {
            json.WriteStartArray();
            json.WriteNumberValue(table.Level);
            json.WriteStringValue(Json.Hex(table.At.Value));
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteStartArray("blocks");
        foreach (Block block in _layout.Blocks)
        {
            json.WriteStartArray();
            foreach (Seat seat in block.Seats)
                WriteSeat(json, seat);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteLevel(Utf8JsonWriter json, int level)
    {
        ref readonly PageTableLevel shape = ref _history.Tree[level];
        json.WriteStartObject();
        json.WriteString("name", shape.Name);
        json.WriteNumber("shift", shape.Shift);
        json.WriteNumber("bits", shape.IndexBits);
        json.WriteNumber("entryBytes", shape.EntryBytes);
        json.WriteNumber("proc", shape.ProcBytes);
        json.WriteAddress("empty", _history.EntryFormat.Empty(level));
        json.WriteStartArray("layouts");
        foreach (EntryLayout layout in _history.EntryFormat.Layouts(level))
        {
            json.WriteStartObject();
            json.WriteString("name", layout.Name);
            json.WriteAddress("mask", layout.Mask);
            json.WriteAddress("value", layout.Value);
            json.WriteStartArray("fields");
            foreach (EntryField field in layout.Fields)
            {
                json.WriteStartObject();
                json.WriteNumber("high", field.High);
                json.WriteNumber("low", field.Low);
                json.WriteString("name", field.Name);
                if (field.AddressShift is { } shift)
                    json.WriteNumber("shift", shift);
                json.WriteStrings("meanings", field.Meanings);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSeat(Utf8JsonWriter json, Seat seat)
    {
        json.WriteStartObject();
        json.WriteNumber("table", seat.Table);
        json.WriteNumber("level", seat.Level);
        json.WriteAddress("start", seat.Start);
        json.WriteNumber("from", seat.From);
        json.WriteNumber("to", seat.To == int.MaxValue ? -1 : seat.To);
        json.WriteBoolean("came", seat.CameWhole);
        json.WriteBoolean("left", seat.LeftWhole);
        json.WriteBoolean("guess", seat.Built == ExecStageName.Copied && seat.Table > 0);
        json.WriteEndObject();
    }

    /// <summary>Columns, each value as the difference to the one before: they shrink to little.</summary>
    private string Pack()
    {
        using MemoryStream packed = new();
        using (GZipStream zip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        using (BinaryWriter writer = new(new BufferedStream(zip, 1 << 16)))
        {
            int steps = _history.End;
            for (int i = 0; i < steps; i++)
                writer.Write((byte)_history[i].Kind);
            for (int i = 0; i < steps; i++)
                writer.Write((byte)_history[i].Level);
            writer.Write(_told);
            for (int bytes = steps * 3; bytes % 4 != 0; bytes++)
                writer.Write((byte)0);      // numbers of four bytes begin at a multiple of four
            foreach (Func<TraceEvent, ulong> column in new Func<TraceEvent, ulong>[] { step => step.Address.Value, step => step.At.Value, step => step.Before, step => step.After, step => step.Detail })
            {
                Deltas(writer, steps, i => (uint)column(_history[i]));
                Deltas(writer, steps, i => (uint)(column(_history[i]) >> 32));
            }
            Deltas(writer, steps, i => (uint)_tables[i]);
            Deltas(writer, steps, i => (uint)_from[i]);
        }
        return Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
    }

    private static void Deltas(BinaryWriter writer, int count, Func<int, uint> value)
    {
        uint before = 0;
        for (int i = 0; i < count; i++)
        {
            uint now = value(i);
            writer.Write(now - before);
            before = now;
        }
    }
}
