using Emulator.Core.Kernel;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Processes;

/// <summary>The tree that programs see: a root, with /dev, /proc and /sys over it.</summary>
internal sealed class FileTree
{
    private const ulong RootDevice = 1, DevDevice = 2, ProcDevice = 3, MemoryDevices = 4;

    private readonly LinuxSystem _system;
    private readonly FileIdentities _identities = new();
    private readonly MemoryBudget _budget;
    private readonly Dictionary<HostStream, HostStreamNode> _streams = [];

    public FileTree(LinuxSystem system)
    {
        _system = system;
        _budget = new MemoryBudget((long)(system.Kernel.Memory.Bytes / 2));
        DirectoryNode below = system.Options.Root ?? NewDirectory(RootDevice);
        OverlayDirectory root = new(below);
        _identities.Give(root, RootDevice);
        root.Mount("dev", Devices());
        ProcDirectory proc = new ProcFiles(system, _identities).Root();
        _identities.Give(proc, ProcDevice);
        root.Mount("proc", proc);
        MemoryDirectory sys = NewDirectory(MemoryDevices);
        MemoryDirectory cpus = sys.Directory("devices").Directory("system").Directory("cpu");
        foreach (string name in new[] { "online", "possible", "present" })
            cpus.Put(name, new TextNode(() => "0\n"));
        root.Mount("sys", sys);
        if (below is MemoryDirectory memory)
            memory.Directory("tmp").SetPermissions(0x3ff);      // 01777
        Root = root;
    }

    public DirectoryNode Root { get; }

    /// <summary>What files in memory may hold, and what is left of it.</summary>
    public (long Bytes, long Free) Memory => (_budget.Bytes, _budget.Free);

    /// <summary>Puts a file into a tree that is in memory alone; directories on the way are made.</summary>
    public void Place(string path, FileNode node)
    {
        if (((OverlayDirectory)Root).Below is not MemoryDirectory at)
            throw new InvalidOperationException("files are placed in a tree of memory, this one is the host's");
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in names.AsSpan(0, names.Length - 1))
            at = at.Directory(name);
        at.Put(names[^1], node);
    }

    /// <summary>Makes a new pipe.</summary>
    public Pipe NewPipe()
    {
        Pipe pipe = new();
        _identities.Give(pipe, MemoryDevices + 1);
        return pipe;
    }

    /// <summary>A file without a name, in memory.</summary>
    public MemoryRegular NewUnnamed()
    {
        MemoryRegular file = new(_budget, () => _system.Clock.RealTime);
        _identities.Give(file, MemoryDevices);
        return file;
    }

    /// <summary>Descriptors 0, 1 and 2; where two are one stream of the host they are one file.</summary>
    public FileTable StandardFiles()
    {
        FileTable files = new();
        SystemOptions options = _system.Options;
        HostStream[] streams = [options.Input, options.Output, options.Error];
        for (int descriptor = 0; descriptor < streams.Length; descriptor++)
        {
            OpenFlags flags = streams[descriptor].IsTerminal ? OpenFlags.ReadWrite : descriptor == 0 ? OpenFlags.None : OpenFlags.WriteOnly;
            HostStreamNode node = NodeOf(streams[descriptor], descriptor);
            files.Replace(descriptor, new HostStreamFile(node, node.Stream, _system) { Flags = flags, Path = node.Nameless! }, closesOnExec: false);
        }
        return files;
    }

    /// <summary>A path made absolute, for showing: names are not looked up.</summary>
    public string Absolute(string path)
    {
        string full = path.StartsWith('/') ? path : $"{_system.Options.Directory}/{path}";
        List<string> names = [];
        foreach (string name in full.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == ".." && names.Count > 0)
                names.RemoveAt(names.Count - 1);
            else if (name is not ("." or ".."))
                names.Add(name);
        }
        return "/" + string.Join('/', names);
    }

    private MemoryDirectory NewDirectory(ulong device)
    {
        MemoryDirectory directory = new(_identities, _budget, () => _system.Clock.RealTime);
        _identities.Give(directory, device);
        return directory;
    }

    private HostStreamNode NodeOf(HostStream stream, int descriptor)
    {
        if (!_streams.TryGetValue(stream, out HostStreamNode? node))
        {
            _streams.Add(stream, node = new HostStreamNode(stream, $"std{descriptor}"));
            _identities.Give(node, DevDevice);
        }
        return node;
    }

    private MemoryDirectory Devices()
    {
        MemoryDirectory dev = NewDirectory(DevDevice);
        SpanFiller random = bytes => _system.Random.Fill(bytes), zeros = bytes => bytes.Clear();
        DeviceNode Memory(int minor, SpanFiller? fill, bool full = false) => new(1, minor, (node, _) => (Errno.None, new MemoryDevice(node, fill, full)));
        dev.Put("null", Memory(3, null));
        dev.Put("zero", Memory(5, zeros));
        dev.Put("full", Memory(7, zeros, full: true));
        dev.Put("random", Memory(8, random));
        dev.Put("urandom", Memory(9, random));
        dev.Put("tty", new DeviceNode(5, 0, OpenTerminal));
        dev.Put("console", new DeviceNode(5, 1, OpenTerminal));
        dev.Put("fd", new FixedLink("/proc/self/fd"));
        dev.Put("stdin", new FixedLink("/proc/self/fd/0"));
        dev.Put("stdout", new FixedLink("/proc/self/fd/1"));
        dev.Put("stderr", new FixedLink("/proc/self/fd/2"));
        dev.Directory("shm").SetPermissions(0x3ff);             // 01777
        return dev;
    }

    private (Errno Error, OpenFile? File) OpenTerminal(DeviceNode device, LinuxTask task)
    {
        SystemOptions options = _system.Options;
        foreach (HostStream stream in (ReadOnlySpan<HostStream>)[options.Input, options.Output, options.Error])
        {
            if (stream.IsTerminal)
                return (Errno.None, new HostStreamFile(NodeOf(stream, 0), stream, _system));
        }
        return (Errno.ENXIO, null);
    }
}
