using Emulator.Core.Execution;

namespace Emulator.Core.Processes;

/// <summary>The registers of a task: on a CPU while it runs there, put away otherwise.</summary>
public sealed class TaskRegisters
{
    private readonly ulong[] _away;
    private ulong _pc;
    private Cpu? _cpu;

    internal TaskRegisters() => _away = new ulong[EngineState.FirstScratch];

    /// <summary>All registers, by slot.</summary>
    public Span<ulong> Slots => _cpu is null ? _away : _cpu.Registers;

    /// <summary>Address of the next instruction.</summary>
    public ulong Pc
    {
        get => _cpu is null ? _pc : _cpu.Pc;
        set
        {
            if (_cpu is null)
                _pc = value;
            else
                _cpu.Pc = value;
        }
    }

    /// <summary>One register.</summary>
    public ulong this[Slot slot]
    {
        get => Slots[slot.Number];
        set => Slots[slot.Number] = value;
    }

    /// <summary>All registers and the program counter become another's.</summary>
    public void CopyFrom(TaskRegisters other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other.Slots.CopyTo(Slots);
        Pc = other.Pc;
    }

    /// <summary>All registers and the program counter become 0.</summary>
    public void Clear()
    {
        Slots.Clear();
        Pc = 0;
    }

    internal void PutOn(Cpu cpu)
    {
        _away.CopyTo(cpu.Registers);
        cpu.Pc = _pc;
        _cpu = cpu;
    }

    internal void TakeOff()
    {
        if (_cpu is not { } cpu)
            return;
        _cpu = null;
        cpu.Registers[.._away.Length].CopyTo(_away);
        _pc = cpu.Pc;
    }
}
