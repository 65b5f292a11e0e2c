using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Processes.Calls;

/// <summary>Who a process is, what it may use, and what the system is called.</summary>
internal static class IdentityCalls
{
    // ---- numbers -----------------------------------------------------------------------------------------------------------

    public static CallResult ProcessId(CallContext call) => call.Task.Group.Id;

    public static CallResult ThreadId(CallContext call) => call.Task.Id;

    public static CallResult ParentId(CallContext call) => ParentOf(call.Task);

    /// <summary>Everybody is root.</summary>
    public static CallResult Root(CallContext call) => 0;

    /// <summary>Becoming root is allowed, becoming another is not modelled.</summary>
    public static CallResult BecomeRoot(CallContext call)
    {
        int arguments = call.Call!.Parameters.AsSpan().Count(' ') + 1;
        for (int i = 0; i < arguments; i++)
        {
            if (call.Int(i) is not (0 or -1))
                return Errno.EPERM;
        }
        return 0;
    }

    public static CallResult RootThrice(CallContext call)
    {
        for (int i = 0; i < 3; i++)
        {
            if (call.WriteNumber(call[i], 4, 0) is var error && error.Failed())
                return error;
        }
        return 0;
    }

    public static CallResult Groups(CallContext call) => call.Int(0) < 0 ? Errno.EINVAL : 0;

    public static CallResult SetGroups(CallContext call) => call.Int(0) == 0 ? 0 : Errno.EPERM;

    public static int ParentOf(LinuxTask task) => task.Group.Parent?.Id ?? 1;

    // ---- process groups and sessions ---------------------------------------------------------------------------------------

    public static CallResult ProcessGroup(CallContext call) => call.Task.Group.ProcessGroup;

    public static CallResult ProcessGroupOf(CallContext call)
    {
        ThreadGroup? group = call.Int(0) == 0 ? call.Task.Group : call.System.FindGroup(call.Int(0));
        return group is null ? Errno.ESRCH : group.ProcessGroup;
    }

    public static CallResult SetProcessGroup(CallContext call)
    {
        ThreadGroup self = call.Task.Group;
        int pid = call.Int(0) == 0 ? self.Id : call.Int(0), wanted = call.Int(1) == 0 ? pid : call.Int(1);
        if (wanted < 0)
            return Errno.EINVAL;
        ThreadGroup? group = pid == self.Id ? self : self.Children.Find(child => child.Id == pid);
        if (group is null)
            return Errno.ESRCH;
        if (group != self && group.HasExecuted)
            return Errno.EACCES;
        if (group.Session != self.Session || group.Session == group.Id)
            return Errno.EPERM;
        bool exists = wanted == pid;
        foreach (LinuxTask task in call.System.Tasks)
            exists |= task.Group.ProcessGroup == wanted && task.Group.Session == self.Session;
        if (!exists)
            return Errno.EPERM;
        group.ProcessGroup = wanted;
        return 0;
    }

    public static CallResult NewSession(CallContext call)
    {
        ThreadGroup group = call.Task.Group;
        foreach (LinuxTask task in call.System.Tasks)
        {
            if (task.Group.ProcessGroup == group.Id)
                return Errno.EPERM;
        }
        group.Session = group.ProcessGroup = group.Id;
        return group.Id;
    }

    public static CallResult SessionOf(CallContext call)
    {
        ThreadGroup? group = call.Int(0) == 0 ? call.Task.Group : call.System.FindGroup(call.Int(0));
        return group is null ? Errno.ESRCH : group.Session;
    }

    // ---- names -------------------------------------------------------------------------------------------------------------

    public static CallResult Name(CallContext call) => Name(call, 65, 6);

    public static CallResult OldName(CallContext call) => Name(call, 65, 5);

    public static CallResult OldestName(CallContext call) => Name(call, 9, 5);

    private static CallResult Name(CallContext call, int fieldBytes, int fields) => WriteNames(call, call[0], fieldBytes, fields);

    /// <summary>Writes sysname, nodename, release, version, machine and domainname.</summary>
    public static CallResult WriteNames(CallContext call, ulong to, int fieldBytes, int fields)
    {
        ReadOnlySpan<string> names = ["Linux", SystemNames.Host, SystemNames.Release(call.System), SystemNames.Version, call.Task.Userland.Machine, "(none)"];
        byte[] bytes = new byte[fieldBytes * fields];
        for (int i = 0; i < fields; i++)
            System.Text.Encoding.Latin1.GetBytes(names[i].AsSpan(0, Math.Min(names[i].Length, fieldBytes - 1)), bytes.AsSpan(i * fieldBytes));
        return call.CopyOut(to, bytes);
    }

    public static CallResult Information(CallContext call)
    {
        GuestStruct shape = call.Layout.SysInfo;
        Span<byte> bytes = stackalloc byte[shape.Bytes];
        bytes.Clear();
        GuestRecord information = shape.At(bytes, call.Layout.Order);
        Memory.FrameAllocator frames = call.System.Kernel.Frames;
        ulong unit = call.Layout.WordBytes == 8 || call.System.Kernel.Memory.Bytes <= uint.MaxValue ? 1 : call.Space.PageBytes;
        information["uptime"] = (ulong)(call.System.Clock.Now / 1_000_000_000);
        information["total"] = call.System.Kernel.Memory.Bytes / unit;
        information["free"] = (ulong)frames.FreeFrames * (ulong)frames.PageBytes / unit;
        information["procs"] = (ulong)call.System.TaskCount;
        information["unit"] = unit;
        return call.CopyOut(call[0], bytes);
    }

    // ---- limits ------------------------------------------------------------------------------------------------------------

    public static CallResult GetLimit(CallContext call) => GetLimit(call, call.Layout.NoLimit);

    /// <summary>getrlimit() of old: what does not fit is 2^31 - 1.</summary>
    public static CallResult OldGetLimit(CallContext call) => GetLimit(call, int.MaxValue);

    public static CallResult SetLimit(CallContext call)
    {
        int resource = call.Layout.Resources.ToGeneric(call.Int(0));
        Span<byte> bytes = stackalloc byte[call.Layout.Limit.Bytes];
        if (call.CopyIn(call[1], bytes) is var error && error.Failed())
            return error;
        GuestRecord limit = call.Layout.Limit.At(bytes, call.Layout.Order);
        return Set(call, call.Task.Group, resource, FromGuest(limit["current"], call.Layout.NoLimit), FromGuest(limit["most"], call.Layout.NoLimit));
    }

    /// <summary>prlimit64(): 64 bits in every ABI.</summary>
    public static CallResult Limit64(CallContext call)
    {
        int resource = call.Layout.Resources.ToGeneric(call.Int(1));
        ThreadGroup? group = call.Int(0) == 0 ? call.Task.Group : call.System.FindGroup(call.Int(0));
        if (resource is < 0 or >= ResourceLimits.Count)
            return Errno.EINVAL;
        if (group is null)
            return Errno.ESRCH;
        (ulong current, ulong most) = group.Limits[resource];
        if (call[2] != 0)
        {
            if (call.ReadNumber(call[2], 8, out ulong newCurrent) is var badCurrent && badCurrent.Failed())
                return badCurrent;
            if (call.ReadNumber(call[2] + 8, 8, out ulong newMost) is var badMost && badMost.Failed())
                return badMost;
            if (Set(call, group, resource, newCurrent, newMost) is { Failed: true } refused)
                return refused;
        }
        if (call[3] == 0)
            return 0;
        Errno error = call.WriteNumber(call[3], 8, current);
        return error.Failed() ? error : call.WriteNumber(call[3] + 8, 8, most);
    }

    private static CallResult GetLimit(CallContext call, ulong none)
    {
        int resource = call.Layout.Resources.ToGeneric(call.Int(0));
        if (resource is < 0 or >= ResourceLimits.Count)
            return Errno.EINVAL;
        Span<byte> bytes = stackalloc byte[call.Layout.Limit.Bytes];
        GuestRecord limit = call.Layout.Limit.At(bytes, call.Layout.Order);
        (ulong current, ulong most) = call.Task.Group.Limits[resource];
        limit["current"] = Math.Min(current, none);
        limit["most"] = Math.Min(most, none);
        return call.CopyOut(call[1], bytes);
    }

    private static ulong FromGuest(ulong limit, ulong none) => limit >= none ? ResourceLimits.None : limit;

    private static CallResult Set(CallContext call, ThreadGroup group, int resource, ulong current, ulong most)
    {
        if (resource is < 0 or >= ResourceLimits.Count || current > most)
            return Errno.EINVAL;
        const ulong MostFiles = 1 << 20;    // sysctl_nr_open
        if (resource == ResourceLimits.OpenFiles && most > MostFiles)
            return Errno.EPERM;
        group.Limits[resource] = (current, most);
        foreach (LinuxTask task in group.Tasks)
            Apply(task.Space, resource, current);
        return 0;
    }

    /// <summary>Limits that the address space looks at itself.</summary>
    private static void Apply(AddressSpace space, int resource, ulong limit)
    {
        switch (resource)
        {
            case ResourceLimits.Stack:
                space.StackLimitBytes = limit;
                break;
            case ResourceLimits.AddressSpace:
                space.AddressLimitBytes = limit;
                break;
            case ResourceLimits.Data:
                space.DataLimitBytes = limit;
                break;
        }
    }

    // ---- the rest ----------------------------------------------------------------------------------------------------------

    public static CallResult Priority(CallContext call) => 20;      // a nice value of 0

    public static CallResult Yield(CallContext call)
    {
        call.System.EndTurn();
        return 0;
    }

    public static CallResult Affinity(CallContext call)
    {
        ulong word = (ulong)call.Layout.WordBytes;
        if (call[1] < word || call[1] % word != 0)
            return Errno.EINVAL;
        if (call.Int(0) != 0 && call.System.FindTask(call.Int(0)) is null)
            return Errno.ESRCH;
        Errno error = call.WriteNumber(call[2], (int)word, 1);
        return error.Failed() ? error : (long)word;
    }

    public static CallResult PriorityMost(CallContext call) => call.Int(0) is 1 or 2 ? 99 : call.Int(0) is 0 or 3 or 5 ? 0 : Errno.EINVAL;

    public static CallResult PriorityLeast(CallContext call) => call.Int(0) is 1 or 2 ? 1 : call.Int(0) is 0 or 3 or 5 ? 0 : Errno.EINVAL;

    public static CallResult SchedulingParameter(CallContext call) => call.WriteNumber(call[1], 4, 0);

    public static CallResult Random(CallContext call)
    {
        const ulong MostBytes = 33554431;
        if ((call.UInt(2) & ~7u) != 0)
            return Errno.EINVAL;
        ulong bytes = Math.Min(call[1], MostBytes);
        byte[] piece = new byte[Math.Min(bytes, 4096)];
        for (ulong done = 0; done < bytes;)
        {
            Span<byte> part = piece.AsSpan(0, (int)Math.Min((ulong)piece.Length, bytes - done));
            call.System.Random.Fill(part);
            if (call.CopyOut(call[0] + done, part) is var error && error.Failed())
                return done > 0 ? (long)done : error;
            done += (ulong)part.Length;
        }
        return (long)bytes;
    }

    public static CallResult Personality(CallContext call)
    {
        const uint Ask = uint.MaxValue;
        uint before = (uint)call.Task.Group.Personality;
        if (call.UInt(0) != Ask)
            call.Task.Group.Personality = (Kernel.Personality)call.UInt(0);
        return before;
    }

    public static CallResult Cpu(CallContext call)
    {
        Errno error = call.WriteNumberIf(call[0], 4, 0);
        return error.Failed() ? error : call.WriteNumberIf(call[1], 4, 0);
    }

    public static CallResult GetCapabilities(CallContext call)
    {
        const uint Version3 = 0x20080522;
        if (call.ReadNumber(call[0], 4, out ulong version) is var error && error.Failed())
            return error;
        int words = version switch { 0x19980330 => 1, 0x20071026 or Version3 => 2, _ => 0 };
        if (words == 0)
            return call.WriteNumber(call[0], 4, Version3) is var fault && fault.Failed() ? fault : call[1] == 0 ? 0 : Errno.EINVAL;
        for (int i = 0; i < words * 3 && call[1] != 0; i++)
        {
            uint value = i % 3 == 2 ? 0 : i < 3 ? uint.MaxValue : 0x1ff;      // effective and permitted: all
            if (call.WriteNumber(call[1] + (ulong)(4 * i), 4, value) is var unwritten && unwritten.Failed())
                return unwritten;
        }
        return 0;
    }

    public static CallResult Control(CallContext call)
    {
        // PR_*
        const int GetDumpable = 3, GetKeepCaps = 7, SetName = 15, GetName = 16, GetSeccomp = 21, ReadCapability = 23, GetTimerSlack = 30, GetNoNewPrivileges = 39;
        switch (call.Int(0))
        {
            case 1 or 4 or 8 or 24 or 29 or 36 or 38 or 47:      // settings that nothing here looks at
                return 0;
            case GetDumpable or ReadCapability:
                return 1;
            case GetKeepCaps or GetSeccomp or GetNoNewPrivileges:
                return 0;
            case GetTimerSlack:
                return 50_000;
            case SetName:
                Errno error = call.ReadString(call[1], 16, out string name);
                if (error == Errno.EINVAL)
                    error = ReadName(call, out name);
                if (!error.Failed())
                    call.Task.Name = name;
                return error;
            case GetName:
                byte[] bytes = new byte[16];
                System.Text.Encoding.Latin1.GetBytes(call.Task.Name, bytes);
                return call.CopyOut(call[1], bytes);
            default:
                return Errno.EINVAL;
        }
    }

    private static Errno ReadName(CallContext call, out string name)
    {
        Span<byte> bytes = stackalloc byte[15];
        Errno error = call.CopyIn(call[1], bytes);
        name = System.Text.Encoding.Latin1.GetString(bytes);
        return error;
    }
}
