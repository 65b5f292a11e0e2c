using System.Globalization;
using System.Text;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes.Files;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes;

/// <summary>The files of /proc that programs look at most.</summary>
/// <remarks>Source: proc(5), fs/proc/array.c, fs/proc/task_mmu.c, v2.6.32 and v6.1.</remarks>
internal sealed class ProcFiles(LinuxSystem system, FileIdentities identities)
{
    private static readonly string[] TopNames = ["cpuinfo", "filesystems", "loadavg", "meminfo", "mounts", "self", "stat", "sys", "uptime", "version"];
    private static readonly string[] ProcessNames = ["auxv", "cmdline", "comm", "cwd", "environ", "exe", "fd", "limits", "maps", "root", "stat", "statm", "status", "task"];

    public ProcDirectory Root() => new(identities, () => Processes().Concat(TopNames), Find);

    private IEnumerable<string> Processes() =>
        system.Tasks.Select(task => task.Group.Id).Distinct().Order().Select(id => id.ToString(CultureInfo.InvariantCulture));

    private FileNode? Find(string name) => name switch
    {
        "self" => system.Current is { } current ? new FixedLink(current.Group.Id.ToString(CultureInfo.InvariantCulture)) : null,
        "thread-self" => system.Current is { } current ? new FixedLink($"{current.Group.Id}/task/{current.Id}") : null,
        "meminfo" => new TextNode(MemoryInfo),
        "cpuinfo" => new TextNode(CpuInfo),
        "uptime" => new TextNode(() => $"{Seconds(system.Clock.Now)} {Seconds(Math.Max(0, system.Clock.Now - system.Instructions))}\n"),
        "loadavg" => new TextNode(() => $"0.00 0.00 0.00 {system.Tasks.Count(task => task.State == TaskState.Running)}/{system.TaskCount} {system.Current?.Id}\n"),
        "stat" => new TextNode(SystemStat),
        "version" => new TextNode(() => $"Linux version {SystemNames.Release(system)} ({SystemNames.Builder}) {SystemNames.Version}\n"),
        "filesystems" => new TextNode(() => "nodev\tproc\nnodev\ttmpfs\nnodev\tdevtmpfs\n"),
        "mounts" => new TextNode(() => "root / rootfs rw 0 0\nproc /proc proc rw 0 0\ndev /dev devtmpfs rw 0 0\n"),
        "sys" => Sys(),
        _ => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && system.FindTask(id) is { } task ? Process(task) : null,
    };

    // ---- the system -----------------------------------------------------------------------------------------------------

    private ProcDirectory Sys() => Fixed(("kernel", () => Fixed(
            ("hostname", () => new TextNode(() => SystemNames.Host + "\n")),
            ("osrelease", () => new TextNode(() => SystemNames.Release(system) + "\n")),
            ("ostype", () => new TextNode(() => "Linux\n")),
            ("pid_max", () => new TextNode(() => "32768\n")),
            ("threads-max", () => new TextNode(() => $"{system.Options.MaxTasks}\n")),
            ("ngroups_max", () => new TextNode(() => "65536\n")),
            ("cap_last_cap", () => new TextNode(() => "40\n")),
            ("randomize_va_space", () => new TextNode(() => system.Options.Seed is null ? "0\n" : "2\n")))),
        ("vm", () => Fixed(
            ("overcommit_memory", () => new TextNode(() => "0\n")),
            ("max_map_count", () => new TextNode(() => "65530\n")),
            ("mmap_min_addr", () => new TextNode(() => "65536\n")))));

    private ProcDirectory Fixed(params (string Name, Func<FileNode> Make)[] files) =>
        new(identities, () => files.Select(file => file.Name), name => Array.Find(files, file => file.Name == name).Make?.Invoke());

    private string MemoryInfo()
    {
        FrameAllocator frames = system.Kernel.Frames;
        ulong page = (ulong)frames.PageBytes / 1024, total = system.Kernel.Memory.Bytes / 1024, free = (ulong)frames.FreeFrames * page, cached = (ulong)system.Kernel.PageCache.Pages * page;
        ulong tables = 0;
        for (int level = 0; level < system.Kernel.Profile.MaxDepth; level++)
            tables += (ulong)frames.InUse(FrameAllocator.TableOwner(level)) * page;
        StringBuilder text = new();
        void Line(string name, ulong kilobytes) => text.Append($"{name + ':',-16}{kilobytes,8} kB\n");
        Line("MemTotal", total);
        Line("MemFree", free);
        if (system.Kernel.Profile.Era.ChargesAgainstAllMemory)
            Line("MemAvailable", free + cached);    // 34e431b0ae39 ("/proc/meminfo: provide estimated available memory") (in v3.14)
        Line("Buffers", 0);
        Line("Cached", cached);
        Line("SwapCached", 0);
        Line("SwapTotal", 0);
        Line("SwapFree", 0);
        Line("AnonPages", (ulong)frames.InUse(FrameUse.Anonymous) * page);
        Line("PageTables", tables);
        return text.ToString();
    }

    private string CpuInfo() => $"processor\t: 0\nmodel name\t: {system.Current?.Userland.Machine}\n\n";

    private string SystemStat()
    {
        long ticks = system.Instructions / 10_000_000, idle = Math.Max(0, system.Clock.Now - system.Instructions) / 10_000_000;
        return $"cpu  {ticks} 0 0 {idle} 0 0 0 0 0 0\ncpu0 {ticks} 0 0 {idle} 0 0 0 0 0 0\nintr 0\nctxt {system.Switches}\n"
            + $"btime {(system.Clock.RealTime - system.Clock.Now) / 1_000_000_000}\nprocesses {system.TasksMade}\nprocs_running 1\nprocs_blocked 0\n";
    }

    private static string Seconds(long nanoseconds) => $"{nanoseconds / 1_000_000_000}.{nanoseconds / 10_000_000 % 100:00}";

    // ---- a process ------------------------------------------------------------------------------------------------------

    private ProcDirectory Process(LinuxTask task) => new(identities, () => ProcessNames, name => FindIn(task, name)) { Device = 3 };

    private FileNode? FindIn(LinuxTask task, string name) => task.HasLeftMemory ? null : name switch
    {
        "maps" => new TextNode(() => string.Concat(task.Space.Areas.Select(area => MapsLine.Format(task.Space, area) + '\n'))),
        "status" => new TextNode(() => Status(task)),
        "stat" => new TextNode(() => Stat(task)),
        "statm" => new TextNode(() => StatM(task)),
        "cmdline" => new TextNode(() => Strings(task, task.Memory.Strings.ArgumentStart, task.Memory.Strings.ArgumentEnd)),
        "environ" => new TextNode(() => Strings(task, task.Memory.Strings.ArgumentEnd, task.Memory.Strings.EnvironmentEnd)),
        "auxv" => new TextNode(() => task.Memory.Auxv),
        "comm" => new TextNode(() => task.Name + '\n'),
        "limits" => new TextNode(() => LimitsText(task)),
        "exe" => new MagicLink(task.Memory.ExecutablePath, task.Memory.Executable),
        "cwd" => new MagicLink(task.Location.Current.PathFrom(task.Location.Root), task.Location.Current),
        "root" => new MagicLink("/", task.Location.Root),
        "fd" => new ProcDirectory(identities, () => task.Files.Descriptors.Select(fd => fd.ToString(CultureInfo.InvariantCulture)), fd => Descriptor(task, fd)) { Device = 3 },
        "task" => new ProcDirectory(identities, () => task.Group.Tasks.Select(thread => thread.Id.ToString(CultureInfo.InvariantCulture)),
            id => int.TryParse(id, out int number) && task.Group.Tasks.Find(thread => thread.Id == number) is { } thread ? Process(thread) : null)
        { Device = 3 },
        _ => null,
    };

    private static MagicLink? Descriptor(LinuxTask task, string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor) && task.Files[descriptor] is { } file ? new MagicLink(file.Path, file.Node) : null;

    private static byte[] Strings(LinuxTask task, ulong start, ulong end)
    {
        const ulong Most = 1 << 22;
        byte[] bytes = new byte[Math.Min(end > start ? end - start : 0, Most)];
        return task.Space.CopyIn(new VirtualAddress(start), bytes).Failed() ? [] : bytes;
    }

    private static char Letter(LinuxTask task) => task.State switch { TaskState.Running => 'R', TaskState.Sleeping => 'S', TaskState.Stopped => 'T', TaskState.Zombie => 'Z', _ => 'X' };

    private string Status(LinuxTask task)
    {
        AddressSpace space = task.Space;
        KernelEra era = system.Kernel.Profile.Era;
        ulong stack = 0, data = 0, text = 0;
        foreach (VirtualMemoryArea area in space.Areas)
        {
            bool grows = area.Flags.HasFlag(AreaFlags.GrowsDown);
            stack += grows ? area.Bytes : 0;
            bool isData = era.AccountedTableLevels > 1 ? (area.Flags & (AreaFlags.Write | AreaFlags.Shared)) == AreaFlags.Write : area.File is null;
            data += isData && !grows ? area.Bytes : 0;
            text += (area.Flags & (AreaFlags.Execute | AreaFlags.Write)) == AreaFlags.Execute && area.File is not null ? area.Bytes : 0;
        }
        StringBuilder lines = new();
        void Line(string name, string value) => lines.Append($"{name}:\t{value}\n");
        void Size(string name, ulong bytes) => lines.Append($"{name}:\t{bytes / 1024,8} kB\n");
        Line("Name", task.Name);
        string word = task.State switch { TaskState.Running => "running", TaskState.Sleeping => "sleeping", TaskState.Stopped => "stopped", _ => "zombie" };
        Line("State", $"{Letter(task)} ({word})");
        Line("Tgid", $"{task.Group.Id}");
        Line("Pid", $"{task.Id}");
        Line("PPid", $"{task.Group.Parent?.Id ?? 1}");
        Line("TracerPid", "0");
        Line("Uid", "0\t0\t0\t0");
        Line("Gid", "0\t0\t0\t0");
        Line("FDSize", "64");
        Line("Groups", "0 ");
        ulong resident = (ulong)space.ResidentPages * space.PageBytes;
        Size("VmPeak", space.MappedBytes);
        Size("VmSize", space.MappedBytes);
        Size("VmLck", 0);
        Size("VmHWM", resident);
        Size("VmRSS", resident);
        if (era.AccountedTableLevels > 1)
        {
            Size("RssAnon", (ulong)space.AnonymousPages * space.PageBytes);
            Size("RssFile", (ulong)space.FilePages * space.PageBytes);
            Size("RssShmem", 0);
        }
        Size("VmData", data);
        Size("VmStk", stack);
        Size("VmExe", text);
        Size("VmLib", 0);
        Size("VmPTE", space.Tables?.AccountedBytes(era.AccountedTableLevels) ?? 0);
        Line("Threads", $"{task.Group.Tasks.Count}");
        Line("SigPnd", $"{task.Pending.Set.Bits:x16}");
        Line("ShdPnd", $"{task.Group.Pending.Set.Bits:x16}");
        Line("SigBlk", $"{task.Blocked.Bits:x16}");
        Line("SigIgn", $"{Actions(task, SignalAction.Ignore):x16}");
        Line("SigCgt", $"{Actions(task, null):x16}");
        Line("voluntary_ctxt_switches", $"{task.VoluntarySwitches}");
        Line("nonvoluntary_ctxt_switches", $"{task.Switches}");
        return lines.ToString();
    }

    private static ulong Actions(LinuxTask task, ulong? handler)
    {
        ulong set = 0;
        for (int signal = 1; signal <= SignalSet.Last; signal++)
        {
            ulong found = task.Handlers[(Signal)signal].Handler;
            bool counts = handler is { } wanted ? found == wanted : found > SignalAction.Ignore;
            set |= counts ? 1UL << (signal - 1) : 0;
        }
        return set;
    }

    private string Stat(LinuxTask task)
    {
        ThreadGroup group = task.Group;
        AddressSpace space = task.Space;
        long ticks = group.Usage.Instructions / 10_000_000, childTicks = group.Waited.Instructions / 10_000_000;
        return $"{task.Id} ({task.Name}) {Letter(task)} {group.Parent?.Id ?? 1} {group.ProcessGroup} {group.Session} 0 {system.Terminal.Foreground} 4194304 "
            + $"{group.Usage.Faults} {group.Waited.Faults} 0 0 {ticks} 0 {childTicks} 0 20 0 {group.Tasks.Count} 0 {group.StartedAt / 10_000_000} "
            + $"{space.MappedBytes} {space.ResidentPages} {ulong.MaxValue} 1 1 {space.StartStack.Value} 0 0 "
            + $"{task.Pending.Set.Bits} {task.Blocked.Bits} {Actions(task, SignalAction.Ignore)} {Actions(task, null)} 0 0 0 17 0 0 0 0 0 0\n";
    }

    private static string StatM(LinuxTask task)
    {
        AddressSpace space = task.Space;
        return $"{space.MappedBytes >> space.PageShift} {space.ResidentPages} {space.FilePages} 0 0 {space.AnonymousPages} 0\n";
    }

    private static string LimitsText(LinuxTask task)
    {
        string[] names =
        [
            "Max cpu time", "Max file size", "Max data size", "Max stack size", "Max core file size", "Max resident set", "Max processes", "Max open files",
            "Max locked memory", "Max address space", "Max file locks", "Max pending signals", "Max msgqueue size", "Max nice priority", "Max realtime priority", "Max realtime timeout",
        ];
        string[] units = ["seconds", "bytes", "bytes", "bytes", "bytes", "bytes", "processes", "files", "bytes", "bytes", "locks", "signals", "bytes", "", "", "us"];
        static string Value(ulong limit) => limit == ResourceLimits.None ? "unlimited" : limit.ToString(CultureInfo.InvariantCulture);
        StringBuilder text = new("Limit                     Soft Limit           Hard Limit           Units     \n");
        for (int resource = 0; resource < names.Length; resource++)
            text.Append($"{names[resource],-25} {Value(task.Group.Limits[resource].Current),-20} {Value(task.Group.Limits[resource].Most),-20} {units[resource],-10}\n");
        return text.ToString();
    }
}
