using Emulator.Cli.Rendering;
using Emulator.Cli.Running;
using Emulator.Cli.Timelines;
using Emulator.Core.Exec;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Paging;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Signals;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Reports;

/// <summary>
/// The events of a run in order: those of programs as the system tells them, and between them what the machine's recorder has taken.
/// Nothing is kept once it is written, but for an execve, which is written when it is over.
/// </summary>
/// <param name="recorder">The machine's recorder; it tells address spaces apart.</param>
internal abstract class RunTrace(Recorder recorder) : IRunWatcher
{
    private readonly Dictionary<int, int> _depths = [];     // by address space
    private ProgramRun? _run;
    private LinuxTask? _owner;
    private LinuxTask? _executing;
    private int _executed;      // the address space that the present execve makes
    private bool _ended;

    /// <summary>Events written so far.</summary>
    protected long Count { get; private set; }

    /// <summary>The run.</summary>
    protected ProgramRun Run => _run ?? throw new InvalidOperationException("the run has not begun");

    /// <summary>Before the first program starts.</summary>
    public void Begin(ProgramRun run)
    {
        _run = run;
        WriteHead();
    }

    /// <summary>After the last one has ended.</summary>
    /// <param name="ended">Why the run is over.</param>
    /// <param name="exit">Its exit code.</param>
    public void End(string ended, int exit)
    {
        Drain();
        WriteEnd(ended, exit);
        _ended = true;      // what is taken down afterwards is no event of the run
    }

    /// <inheritdoc/>
    public void TaskBegins(LinuxTask task) => Tell(_owner ?? task, "task_begin", $"task {task.Id} begins", RunTurn.Instant, fields =>
    {
        fields.Number("new_task", (ulong)task.Id);
        fields.Number("new_process", (ulong)task.Group.Id);
    });

    /// <inheritdoc/>
    public void TaskEnds(LinuxTask task)
    {
        Own(task);
        Tell(task, "task_end", $"task {task.Id} ends", RunTurn.Instant, fields => fields.Number("exit", (ulong)task.Group.ExitCode));
    }

    /// <inheritdoc/>
    public void ExecBegins(LinuxTask task, string path)
    {
        Own(task);
        Tell(task, "exec", $"execve {path}", RunTurn.Begin, fields =>
        {
            fields.Text("path", path);
            fields.Text("exec_way", Run.System.Options.Way);
        });
        (_executing, _executed) = (task, recorder.Spaces + 1);
    }

    /// <inheritdoc/>
    public void ExecEnds(LinuxTask task, ExecResult result)
    {
        _executing = null;
        List<TraceEvent> own = [];
        for (int i = 0; i < recorder.Count; i++)
        {
            if (recorder.SpaceOf(i) is var space && (space == 0 || space == _executed))
                own.Add(recorder.Events[i]);
        }
        History history = new(result.Way, Run.Machine, own.ToArray());
        Moment moment = history.At(0);
        for (int i = 0, step = 0; i < recorder.Count; i++)
        {
            TraceEvent happened = recorder.Events[i];
            if (recorder.SpaceOf(i) is var space && space != 0 && space != _executed)
            {
                WriteStep(happened, task, space, DepthOf(space, happened), ExecStageName.Start);      // of the old program
                continue;
            }
            WriteStep(happened, task, _executed, moment.Depth, moment.Next);
            moment.MoveTo(++step);
        }
        recorder.Clear();
        if (result.Started is not null)
            _depths[_executed] = moment.Depth;
        moment.MoveTo(history.End);
        WriteExec(task, result, history.Count, moment.Ledger, _executed);
    }

    /// <inheritdoc/>
    public void CallBegins(LinuxTask task)
    {
        Own(task);
        SystemCallRequest request = task.Call.Request;
        SystemCall call = task.Call.Call!;
        int words = call.Parameters.Length == 0 ? 0 : Math.Min(call.Parameters.Split(' ').Length, 6);
        string arguments = string.Join(", ", Enumerable.Range(0, words).Select(index => Json.Hex(request[index])));
        Tell(task, "system_call", call.Name, RunTurn.Begin, fields =>
        {
            fields.Text("call", call.Name);
            fields.Number("number", request.Number);
            fields.Text("arguments", arguments);
        });
    }

    /// <inheritdoc/>
    public void CallEnds(LinuxTask task, in CallResult result)
    {
        Own(task, drainFirst: false);
        CallResult done = result;
        string name = task.Call.Call?.Name ?? "";
        Tell(task, "system_call_end", name, RunTurn.End, fields =>
        {
            fields.Text("call", name);
            if (done.Outcome != CallOutcome.Done)
                return;
            if (done.Failed)
                fields.Text("errno", done.Error.ToString());
            else
                fields.Text("result", done.Value < 0 ? $"{done.Value}" : Json.Hex((ulong)done.Value));
        });
    }

    /// <inheritdoc/>
    public void FaultBegins(LinuxTask task, in CpuStop stop)
    {
        Own(task);
        PageFault fault = stop.Fault;
        (ulong pc, ulong address) = (stop.Pc, stop.Address);
        Tell(task, "page_fault", $"page fault at {Json.Hex(address)}", RunTurn.Begin, fields =>
        {
            fields.Address("pc", pc);
            fields.Address("address", address);
            fields.Text("access", fault.Access.ToString().ToLowerInvariant());
            fields.Text("reason", fault.Kind.ToString());
        });
    }

    /// <inheritdoc/>
    public void FaultEnds(LinuxTask task, FaultOutcome outcome) =>
        Tell(task, "page_fault_end", "page fault", RunTurn.End, fields => fields.Text("outcome", outcome switch
        {
            FaultOutcome.Handled => "handled",
            FaultOutcome.Segv => "SIGSEGV",
            FaultOutcome.Bus => "SIGBUS",
            _ => "no memory",
        }));

    /// <inheritdoc/>
    public void Delivered(LinuxTask task, in SignalInfo info)
    {
        Own(task);
        SignalInfo told = info;
        Tell(task, "signal", $"{told.Signal}", RunTurn.Instant, fields =>
        {
            fields.Text("signal", told.Signal.ToString());
            fields.Text("code", $"{told.Code}");
            if (told.Signal is Signal.SIGSEGV or Signal.SIGBUS)
                fields.Address("address", told.Address);
        });
    }

    /// <summary>Writes what stands before all events.</summary>
    protected abstract void WriteHead();

    /// <summary>Writes an event.</summary>
    protected abstract void Write(in RunEvent happened);

    /// <summary>Writes the end of an execve.</summary>
    /// <param name="task">Who called it.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="events">Events that were its own.</param>
    /// <param name="ledger">Its books.</param>
    /// <param name="space">Number of the address space that it made.</param>
    protected abstract void WriteExec(LinuxTask task, ExecResult result, int events, HistoryLedger ledger, int space);

    /// <summary>Writes what stands behind all events.</summary>
    protected abstract void WriteEnd(string ended, int exit);

    /// <summary>From now on it is this task that does things.</summary>
    private void Own(LinuxTask task, bool drainFirst = true)
    {
        if (drainFirst)
            Drain();
        _owner = task;
    }

    private void Tell(LinuxTask task, string kind, string name, RunTurn turn, Action<ITraceFields> fields)
    {
        Drain();
        if (_ended)
            return;
        Write(new RunEvent(kind, name, turn, task, 0, Json.StageName(ExecStageName.Start), fields));
        Count++;
    }

    private void Drain()
    {
        if (_executing is not null || _ended)
            return;     // an execve is written as a whole
        for (int i = 0; i < recorder.Count; i++)
        {
            TraceEvent happened = recorder.Events[i];
            int space = recorder.SpaceOf(i);
            WriteStep(happened, _owner, space, DepthOf(space, happened), ExecStageName.Start);
        }
        recorder.Clear();
    }

    private int DepthOf(int space, in TraceEvent happened)
    {
        int depth = _depths.GetValueOrDefault(space);
        if (happened.Kind is TraceEventKind.RootGrown or TraceEventKind.RootShrunk || (happened.Kind == TraceEventKind.TableBuilt && depth == 0))
            _depths[space] = happened.Level + 1;        // the first table is the top
        return depth;
    }

    private void WriteStep(TraceEvent happened, LinuxTask? task, int space, int depth, ExecStageName towards)
    {
        PageTableGeometry tree = Run.Plan.Profile.Tree;
        Write(new RunEvent(TraceFields.NameOf(happened.Kind), StepName.Of(happened, tree), RunTurn.Step, task, space, Json.StageName(towards),
            fields => TraceFields.Write(fields, happened, tree, depth))
        { Step = happened });
        Count++;
    }
}
