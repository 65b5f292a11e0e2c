using System.Text;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes.Strace;

/// <summary>Prints system calls and signals as strace does, of one process or, each line with its number, of several.</summary>
/// <remarks>The form is that of strace 6.1 with <c>-f</c>; a test compares the two.</remarks>
/// <param name="output">Takes lines, each with its newline.</param>
public sealed class CallPrinter(Action<string> output)
{
    private const int ResultColumn = 40;

    private readonly Dictionary<LinuxTask, Line> _lines = [];
    private readonly List<LinuxTask> _attached = [];
    private LinuxTask? _open;       // whose line has begun and could be finished at once

    /// <summary>Whether several tasks have to be told apart.</summary>
    private bool _several;

    internal void Starting(LinuxTask task, ExecRequest request)
    {
        string arguments = string.Join(", ", request.Arguments.Select(argument => argument is null ? "NULL" : Cut(argument)));
        int count = request.Environment.Count;
        Begin(task, $"execve({QuotedText.Of(Encoding.Latin1.GetBytes(request.FileName), cut: false)}, [{arguments}], 0x0 /* {count} var{(count == 1 ? "" : "s")} */", "execve");
    }

    internal void Started(LinuxTask task, ExecResult result) => End(task, ")", result.Error.Failed() ? ErrorText.Of(result.Error) : "0");

    internal void Entering(LinuxTask task)
    {
        SystemCall call = task.Call.Call!;
        if (task.Interrupted is { } interrupted && call.Parameters == "restart")
        {
            Begin(task, $"{call.Name}(<... resuming interrupted {interrupted.Call.Name} ...>", call.Name);
            return;
        }
        ArgumentPrinter arguments = new(task.Call);
        Begin(task, $"{call.Name}({arguments.Before()}", call.Name);
        _lines[task].Arguments = arguments;
    }

    internal void Left(LinuxTask task, in CallResult result)
    {
        if (!_lines.TryGetValue(task, out Line? line))
            return;
        string rest = line.Arguments?.After(result) ?? "";
        if (task.HasEnded)
            return;     // told when it ended
        End(task, rest + ")", result.Failed ? ErrorText.Of(result.Error) : line.Arguments?.Result(result) ?? "0");
    }

    internal void Delivered(LinuxTask task, in SignalInfo info) => Write(task, $"--- {SignalText.Of(info)} ---\n");

    /// <summary>A signal that nobody gets: strace sees it all the same.</summary>
    internal void Ignored(LinuxTask task, in SignalInfo info) => _lines.GetValueOrDefault(task)?.Told.Add(info);

    internal void Forked(LinuxTask child)
    {
        _several = true;
        _attached.Add(child);
        _lines.Add(child, new Line());
    }

    /// <summary>A task ends: in a call that never returns, or outside of any.</summary>
    internal void Ended(LinuxTask task)
    {
        if (_lines.TryGetValue(task, out Line? line) && line.Text is not null)
            End(task, ")", "?");
        if (task.Group.Tasks.Count > 1)
        {
            Write(task, $"+++ exited with {task.Group.Status} +++\n");
            Forget(task);
        }
    }

    internal void Ended(ThreadGroup group)
    {
        LinuxTask last = group.Leader;
        foreach (LinuxTask task in _lines.Keys)
        {
            if (task.Group == group)
                last = task;
        }
        string core = DefaultAction.Dumps(group.Termination) && group.Limits[ResourceLimits.Core].Current != 0 ? " (core dumped)" : "";
        Write(last, group.Termination != Signal.None ? $"+++ killed by {FlagNames.Signal((int)group.Termination)}{core} +++\n" : $"+++ exited with {group.Status} +++\n");
        Forget(last);
    }

    private static string Cut(byte[] bytes) => QuotedText.Of(bytes.AsSpan(0, Math.Min(bytes.Length, QuotedText.Most)), bytes.Length > QuotedText.Most);

    private void Forget(LinuxTask task)
    {
        _lines.Remove(task);
        _several = _lines.Count > 1;
    }

    private void Begin(LinuxTask task, string text, string name)
    {
        Interrupt(task);
        if (!_lines.TryGetValue(task, out Line? line))
            _lines.Add(task, line = new Line());
        (line.Name, line.Text, line.IsUnfinished, line.Arguments) = (name, Prefix(task) + text, false, null);
        _open = task;
    }

    private void End(LinuxTask task, string rest, string result)
    {
        if (!_lines.TryGetValue(task, out Line? line) || line.Text is null)
            return;
        Interrupt(task);
        string text = line.IsUnfinished ? $"{Prefix(task)}<... {line.Name} resumed>{rest}" : line.Text + rest;
        _open = null;
        line.Text = null;
        output($"{text.PadRight(ResultColumn - 1)} = {result}\n");
        foreach (SignalInfo info in line.Told)
            Write(task, $"--- {SignalText.Of(info)} ---\n");
        line.Told.Clear();
        TellAttached();
    }

    /// <summary>New tasks are told of when the line that made them is finished, or has to wait for its end.</summary>
    private void TellAttached()
    {
        foreach (LinuxTask task in _attached)
            output($"strace: Process {task.Id} attached\n");
        _attached.Clear();
    }

    private void Write(LinuxTask task, string text)
    {
        Interrupt(task);
        output(Prefix(task) + text);
    }

    /// <summary>Another line comes: the one that has begun stays unfinished.</summary>
    private void Interrupt(LinuxTask? by)
    {
        if (_open is not { } open || open == by)
            return;
        _open = null;
        if (_lines.TryGetValue(open, out Line? line) && line.Text is not null && !line.IsUnfinished)
        {
            line.IsUnfinished = true;
            output($"{line.Text} <unfinished ...>\n");
        }
        TellAttached();
    }

    private string Prefix(LinuxTask task) => _several ? $"[pid {task.Id,5}] " : "";

    private sealed class Line
    {
        public string Name { get; set; } = "";

        public string? Text { get; set; }

        public bool IsUnfinished { get; set; }

        public ArgumentPrinter? Arguments { get; set; }

        public List<SignalInfo> Told { get; } = [];
    }
}
