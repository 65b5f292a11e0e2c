using Emulator.Cli.Options;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;
using static Emulator.Cli.Timelines.PerfettoSchema;

namespace Emulator.Cli.Timelines;

/// <summary>One way of a Perfetto trace: its tracks, and what happens on them in the order of time.</summary>
/// <param name="way">The way.</param>
/// <param name="sequence">Its number, from 1: the sequence of its packets, and the upper part of its tracks' identifiers.</param>
/// <param name="output">Where packets go.</param>
internal sealed class PerfettoWay(WayReport way, uint sequence, Stream output)
{
    private const ulong StepNanoseconds = 1000, TracksOfWay = 256;
    private const ulong Group = 0, Stages = 1, Work = 2, FirstLevel = 3;

    private static readonly LedgerRow[] Counters = [.. LedgerRow.All];

    private readonly ProtoWriter _proto = new();
    private readonly History _history = way.Steps;
    private readonly Moment _moment = way.Steps.At(0);
    private readonly Narrator _narrator = new(way.Steps);
    private readonly ulong[] _live = new ulong[way.Steps.Tree.MaxDepth];
    private readonly ulong?[] _shown = new ulong?[way.Steps.Tree.MaxDepth + Counters.Length];
    private PerfettoAnnotations? _annotations;
    private int _openStages;

    private PerfettoAnnotations Annotations => _annotations ??= new(_proto);

    /// <summary>Writes its packets.</summary>
    public void Write()
    {
        WriteTracks();
        BeginSlice(0, Stages, $"execve {way.Result.Way}", null);
        Annotations.Text("result", CompareText.Outcome(way.Result));
        Annotations.Text("clock", PerfettoTrace.Clock);
        CloseEvent();
        BeginStage(0, WordsFor(ExecStageName.Copied));
        _openStages = 2;
        WriteCounters(0);
        foreach (TimelineSpan span in TimelineSpan.Of(_history))
        {
            if (_history[span.First].Kind is TraceEventKind.StageReached or TraceEventKind.Failed)
                WriteTurn(span.First);
            else
                WriteSpan(span);
        }
        while (_openStages-- > 0)
            EndSlice(TimeOf(_history.Count), Stages);
    }

    private static ulong TimeOf(int step) => (ulong)step * StepNanoseconds;

    private static string WordsFor(ExecStageName next) => next == ExecStageName.SetupIn ? "reading the header" : Form.During(next);

    // ---- tracks -----------------------------------------------------------------------------------------------------

    private void WriteTracks()
    {
        Track(Group, way.Result.Way, $"execve, {way.Result.Way}: {CompareText.Outcome(way.Result)}. The clock is {PerfettoTrace.Clock}.");
        Track(Stages, "stages", "What execve is busy with.");
        Track(Work, "work", "Every step, under the fault, insertion, piece of a move or walk that it is done for.");
        for (int level = 0; level < _live.Length; level++)
            Track(FirstLevel + (ulong)level, $"{_history.Tree[level].Name}s", $"Tables of level {level}, counted from the leaf, that are there.", "tables");
        for (int i = 0; i < Counters.Length; i++)
            Track(FirstLevel + (ulong)(_live.Length + i), Counters[i].Name, $"{Counters[i].Key} of the ledger.", Counters[i].Unit);
    }

    private void Track(ulong number, string name, string description, string? unit = null)
    {
        OpenPacket(null);
        _proto.Open(PacketTrackDescriptor);
        _proto.Number(TrackUuid, UuidOf(number));
        _proto.Text(TrackName, name);
        if (number == Group)
        {
            _proto.Number(TrackChildOrdering, OrderingExplicit);
        }
        else
        {
            _proto.Number(TrackParentUuid, UuidOf(Group));
            _proto.Number(TrackSiblingOrderRank, number);
        }
        _proto.Text(TrackDescription, description);
        if (unit is not null)
        {
            _proto.Open(TrackCounter);
            if (unit == LedgerRow.Bytes)
                _proto.Number(CounterUnit, UnitSizeBytes);
            else
                _proto.Text(CounterUnitName, unit);
            _proto.Close();
        }
        _proto.Close();
        ClosePacket();
    }

    private ulong UuidOf(ulong track) => sequence * TracksOfWay + track;

    // ---- what happens -----------------------------------------------------------------------------------------------

    /// <summary>A stage is reached, or execve fails: an instant, and what execve is busy with changes.</summary>
    private void WriteTurn(int step)
    {
        bool failed = _history[step].Kind == TraceEventKind.Failed;
        OpenEvent(TimeOf(step), Stages, TypeInstant);
        _proto.Text(EventCategories, TraceFields.NameOf(_history[step].Kind));
        _proto.Text(EventName, NameOf(step));
        Annotate(step);
        CloseEvent();
        Advance();
        ulong time = TimeOf(failed ? step : step + 1);
        EndSlice(time, Stages);
        if (!failed && _moment.Reached == ExecStageName.Start)
        {
            EndSlice(time, Stages);
            _openStages = step + 1 < _history.Count ? 1 : 0;
            if (_openStages > 0)
                BeginStage(time, "after the start");
        }
        else
        {
            BeginStage(time, failed ? "giving everything back" : WordsFor(_moment.Next));
        }
        WriteCounters(TimeOf(step + 1));
    }

    private void WriteSpan(TimelineSpan span)
    {
        bool leads = span.Leader == span.First, sums = !leads && span.Leader == span.Last;
        BeginSlice(TimeOf(span.First), Work, NameOf(span.Leader ?? span.First, isWalk: span.Leader is null), TraceFields.NameOf(_history[span.Leader ?? span.First].Kind));
        if (leads)
            Annotate(span.First);
        CloseEvent();
        for (int step = span.First; step <= span.Last; step++)
        {
            bool within = step != span.Leader;
            if (within)
            {
                BeginSlice(TimeOf(step), Work, NameOf(step), TraceFields.NameOf(_history[step].Kind));
                Annotate(step);
                CloseEvent();
                EndSlice(TimeOf(step + 1), Work);
            }
            if (step == span.Last)
            {
                OpenEvent(TimeOf(step + 1), Work, TypeSliceEnd);
                if (sums)
                    Annotate(step);     // a slice has what its begin and its end say
                CloseEvent();
            }
            Advance();
            WriteCounters(TimeOf(step + 1));
        }
    }

    private void Advance()
    {
        ref readonly TraceEvent happens = ref _history[_moment.Position];
        if (happens.Kind == TraceEventKind.TableBuilt)
            _live[happens.Level]++;
        else if (happens.Kind == TraceEventKind.TableFreed)
            _live[happens.Level]--;
        _moment.TryForward();
    }

    private string NameOf(int step, bool isWalk = false) => StepName.Of(_history[step], _history.Tree, isWalk);

    private void WriteCounters(ulong time)
    {
        HistoryLedger ledger = _moment.Ledger;
        for (int i = 0; i < _shown.Length; i++)
        {
            ulong value = i < _live.Length ? _live[i] : Counters[i - _live.Length].Value(ledger);
            if (_shown[i] == value)
                continue;
            _shown[i] = value;
            OpenEvent(time, FirstLevel + (ulong)i, TypeCounter);
            _proto.Number(EventCounterValue, value);
            CloseEvent();
        }
    }

    // ---- packets ----------------------------------------------------------------------------------------------------

    private void BeginStage(ulong time, string name)
    {
        BeginSlice(time, Stages, name, null);
        CloseEvent();
    }

    private void BeginSlice(ulong time, ulong track, string name, string? category)
    {
        OpenEvent(time, track, TypeSliceBegin);
        if (category is not null)
            _proto.Text(EventCategories, category);
        _proto.Text(EventName, name);
    }

    private void EndSlice(ulong time, ulong track)
    {
        OpenEvent(time, track, TypeSliceEnd);
        CloseEvent();
    }

    private void OpenEvent(ulong time, ulong track, int type)
    {
        OpenPacket(time);
        _proto.Open(PacketTrackEvent);
        _proto.Number(EventType, (ulong)type);
        _proto.Number(EventTrackUuid, UuidOf(track));
    }

    private void CloseEvent()
    {
        _proto.Close();
        ClosePacket();
    }

    private void OpenPacket(ulong? time)
    {
        _proto.Clear();
        _proto.Open(TracePacket);
        if (time is { } nanoseconds)
            _proto.Number(PacketTimestamp, nanoseconds);
        _proto.Number(PacketSequenceId, sequence);
    }

    private void ClosePacket()
    {
        _proto.Close();
        output.Write(_proto.Bytes);
    }

    // ---- arguments of an event --------------------------------------------------------------------------------------

    /// <summary>Says what the step that leads on from the moment is.</summary>
    private void Annotate(int step)
    {
        Annotations.Number("n", (ulong)step);
        TraceFields.Write(Annotations, _history[step], _history.Tree, _moment.Depth);
        Annotations.Text("says", _narrator.Tell(_moment));
        if (_narrator.Choose(_moment).Source is { Length: > 0 } source)
            Annotations.Text("source", source);
    }
}
