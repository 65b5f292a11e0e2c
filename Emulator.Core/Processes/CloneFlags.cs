namespace Emulator.Core.Processes;

/// <summary>Flags of clone() (include/uapi/linux/sched.h).</summary>
[Flags]
internal enum CloneFlags : ulong
{
    None = 0,
    ExitSignalMask = 0xff,
    Memory = 0x100,
    Location = 0x200,
    Files = 0x400,
    SignalHandlers = 0x800,
    Vfork = 0x4000,
    Parent = 0x8000,
    Thread = 0x10000,
    SetThreadPointer = 0x80000,
    ParentSetTid = 0x100000,
    ChildClearTid = 0x200000,
    ChildSetTid = 0x1000000,
    ClearHandlers = 0x1_0000_0000,

    /// <summary>All of CLONE_NEW*.</summary>
    Namespaces = 0x7e02_0000,
}
