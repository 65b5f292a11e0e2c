using Emulator.Core.Execution;
using Emulator.Core.Memory;

namespace Emulator.Core.Processes;

/// <summary>The machine's one processor: an engine for every userland, of which one runs, and the MMU before all of them.</summary>
internal sealed class Processor(IUserMmu mmu, PhysicalMemory memory, int pageShift, EngineMode mode, Func<LinuxTask, ulong, string>? codeName, RunClock? clock) : IDisposable
{
    private readonly Dictionary<InstructionSet, Cpu> _engines = [];
    private LinuxTask? _on;
    private UserSpace? _space;
    private Cpu? _cpu;
    private ulong _root;
    private ulong? _breakpoint;
    private (LinuxTask Task, ulong Pc)? _cutShort;
    private volatile bool _interrupted;

    /// <summary>Instructions done by all engines.</summary>
    public long Retired { get; private set; }

    /// <summary>What the engines have done.</summary>
    public IEnumerable<EngineStatistics> Statistics
    {
        get
        {
            foreach (Cpu cpu in _engines.Values)
                yield return cpu.Statistics;
        }
    }

    /// <summary>Where a program is stopped before an instruction.</summary>
    public ulong? Breakpoint
    {
        get => _breakpoint;
        set
        {
            _breakpoint = value;
            foreach (Cpu cpu in _engines.Values)
                cpu.Breakpoint = value;
        }
    }

    /// <summary>Runs a task.</summary>
    public CpuStop Run(LinuxTask task, long instructions)
    {
        Cpu cpu = Switch(task);
        if (_interrupted)
        {
            _interrupted = false;
            return new CpuStop(CpuStopKind.Interrupted, cpu.Pc, 0, 0, default);
        }
        // The end of a budget or a request from outside is no event of the machine: a program must not see who looks at it, and how often.
        if (_cutShort is not { } cut || cut.Task != task || cut.Pc != cpu.Pc)
            cpu.Instructions.ReturnFromKernel(cpu.Registers);
        cpu.ChecksAlignment = cpu.Instructions.ChecksAlignment(cpu.Registers);
        long before = cpu.Retired;
        long begun = clock?.BeginProgram(cpu) ?? 0;
        CpuStop stop = cpu.Run(instructions);
        clock?.EndProgram(begun);
        _cutShort = stop.Kind is CpuStopKind.Budget or CpuStopKind.Interrupted ? (task, stop.Pc) : null;
        long done = cpu.Retired - before;
        Retired += done;
        task.Retired += done;
        return stop;
    }

    /// <summary>Asks for a stop soon; for another thread.</summary>
    public void Interrupt()
    {
        _interrupted = true;
        _cpu?.Interrupt();
    }

    /// <summary>A task goes away, or its registers are wanted as they are.</summary>
    public void TakeOff(LinuxTask task)
    {
        if (_on != task)
            return;
        task.Registers.TakeOff();
        _on = null;
    }

    /// <summary>An address space is about to go.</summary>
    public void Leave(UserSpace space)
    {
        if (_space != space)
            return;
        if (_on is { } task)
            TakeOff(task);
        _space = null;
    }

    /// <summary>Mappings have changed.</summary>
    /// <returns>False when the space is not the present one: nothing is known of it here.</returns>
    public bool Flush(UserSpace space, VirtualAddress? page)
    {
        if (_space != space)
            return false;
        if (space.Space.Tables!.RootRegister != _root)
            Activate(space);
        if (page is { } va)
        {
            mmu.Flush(va);
            _cpu!.Flush(va);
        }
        else
        {
            mmu.Flush();
            _cpu!.Flush();
        }
        return true;
    }

    public void Dispose()
    {
        foreach (Cpu cpu in _engines.Values)
            cpu.Dispose();
    }

    private Cpu Switch(LinuxTask task)
    {
        UserSpace space = task.Memory;
        if (_on == task && _space == space)
        {
            if (space.Space.Tables is { } tables && tables.RootRegister != _root)
                Activate(space);        // the tree has grown or shrunk at its top
            return _cpu!;
        }
        if (_on is { } before)
            TakeOff(before);
        if (!_engines.TryGetValue(space.Userland.Instructions, out Cpu? cpu))
        {
            _engines.Add(space.Userland.Instructions, cpu = space.Userland.Instructions.CreateCpu(memory, pageShift, mmu));
            if (cpu.Mode != mode)
                cpu.Mode = mode;
            cpu.Breakpoint = _breakpoint;
            if (codeName is not null)
                cpu.CodeName = pc => codeName(_on!, pc);
        }
        if (_space != space)
        {
            _cpu = cpu;
            _space = space;
            Activate(space);
            cpu.Enter(space.Code);
            cpu.Observe(space.Observer);
        }
        task.Registers.PutOn(cpu);
        _on = task;
        return cpu;
    }

    private void Activate(UserSpace space)
    {
        mmu.Activate(space.Space);
        _root = space.Space.Tables?.RootRegister ?? 0;
    }
}
