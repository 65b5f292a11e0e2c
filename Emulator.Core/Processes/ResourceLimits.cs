namespace Emulator.Core.Processes;

/// <summary>Limits of a process (<c>struct rlimit[]</c>), by generic numbers; <see cref="None"/> for no limit.</summary>
internal sealed class ResourceLimits
{
    public const int CpuTime = 0, FileSize = 1, Data = 2, Stack = 3, Core = 4, Resident = 5, Processes = 6, OpenFiles = 7, Locked = 8, AddressSpace = 9,
        Locks = 10, Signals = 11, Messages = 12, Nice = 13, RealTimePriority = 14, RealTime = 15, Count = 16;

    public const ulong None = ulong.MaxValue;

    private readonly (ulong Current, ulong Most)[] _limits = new (ulong, ulong)[Count];

    /// <summary>What the kernel gives its first process (INIT_RLIMITS), with the stack that was asked for.</summary>
    public ResourceLimits(ulong stackBytes, ulong processes)
    {
        Array.Fill(_limits, (None, None));
        _limits[Stack] = (stackBytes, None);
        _limits[Core] = (0, None);
        _limits[Processes] = (processes, processes);
        _limits[OpenFiles] = (1024, 4096);
        _limits[Locked] = (65536, 65536);
        _limits[Signals] = (processes, processes);
        _limits[Messages] = (819200, 819200);
        _limits[Nice] = _limits[RealTimePriority] = (0, 0);
    }

    private ResourceLimits(ResourceLimits other) => other._limits.CopyTo(_limits, 0);

    public (ulong Current, ulong Most) this[int resource]
    {
        get => _limits[resource];
        set => _limits[resource] = value;
    }

    public ResourceLimits Copy() => new(this);
}
