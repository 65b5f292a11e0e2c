using Emulator.Cli.Reports;
using Emulator.Core.Exec;
using Emulator.Core.Processes;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;
using static Emulator.Cli.Timelines.PerfettoSchema;

namespace Emulator.Cli.Timelines;

/// <summary>
/// The events of a run as a timeline for Perfetto: a track for each task, with slices for its system calls, page faults and execves and
/// what the kernel does in them. The clock is a virtual one: an instruction takes a nanosecond, an event a microsecond.
/// </summary>
internal sealed class PerfettoRun(Recorder recorder, Stream output) : RunTrace(recorder)
{
    private const string Clock = "virtual: an instruction takes a nanosecond, an event a microsecond; nothing here was measured";
    private const ulong EventNanoseconds = 1000, Group = 1, TableBytes = 2, FirstTask = 16;
    private const uint Sequence = 1;

    private readonly ProtoWriter _proto = new();
    private readonly Dictionary<LinuxTask, Lane> _lanes = [];
    private ulong _events, _tableBytes;
    private PerfettoAnnotations? _annotations;

    private PerfettoAnnotations Annotations => _annotations ??= new(_proto);

    private ulong Now => (ulong)Run.System.Instructions + _events * EventNanoseconds;

    /// <inheritdoc/>
    protected override void WriteHead()
    {
        PerfettoTrace.WriteAttributes(output, new ExecSubject(Run.Plan, []), Clock, Run.System.Options.Way);
        WriteTrack(Group, "run", $"{Run.Plan.Program.Path}. The clock is {Clock}.", null);
        WriteTrack(TableBytes, "table bytes", "Memory that the page tables of all programs take.", Group, isCounter: true);
    }

    /// <inheritdoc/>
    protected override void Write(in RunEvent happened)
    {
        if (happened.Task is not { } task)
            return;     // before there is a task nothing happens but the first execve, which is a task's
        Lane lane = LaneOf(task);
        switch (happened.Turn)
        {
            case RunTurn.Begin:
                Open(lane, TypeSliceBegin, happened);
                lane.Open++;
                break;
            case RunTurn.End:
                if (lane.Open == 0)
                    break;      // the task has ended meanwhile
                Open(lane, TypeSliceEnd, happened);
                lane.Open--;
                break;
            case RunTurn.Instant:
                if (happened.Kind == "task_end")
                    CloseAll(lane);
                Open(lane, TypeInstant, happened);
                break;
            default:
                Open(lane, TypeSliceBegin, happened);
                _events++;
                OpenEvent(lane.Track, TypeSliceEnd);
                CloseEvent();
                CountTables(happened.Step!.Value);
                return;
        }
        _events++;
    }

    /// <inheritdoc/>
    protected override void WriteExec(LinuxTask task, ExecResult result, int events, HistoryLedger ledger, int space)
    {
        Lane lane = LaneOf(task);
        if (lane.Open == 0)
            return;
        OpenEvent(lane.Track, TypeSliceEnd);
        Annotations.Text("result", Rendering.CompareText.Outcome(result));
        Annotations.Number("events", (ulong)events);
        Annotations.Number("space", (ulong)space);
        CloseEvent();
        lane.Open--;
        _events++;
    }

    /// <inheritdoc/>
    protected override void WriteEnd(string ended, int exit)
    {
        foreach (Lane lane in _lanes.Values)
            CloseAll(lane);
    }

    private void Open(Lane lane, int type, in RunEvent happened)
    {
        OpenEvent(lane.Track, type);
        if (type != TypeSliceEnd)
        {
            _proto.Text(EventCategories, happened.Kind);
            _proto.Text(EventName, happened.Name);
        }
        Annotations.Number(type == TypeSliceEnd ? "n_end" : "n", (ulong)Count);
        happened.Fields(Annotations);
        if (happened.Space != 0)
            Annotations.Number("space", (ulong)happened.Space);
        if (type != TypeSliceEnd)
            Annotations.Number("instructions", (ulong)Run.System.Instructions);
        CloseEvent();
    }

    private void CloseAll(Lane lane)
    {
        for (; lane.Open > 0; lane.Open--)
        {
            OpenEvent(lane.Track, TypeSliceEnd);
            CloseEvent();
        }
    }

    private void CountTables(in TraceEvent step)
    {
        if (step.Kind is not (TraceEventKind.TableBuilt or TraceEventKind.TableFreed))
            return;
        _tableBytes += step.Kind == TraceEventKind.TableBuilt ? step.Detail : 0 - step.Detail;
        OpenEvent(TableBytes, TypeCounter);
        _proto.Number(EventCounterValue, _tableBytes);
        CloseEvent();
    }

    private Lane LaneOf(LinuxTask task)
    {
        if (_lanes.TryGetValue(task, out Lane? lane))
            return lane;
        _lanes.Add(task, lane = new Lane(FirstTask + (ulong)_lanes.Count));
        string name = task.Id == task.Group.Id ? $"process {task.Id}" : $"process {task.Group.Id}, task {task.Id}";
        WriteTrack(lane.Track, name, "System calls, page faults and execves, with what the kernel does in them.", Group);
        return lane;
    }

    private void WriteTrack(ulong track, string name, string description, ulong? parent, bool isCounter = false)
    {
        OpenPacket(null);
        _proto.Open(PacketTrackDescriptor);
        _proto.Number(TrackUuid, track);
        _proto.Text(TrackName, name);
        if (parent is { } above)
        {
            _proto.Number(TrackParentUuid, above);
            _proto.Number(TrackSiblingOrderRank, track);
        }
        else
        {
            _proto.Number(TrackChildOrdering, OrderingExplicit);
        }
        _proto.Text(TrackDescription, description);
        if (isCounter)
        {
            _proto.Open(TrackCounter);
            _proto.Number(CounterUnit, UnitSizeBytes);
            _proto.Close();
        }
        _proto.Close();
        ClosePacket();
    }

    private void OpenEvent(ulong track, int type)
    {
        OpenPacket(Now);
        _proto.Open(PacketTrackEvent);
        _proto.Number(EventType, (ulong)type);
        _proto.Number(EventTrackUuid, track);
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
        _proto.Number(PacketSequenceId, Sequence);
    }

    private void ClosePacket()
    {
        _proto.Close();
        output.Write(_proto.Bytes);
    }

    private sealed class Lane(ulong track)
    {
        public ulong Track => track;

        public int Open { get; set; }
    }
}
