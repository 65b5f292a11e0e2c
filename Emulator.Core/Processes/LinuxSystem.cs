using Emulator.Core.Exec;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Files;
using Emulator.Core.Processes.Signals;
using Emulator.Core.Processes.Strace;
using Emulator.Core.Tracing;

namespace Emulator.Core.Processes;

/// <summary>
/// A kernel with programs on it: tasks, one processor that they take turns on, files, and a clock. Nothing in it depends on the host but
/// what its streams and its file tree bring in.
/// </summary>
public sealed class LinuxSystem : IDisposable
{
    /// <summary>Milliseconds that the host is waited for before somebody is looked after who might want a stop.</summary>
    internal const int HostPatience = 50;

    private const string Signalling = "signal", Faulting = "page fault";

    private const int LowFrames = 64, MostExecs = 1000, MostFaultsInPlace = 64;

    private readonly Dictionary<int, LinuxTask> _tasks = [];
    private readonly HashSet<int> _takenIds = [];
    private readonly Dictionary<Userland, SystemCallTable> _tables = [];
    private readonly Dictionary<UserAbi, Userland?> _userlands = [];
    private readonly List<ProgramExec> _execs = [];
    private readonly TimedMmu? _timedMmu;
    private readonly RunClock? _runClock;
    private readonly TableSampler? _sampler;
    private readonly object _outside = new();       // pulsed when something comes from there
    private readonly Queue<OutsideSignal> _fromOutside = new();     // what has not come through yet; under the lock of that
    private volatile int _unreadFromOutside;
    private readonly FileLocation _start;
    private LinuxTask? _current;
    private (ulong Pc, ulong Address, long Retired, int Times) _lastFault;
    private volatile bool _stopAsked;
    private long _turn;
    private string _activity = Signalling;      // what the kernel does, where it is not the call of the present task

    /// <summary>Makes a system without programs.</summary>
    /// <param name="kernel">Memory and address spaces; outlives it.</param>
    /// <param name="mmu">The machine's MMU.</param>
    /// <param name="options">How programs are to run.</param>
    /// <exception cref="ArgumentException">Addresses are to be taken for physical ones (<see cref="Execution.EngineMode.Flat"/>) on a machine that has an MMU.</exception>
    public LinuxSystem(LinuxKernel kernel, IUserMmu mmu, SystemOptions options)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Engine == Execution.EngineMode.Flat && kernel.Profile.HasMmu)
            throw new ArgumentException($"the flat engine takes addresses for physical ones; this machine has an MMU, {kernel.Profile.Mmu}", nameof(options));
        (Kernel, Options, Strace) = (kernel, options, options.Strace);
        Clock = new VirtualClock(kernel.Profile.Era.ReleasedAt * 1_000_000_000);
        if (options.MeasuresTime)
            _runClock = new RunClock(_timedMmu = new TimedMmu(mmu));
        if (options.SamplesTables)
            _sampler = new TableSampler();
        Processor = new Processor(_timedMmu ?? mmu, kernel.Memory, kernel.Profile.Tree.PageShift, options.Engine, options.CodeName, _runClock);
        Signals = new SignalDispatcher(this);
        Life = new ProcessLife(this);
        Random = new SeededRandom(options.Seed ?? 0);
        Tree = new FileTree(this);
        _start = new FileLocation(Tree.Root, Tree.Root);
        if (!PathWalk.FindExisting(_start, null, options.Directory, followLast: true, out FoundFile found).Failed() && found.Node is DirectoryNode directory)
            _start.Current = directory;
    }

    /// <summary>The kernel.</summary>
    public LinuxKernel Kernel { get; }

    /// <summary>How programs run.</summary>
    public SystemOptions Options { get; }

    /// <summary>The first process; null before there is one.</summary>
    public ThreadGroup? First { get; private set; }

    /// <summary>All tasks, by number.</summary>
    public IEnumerable<LinuxTask> Tasks => _tasks.Values;

    /// <summary>The task that runs, or ran last.</summary>
    public LinuxTask? Current => _current;

    /// <summary>Instructions done.</summary>
    public long Instructions => Processor.Retired;

    /// <summary>Page faults handled.</summary>
    public long PageFaults { get; private set; }

    /// <summary>System calls made.</summary>
    public long SystemCalls { get; private set; }

    /// <summary>Processes and threads made.</summary>
    public long TasksMade { get; private set; }

    /// <summary>Times that another task got the processor.</summary>
    public long Switches { get; private set; }

    /// <summary>What the engines have done, one for each instruction set.</summary>
    public IEnumerable<EngineStatistics> Engines => Processor.Statistics;

    /// <summary>Every execve, in order; their address spaces are not kept. Only the first thousand.</summary>
    public IReadOnlyList<ProgramExec> Execs => _execs;

    /// <summary>Faults, traps and flushes so far, by kind and cause.</summary>
    public SystemBooks Books { get; } = new();

    /// <summary>Page tables again and again, after equal numbers of instructions; empty unless <see cref="SystemOptions.SamplesTables"/>.</summary>
    public IReadOnlyList<TableSample> TableSamples => _sampler?.Samples ?? [];

    /// <summary>Instructions between two of them.</summary>
    public long TableSampleInterval => _sampler?.Interval ?? 0;

    /// <summary>Where the host's time went so far; null unless <see cref="SystemOptions.MeasuresTime"/>.</summary>
    public RunTimes? Times => _runClock?.Times(new TimeSpan(Processor.Statistics.Sum(engine => engine.TranslationTime.Ticks)));

    /// <summary>Execves made.</summary>
    public long ExecCount { get; private set; }

    /// <summary>Before which call a run stops; null for none.</summary>
    public string? StopBeforeCall { get; set; }

    /// <summary>Whether a run stops when the first process is about to end: its memory is still there.</summary>
    public bool StopsBeforeEnd { get; set; }

    /// <summary>Before which instruction a run stops, whichever program comes to it first; null for none.</summary>
    public ulong? StopBeforeInstruction
    {
        get => Processor.Breakpoint;
        set => Processor.Breakpoint = value;
    }

    internal VirtualClock Clock { get; }

    internal TimerQueue Timers { get; } = new();

    internal Scheduler Scheduler { get; } = new();

    internal Processor Processor { get; }

    internal SignalDispatcher Signals { get; }

    internal ProcessLife Life { get; }

    internal Futexes Futexes { get; } = new();

    internal Terminal Terminal { get; } = new();

    /// <summary>Who waits for whom with a lock of records: owners of locks.</summary>
    internal Dictionary<object, object> LockWaits { get; } = [];

    internal FileTree Tree { get; }

    internal SeededRandom Random { get; }

    internal CallPrinter? Strace { get; }

    internal IRunWatcher? Watcher => Options.Watcher;

    /// <summary>Tasks that wait for something to read from the host.</summary>
    internal WaitQueue HostInput { get; } = new();

    internal int TaskCount => _tasks.Count;

    internal bool IsAskedToStop => _stopAsked || _unreadFromOutside != 0;

    internal Usage UsageOfAll => new(Instructions, PageFaults, 0, 0, 0);

    // ---- from outside ---------------------------------------------------------------------------------------------------

    /// <summary>Finds a program in the file tree.</summary>
    /// <param name="path">Its path; relative ones begin at <see cref="SystemOptions.Directory"/>.</param>
    /// <param name="file">The program.</param>
    public Errno Find(string path, out RegularNode? file) => TreeFiles.FindProgram(_start, null, path, out file);

    /// <summary>Puts a file into a tree that is in memory alone; directories on the way are made.</summary>
    /// <exception cref="InvalidOperationException">The tree has a root of the host's.</exception>
    public void Place(string path, FileNode node) => Tree.Place(Tree.Absolute(path), node);

    /// <summary>Where interpreters are found.</summary>
    public IFileSource Files => new TreeFiles(_start);

    /// <summary>Starts the first program.</summary>
    /// <param name="request">What execve is asked for; its files are those of <see cref="Files"/>.</param>
    /// <param name="node">The program's file in the tree; null when it is not there.</param>
    /// <returns>The books of the execve.</returns>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public ExecResult Start(ExecRequest request, RegularNode? node)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (First is not null)
            throw new InvalidOperationException("a system has one first program");
        int id = Life.NewId();
        ThreadGroup group = new(id, null, new ResourceLimits(Options.StackLimitBytes, (ulong)Options.MaxTasks), Clock.Now) { Personality = Options.Personality };
        LinuxTask task = new(this, id, group, null!, Tree.StandardFiles(), _start.Copy(), new SignalHandlers());
        group.Leader = task;
        Strace?.Starting(task, request);
        Life.Execute(task, node, request.FileName, request, out ExecResult result);
        Strace?.Started(task, result);
        if (!result.Succeeded || task.Memory is null)
            return result.Succeeded ? result with { Error = Errno.ENOEXEC, Reason = "no plugin runs programs of this ABI" } : result;
        group.Tasks.Add(task);
        First = group;
        Terminal.Foreground = group.ProcessGroup;
        Add(task);
        return result;
    }

    /// <summary>Runs programs.</summary>
    /// <param name="instructions">How many instructions at most; exactly so many unless something else stops the run.</param>
    public RunStop Run(long instructions)
    {
        _runClock?.BeginRun();
        RunStop stop = RunOn(instructions);
        _runClock?.EndRun();
        return stop;
    }

    private RunStop RunOn(long instructions)
    {
        long end = Instructions > long.MaxValue - instructions ? long.MaxValue : Instructions + instructions;
        while (true)
        {
            while (NextFromOutside() is { } sent)
                SendFromOutside(sent.Signal, sent.ToFirst);
            if (_stopAsked)
            {
                _stopAsked = false;
                return RunStop.Interrupted;
            }
            if (_tasks.Count == 0)
                return RunStop.Ended;
            Timers.Fire(Clock.Now);
            if (_current is not { State: TaskState.Running } || _turn <= 0)
                Take(Scheduler.Next());
            if (_current is not { State: TaskState.Running } task)
            {
                _runClock?.BeginIdle();
                RunStop? over = Idle();
                _runClock?.EndIdle();
                if (over is { } stop)
                    return stop;
                continue;
            }
            if (Instructions >= end && task.Call.Call is null)
                return RunStop.Budget;
            if (Step(task, end) is { } moment)
                return moment;
        }
    }

    /// <summary>Asks a running system to stop soon; for another thread.</summary>
    public void Stop()
    {
        _stopAsked = true;
        WakeFromOutside();
        Processor.Interrupt();
    }

    /// <summary>Asks a running system to bring <see cref="Instructions"/> up to date soon; for another thread.</summary>
    public void Refresh()
    {
        if (_sampler is null)       // a sampler stops it often enough
            Processor.Interrupt();
    }

    /// <summary>Sends a signal to the process group in the foreground, as keys do; for another thread.</summary>
    public void Post(Signal signal) => Post(signal, toFirst: false);

    /// <summary>Sends a signal to the first process, as kill() from outside does; for another thread.</summary>
    public void PostToFirst(Signal signal) => Post(signal, toFirst: true);

    /// <summary>Signals from outside that have not come through yet; for another thread.</summary>
    public int UnreadFromOutside => _unreadFromOutside;

    /// <summary>The table of calls of a userland.</summary>
    public SystemCallTable CallsOf(Userland userland)
    {
        ArgumentNullException.ThrowIfNull(userland);
        if (!_tables.TryGetValue(userland, out SystemCallTable? table))
            _tables.Add(userland, table = userland.CallsOf(Kernel.Profile.Era));
        return table;
    }

    /// <summary>Ends all tasks and gives their memory back.</summary>
    public void Dispose()
    {
        foreach (LinuxTask task in _tasks.Values.ToArray())
        {
            ProcessLife.EndGroup(task.Group, 0, Signal.SIGKILL);
            Life.End(task);
        }
        _runClock?.Dispose();
        Processor.Dispose();
    }

    // ---- a task's turn --------------------------------------------------------------------------------------------------

    private void Take(LinuxTask? next)
    {
        if (_current is { State: TaskState.Running } before && next != before)
        {
            before.Switches++;
            Scheduler.Ready(before);
            next ??= Scheduler.Next();
        }
        Switches += next is not null && next != _current ? 1 : 0;
        _current = next;
        _turn = Scheduler.Turn;
    }

    /// <summary>One stay in the kernel and one in the program.</summary>
    /// <returns>The moment that is waited for, when it has come; null otherwise.</returns>
    private RunStop? Step(LinuxTask task, long end)
    {
        if (IsLastMoment(task))
            return RunStop.AtEnd;
        if (_sampler is not null && Instructions >= _sampler.Next)
            _sampler.Take(Instructions, Kernel.Profile.MaxDepth, _tasks.Values);
        if (Kernel.Frames.FreeFrames < LowFrames)
            Kernel.PageCache.Reclaim();
        if (task.Call.Call is not null)
        {
            if (task.IsDoomed)
            {
                task.Call.Abandon();
                Life.End(task);
                return null;
            }
            Finish(task, task.Call.Resume());
            if (task.State != TaskState.Running)
                return null;
        }
        _activity = Signalling;
        if (!Signals.Deliver(task))
            return null;
        bool alone = Scheduler.IsIdle;      // a turn is counted while others wait for theirs
        long budget = Math.Min(Math.Min(alone ? long.MaxValue : _turn, end - Instructions), NextTimer(task));
        if (_sampler is not null)
            budget = Math.Min(budget, _sampler.Next - Instructions);
        if (budget <= 0)
            return null;
        CpuStop stop = RunProgram(task, budget, alone);
        switch (stop.Kind)
        {
            case CpuStopKind.SystemCall:
                return Call(task, stop) ? null : RunStop.AtCall;
            case CpuStopKind.PageFault when task.Userland.CallOf(new TrapContext(stop, task.Registers, task.Space, this)) is { } disguised:
                Begin(task, SystemCallCatalog.Find(disguised.Name)!, disguised.Request);
                break;
            case CpuStopKind.PageFault:
                Fault(task, stop);
                break;
            case CpuStopKind.Budget or CpuStopKind.Interrupted:
                break;
            case CpuStopKind.Breakpoint:
                return RunStop.AtInstruction;
            default:
                Books.Count(stop.Kind);
                if (stop.Kind == CpuStopKind.IllegalInstruction)
                    Options.IllegalInstruction?.Invoke(task, stop);
                if (task.Userland.React(new TrapContext(stop, task.Registers, task.Space, this)) is { Signal: not Signal.None } info)
                    SignalDispatcher.Force(task, info);
                break;
        }
        return null;
    }

    private CpuStop RunProgram(LinuxTask task, long budget, bool alone)
    {
        long before = task.Retired;
        CpuStop stop = Processor.Run(task, budget);
        long done = task.Retired - before;
        _turn -= alone ? 0 : done;
        Clock.Advance(done);
        task.Group.CountOwnTime(done);
        TimeCalls.ExpireOwnTimers(task);
        return stop;
    }

    /// <summary>Instructions until something is due.</summary>
    private long NextTimer(LinuxTask task)
    {
        long next = Timers.Next is { } time ? Math.Max(time - Clock.Now, 1) : long.MaxValue;
        return Math.Min(next, TimeCalls.UntilOwnTimer(task));
    }

    private bool Call(LinuxTask task, in CpuStop stop)
    {
        SystemCallRequest request = task.Userland.ReadCall(task.Registers, stop);
        SystemCall call = CallsOf(task.Userland).Find(request.Number) ?? new SystemCall($"syscall_0x{request.Number:x}", null, "x x x x x x");
        if (StopBeforeCall == call.Name)
        {
            task.Userland.Repeat(task.Registers, request);
            return false;
        }
        Begin(task, call, request);
        return true;
    }

    private void Begin(LinuxTask task, SystemCall call, in SystemCallRequest request)
    {
        SystemCalls++;
        task.Call.Begin(call, request);
        Watcher?.CallBegins(task);
        Strace?.Entering(task);
        Finish(task, task.Call.Run());
    }

    private void Finish(LinuxTask task, in CallResult result)
    {
        if (result.Outcome == CallOutcome.Sleeping)
            return;
        CallContext call = task.Call;
        Strace?.Left(task, result);
        Watcher?.CallEnds(task, result);
        if (result.Outcome == CallOutcome.Done)
        {
            if (result.Error is >= Errno.ERESTARTSYS)
            {
                call.Restart = result.Error;
                call.RestartableCall = call.Call;
            }
            else
            {
                task.Userland.Return(task.Registers, result);
            }
        }
        call.End();
    }

    private void Fault(LinuxTask task, in CpuStop stop)
    {
        TrapContext trap = new(stop, task.Registers, task.Space, this);
        PageFaults++;
        task.PageFaults++;
        AddressSpace space = task.Space;
        VirtualAddress va = new(stop.Address);
        _activity = Faulting;
        Watcher?.FaultBegins(task, stop);
        Errno error = IsStuck(task, stop) ? Errno.EFAULT : space.HandleFault(va, stop.Fault.Access);
        FaultOutcome outcome = error switch
        {
            Errno.None => FaultOutcome.Handled,
            Errno.ENOMEM => FaultOutcome.OutOfMemory,
            Errno.EIO => FaultOutcome.Bus,
            _ => FaultOutcome.Segv,
        };
        Books.Count(stop.Fault, outcome);
        Watcher?.FaultEnds(task, outcome);
        if (error == Errno.None)
            return;
        if (error == Errno.ENOMEM)
        {
            if (Kernel.PageCache.Reclaim() == 0)
                Life.EndForMemory();
            return;
        }
        bool mapped = space.Find(va) is { } area && area.Contains(va);
        SignalInfo info = error == Errno.EIO
            ? new SignalInfo(Signal.SIGBUS, SignalInfo.BusAddress)
            : new SignalInfo(Signal.SIGSEGV, mapped ? SignalInfo.SegvAccessError : SignalInfo.SegvMapError);
        SignalDispatcher.Force(task, task.Userland.Describe(info with { Address = stop.Address }, trap));
    }

    /// <summary>The kernel says again and again that all is well, and the machine does not believe it.</summary>
    private bool IsStuck(LinuxTask task, in CpuStop stop)
    {
        bool same = _lastFault.Pc == stop.Pc && _lastFault.Address == stop.Address && _lastFault.Retired == task.Retired;
        _lastFault = (stop.Pc, stop.Address, task.Retired, same ? _lastFault.Times + 1 : 0);
        return _lastFault.Times > MostFaultsInPlace;
    }

    // ---- nobody runs ----------------------------------------------------------------------------------------------------

    private RunStop? Idle()
    {
        if (!HostInput.IsEmpty)
        {
            long patience = Timers.Next is { } due ? (due - Clock.Now + 999_999) / 1_000_000 : HostPatience;
            if (Options.Input.WaitReadable((int)Math.Clamp(patience, 0, HostPatience)))
                HostInput.WakeAll();
            else if (Timers.Next is { } time)
                Clock.JumpTo(Math.Min(time, Clock.Now + HostPatience * 1_000_000L));
            return null;
        }
        if (Timers.Next is { } next)
        {
            Clock.JumpTo(next);
            return null;
        }
        // Those that are left wait for something that will not come; the first process is what the run was for.
        if (First!.HasEnded)
            return RunStop.Ended;
        if (!Options.AwaitsSignals)
            return RunStop.Waiting;
        lock (_outside)
        {
            while (!IsAskedToStop)
                Monitor.Wait(_outside);
        }
        return null;
    }

    private void Post(Signal signal, bool toFirst)
    {
        lock (_outside)
        {
            _fromOutside.Enqueue(new OutsideSignal(signal, toFirst));
            _unreadFromOutside = _fromOutside.Count;
            Monitor.PulseAll(_outside);
        }
        Processor.Interrupt();
    }

    private OutsideSignal? NextFromOutside()
    {
        if (_unreadFromOutside == 0)
            return null;
        lock (_outside)
        {
            OutsideSignal first = _fromOutside.Dequeue();
            _unreadFromOutside = _fromOutside.Count;
            return first;
        }
    }

    private void WakeFromOutside()
    {
        lock (_outside)
            Monitor.PulseAll(_outside);
    }

    private void SendFromOutside(Signal signal, bool toFirst)
    {
        if (toFirst && First is { HasEnded: false } first)
        {
            Signals.Send(first, new SignalInfo(signal, SignalInfo.User));
            return;
        }
        foreach (LinuxTask task in _tasks.Values.ToArray())
        {
            if (task.Group.Leader == task && task.Group.ProcessGroup == Terminal.Foreground)
                Signals.Send(task.Group, new SignalInfo(signal, SignalInfo.Kernel));
        }
    }

    // ---- books ----------------------------------------------------------------------------------------------------------

    /// <summary>Whoever runs lets the others run first.</summary>
    internal void EndTurn() => _turn = 0;

    /// <summary>A file is shorter now: nobody has pages behind its end, not even copies (<c>truncate_pagecache()</c>).</summary>
    internal void Shortened(GuestFile file, long length)
    {
        HashSet<UserSpace> done = [];
        foreach (LinuxTask task in _tasks.Values)
        {
            if (task.HasLeftMemory || !done.Add(task.Memory))
                continue;
            AddressSpace space = task.Space;
            ulong firstGone = ((ulong)length + space.PageBytes - 1) >> space.PageShift;
            foreach (VirtualMemoryArea area in space.Areas)
            {
                ulong pages = area.Bytes >> space.PageShift;
                if (area.File != file || area.PageOffset + pages <= firstGone)
                    continue;
                ulong kept = firstGone > area.PageOffset ? firstGone - area.PageOffset : 0;
                space.Discard(area.Start + (kept << space.PageShift), (pages - kept) << space.PageShift);
            }
        }
    }

    /// <summary>What the programs of an ABI need: one for all of them, as it has one engine.</summary>
    internal Userland? UserlandOf(UserAbi abi)
    {
        if (!_userlands.TryGetValue(abi, out Userland? userland))
            _userlands.Add(abi, userland = Options.Userlands(abi));
        return userland;
    }

    internal LinuxTask? FindTask(int id) => _tasks.GetValueOrDefault(id);

    /// <summary>A process by its number, also one that has ended and was not waited for.</summary>
    internal ThreadGroup? FindGroup(int id)
    {
        foreach (LinuxTask task in _tasks.Values)
        {
            if (task.Group.Id == id)
                return task.Group;
            foreach (ThreadGroup child in task.Group.Children)
            {
                if (child.Id == id)
                    return child;
            }
        }
        return null;
    }

    internal bool IsTaken(int id) => _takenIds.Contains(id);

    internal void Add(LinuxTask task)
    {
        TasksMade++;
        _tasks.Add(task.Id, task);
        _takenIds.Add(task.Id);
        Watcher?.TaskBegins(task);
        Scheduler.Ready(task);
    }

    internal void Remove(LinuxTask task)
    {
        _tasks.Remove(task.Id);
        if (task.Id != task.Group.Id)
            _takenIds.Remove(task.Id);
        if (_current == task)
            _current = null;
    }

    /// <summary>A process is gone, its number is free.</summary>
    internal void Forget(ThreadGroup group) => _takenIds.Remove(group.Id);

    internal void Renumber(LinuxTask task, int id)
    {
        _tasks.Remove(task.Id);
        _takenIds.Remove(task.Id);
        task.Id = id;
        _tasks.Add(id, task);
        _takenIds.Add(id);
    }

    internal void Note(LinuxTask task, string path, ExecResult result)
    {
        ExecCount++;
        if (_execs.Count < MostExecs)
            _execs.Add(new ProgramExec(task.Group.Id, path, Instructions, result with { Started = null }));
    }

    /// <summary>Whether the first process is about to end, and the run is to stop there.</summary>
    internal bool IsLastMoment(LinuxTask task) => StopsBeforeEnd && task.IsDoomed && task.Group == First && task.Group.Tasks.Count == 1;

    /// <summary>A flush of an address space in use.</summary>
    internal void CountFlush(FlushKind kind) => Books.Count(_current?.Call.Call?.Name ?? _activity, kind);

    /// <summary>The memory of a child.</summary>
    internal UserSpace Adopt(AddressSpace space, UserSpace parent) => new(this, space, parent.Userland, Options.Observe?.Invoke(space))
    {
        Executable = parent.Executable,
        ExecutablePath = parent.ExecutablePath,
        Strings = parent.Strings,
        Auxv = parent.Auxv,
    };

    /// <summary>The memory of a program that has just been loaded.</summary>
    internal UserSpace Adopt(StartState started, Userland userland, RegularNode? node, string path)
    {
        int word = userland.Abi.WordBytes;
        byte[] auxv = new byte[started.Auxv.Length * 2 * word];
        for (int i = 0; i < started.Auxv.Length; i++)
        {
            Abi.GuestNumbers.Write(auxv.AsSpan(2 * i * word, word), userland.Abi.Order, (ulong)started.Auxv[i].Type);
            Abi.GuestNumbers.Write(auxv.AsSpan((2 * i + 1) * word, word), userland.Abi.Order, started.Auxv[i].Value);
        }
        return new UserSpace(this, started.Space, userland, Options.Observe?.Invoke(started.Space))
        {
            Executable = node,
            ExecutablePath = Tree.Absolute(path),
            Strings = ProgramStrings.Measure(started),
            Auxv = auxv,
        };
    }

    /// <summary>A signal that another thread has sent. No struct: a queue of those would be compiled when a run starts.</summary>
    private sealed record OutsideSignal(Signal Signal, bool ToFirst);
}
