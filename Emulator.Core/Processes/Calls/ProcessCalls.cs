using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Files;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes.Calls;

/// <summary>fork(), clone(), execve(), exit(), wait() and their like.</summary>
internal static class ProcessCalls
{
    public static CallResult Fork(CallContext call) => Clone(call, new CloneRequest(CloneFlags.None, Signal.SIGCHLD, 0, 0, 0, 0));

    public static CallResult Vfork(CallContext call) => Clone(call, new CloneRequest(CloneFlags.Vfork | CloneFlags.Memory, Signal.SIGCHLD, 0, 0, 0, 0));

    /// <summary>clone(flags, stack, parent_tid, child_tid, tls).</summary>
    public static CallResult Clone(CallContext call) => Clone(call, RequestOf(call, call[0], call[1], call[2], call[3], call[4]));

    /// <summary>clone(flags, stack, parent_tid, tls, child_tid), where the last two are the other way round (CONFIG_CLONE_BACKWARDS).</summary>
    public static CallResult CloneBackwards(CallContext call) => Clone(call, RequestOf(call, call[0], call[1], call[2], call[4], call[3]));

    public static CallResult Clone3(CallContext call)
    {
        const int Fields = 8;
        if (call[1] < Fields * 8)
            return Errno.EINVAL;
        if (call[1] > 4096)
            return Errno.E2BIG;
        Span<ulong> fields = stackalloc ulong[Fields];
        for (int i = 0; i < Fields; i++)
        {
            if (call.ReadNumber(call[0] + (ulong)(8 * i), 8, out fields[i]) is var error && error.Failed())
                return error;
        }
        // flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls
        if ((fields[0] & (ulong)CloneFlags.ExitSignalMask) != 0 || (fields[5] == 0) != (fields[6] == 0))
            return Errno.EINVAL;
        Signal signal = (Signal)call.Layout.Signals.ToGeneric((int)fields[4]);
        return Clone(call, new CloneRequest((CloneFlags)fields[0], signal, fields[5] + fields[6], fields[3], fields[2], fields[7]));
    }

    public static CallResult Execute(CallContext call) => Execute(call, FileCalls.CurrentDirectory, call[0], call[1], call[2], 0);

    public static CallResult ExecuteAt(CallContext call) => Execute(call, call.Int(0), call[1], call[2], call[3], call.Int(4));

    public static CallResult Exit(CallContext call)
    {
        LinuxTask task = call.Task;
        if (task.Group.Tasks.Count == 1)
            ProcessLife.EndGroup(task.Group, call.Int(0), Signal.None);
        call.System.Life.Leave(task);
        return CallResult.Gone;
    }

    public static CallResult ExitGroup(CallContext call)
    {
        ProcessLife.EndGroup(call.Task.Group, call.Int(0), Signal.None);
        call.System.Life.Leave(call.Task);
        return CallResult.Gone;
    }

    public static CallResult SetTidAddress(CallContext call)
    {
        call.Task.ClearChildTid = call[0];
        return call.Task.Id;
    }

    public static CallResult SetRobustList(CallContext call)
    {
        if (call[1] != 3 * (ulong)call.Layout.WordBytes)
            return Errno.EINVAL;
        call.Task.RobustList = call[0];
        return 0;
    }

    public static CallResult GetRobustList(CallContext call)
    {
        LinuxTask? task = call.Int(0) == 0 ? call.Task : call.System.FindTask(call.Int(0));
        if (task is null)
            return Errno.ESRCH;
        Errno error = call.WriteNumber(call[1], call.Layout.WordBytes, task.RobustList);
        return error.Failed() ? error : call.WriteNumber(call[2], call.Layout.WordBytes, 3 * (ulong)call.Layout.WordBytes);
    }

    public static CallResult Wait4(CallContext call) => WaitCalls.Wait(call, call.Int(0), call[1], call.Int(2), call[3]);

    public static CallResult WaitPid(CallContext call) => WaitCalls.Wait(call, call.Int(0), call[1], call.Int(2), 0);

    public static CallResult WaitId(CallContext call) => WaitCalls.WaitId(call);

    private static CloneRequest RequestOf(CallContext call, ulong flags, ulong stack, ulong parentTid, ulong childTid, ulong tls)
    {
        Signal signal = (Signal)call.Layout.Signals.ToGeneric((int)(flags & (ulong)CloneFlags.ExitSignalMask));
        return new CloneRequest((CloneFlags)(uint)flags & ~CloneFlags.ExitSignalMask, signal, stack, parentTid, childTid, tls);
    }

    private static CallResult Clone(CallContext call, in CloneRequest request)
    {
        if (call.State is LinuxTask awaited)
        {
            call.Task.SleepsDeeply = false;
            return awaited.Id;      // a vfork whose child has left our memory
        }
        Errno error = call.System.Life.Clone(call.Task, request, out LinuxTask? child);
        if (error.Failed())
            return error;
        call.Task.Userland.EndFork(call.Task.Registers);
        if (!request.Flags.HasFlag(CloneFlags.Vfork))
            return child!.Id;
        WaitQueue queue = new();
        child!.VforkParent = queue;
        call.State = child;
        call.Task.SleepsDeeply = true;
        call.Task.Join(queue);
        call.Task.Sleep(null);
        return CallResult.Sleeping;
    }

    private static CallResult Execute(CallContext call, int directory, ulong pathAt, ulong arguments, ulong environment, int flags)
    {
        const int NoFollow = 0x100, EmptyPath = 0x1000;
        LinuxTask task = call.Task;
        if (call.ReadPath(pathAt, out string path) is var badPath && badPath.Failed())
            return badPath;
        if ((flags & ~(NoFollow | EmptyPath)) != 0)
            return Errno.EINVAL;
        RegularNode? node;
        string name = path;
        if (path.Length == 0 && (flags & EmptyPath) != 0)
        {
            if (task.Files[directory] is not { } open)
                return Errno.EBADF;
            node = open.Node as RegularNode;
            name = $"/dev/fd/{directory}";
            if (node is null || (node.Permissions & 0x49) == 0)
                return Errno.EACCES;
        }
        else
        {
            if (FileCalls.Start(call, directory, path, out DirectoryNode? from) is var badStart && badStart.Failed())
                return badStart;
            if (TreeFiles.FindProgram(task.Location, from, path, out node) is var missing && missing.Failed())
                return missing;
        }
        if (StringArray.Read(call, arguments, out List<byte[]?> argv) is var badArguments && badArguments.Failed())
            return badArguments;
        if (StringArray.Read(call, environment, out List<byte[]?> envp) is var badEnvironment && badEnvironment.Failed())
            return badEnvironment;
        ExecRequest request = new()
        {
            Program = node!.PagesAs(path),
            FileName = name,
            Arguments = argv,
            Environment = envp,
            Files = new TreeFiles(task.Location),
            CallerAbi = task.Userland.Abi.Name,
            Personality = task.Group.Personality,
            StackLimitBytes = call.Limit(ResourceLimits.Stack),
            Seed = call.System.Options.Seed is { } seed ? seed + (ulong)call.System.ExecCount : null,
        };
        Errno error = call.System.Life.Execute(task, node, name, request, out _);
        return error.Failed() ? error : CallResult.Gone;
    }
}
