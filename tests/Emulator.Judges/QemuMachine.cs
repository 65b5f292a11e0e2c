using System.Globalization;
using System.Net.Sockets;

namespace Emulator.Judges;

/// <summary>
/// A QEMU process, started paused, with its monitor, its gdb stub and its RAM within reach.
/// RAM is a file in a private folder mapped shared by QEMU, so that reading and writing it costs no protocol.
/// Everything is gone after <see cref="Dispose"/>.
/// </summary>
public sealed class QemuMachine : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly PrivateFolder _folder;
    private readonly Tool _process;

    private readonly bool _sharesMemory;

    private QemuMachine(PrivateFolder folder, Tool process, bool sharesMemory, GuestRam ram, QmpClient qmp, GdbClient gdb) =>
        (_folder, _process, _sharesMemory, Ram, Qmp, Gdb) = (folder, process, sharesMemory, ram, qmp, gdb);

    /// <summary>The machine protocol.</summary>
    public QmpClient Qmp { get; }

    /// <summary>The gdb stub.</summary>
    public GdbClient Gdb { get; }

    /// <summary>Size of RAM.</summary>
    public long MemoryBytes => Ram.Bytes;

    /// <summary>CPU time that the process has used so far, all threads; what waits costs nothing.</summary>
    /// <remarks>Source: /proc/PID/task/TID/schedstat, first number: nanoseconds on a CPU (Linux, Documentation/scheduler/sched-stats.rst).</remarks>
    public TimeSpan ProcessorTime
    {
        get
        {
            string process = File.ReadAllText(_folder.File("pid")).Trim();
            long nanoseconds = 0;
            foreach (string thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
                nanoseconds += long.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture);
            return TimeSpan.FromMicroseconds(nanoseconds / 1000.0);
        }
    }

    /// <summary>The RAM itself, where the machine shares it; else only what it started with.</summary>
    internal GuestRam Ram { get; }

    /// <summary>Starts a paused machine with an image at physical address 0.</summary>
    /// <param name="options">Which machine.</param>
    /// <param name="image">The first bytes of RAM; what follows is zero.</param>
    /// <returns>The machine.</returns>
    /// <exception cref="JudgeException">QEMU did not start.</exception>
    public static QemuMachine Start(QemuOptions options, ReadOnlySpan<byte> image)
    {
        PrivateFolder folder = new();
        GuestRam? ram = null;
        Tool? process = null;
        QmpClient? qmp = null;
        QemuMachine? machine = null;
        try
        {
            string memory = folder.File("ram"), qmpPath = folder.File("qmp"), gdbPath = folder.File("gdb");
            ram = new GuestRam(memory, options.MemoryBytes);
            ram.Load(image);
            // QEMU connects to us: no waiting for sockets to appear.
            using Socket qmpListener = Listen(qmpPath), gdbListener = Listen(gdbPath);
            long mebibytes = options.MemoryBytes >> 20;
            string[] firmware = [];
            if (!options.Firmware.IsEmpty)
            {
                File.WriteAllBytes(folder.File("firmware"), options.Firmware.ToArray());
                firmware = ["-bios", folder.File("firmware")];
            }
            process = new Tool(options.Program,
            [
                "-nodefaults", "-display", "none", "-S", "-no-reboot", "-pidfile", folder.File("pid"),
                "-machine", options.SharesMemory ? $"{options.Machine},memory-backend=ram" : options.Machine, "-cpu", options.Cpu, "-m", $"{mebibytes}M",
                .. options.SharesMemory
                    ? (string[])["-object", $"memory-backend-file,id=ram,size={mebibytes}M,mem-path={memory},share=on"]
                    : ["-device", $"loader,file={memory},addr=0,force-raw=on"],
                "-qmp", $"unix:{qmpPath}", "-chardev", $"socket,id=gdb,path={gdbPath}", "-gdb", "chardev:gdb",
                .. firmware,
            ], []);
            qmp = new QmpClient(Accept(qmpListener, process));
            GdbClient gdb = new(Accept(gdbListener, process), options.BigEndian, options.PacketRegisters);
            machine = new QemuMachine(folder, process, options.SharesMemory, ram, qmp, gdb);
            return machine;
        }
        finally
        {
            if (machine is null)
            {
                qmp?.Dispose();
                process?.Dispose();
                ram?.Dispose();
                folder.Dispose();
            }
        }
    }

    /// <summary>Lets the machine run until it stops by itself.</summary>
    /// <param name="limit">How long to wait.</param>
    /// <param name="used">CPU time that this took.</param>
    /// <returns>False when the time is over; the machine is then still running.</returns>
    /// <exception cref="JudgeException">The machine ended.</exception>
    public bool TryContinue(TimeSpan limit, out TimeSpan used)
    {
        TimeSpan before = ProcessorTime;
        bool stopped = Gdb.TryContinue(limit);
        used = ProcessorTime - before;
        return stopped;
    }

    /// <summary>Executes a line of the human monitor.</summary>
    /// <param name="commandLine">For example <c>info tlb</c>.</param>
    /// <returns>What the monitor prints.</returns>
    public string Monitor(string commandLine) => Qmp.Monitor(commandLine);

    /// <summary>
    /// Translates with QEMU's debug walk, which ignores rights and reserved bits, under the control registers set now.
    /// </summary>
    /// <param name="virtualAddress">The virtual address.</param>
    /// <returns>The physical address, or null where nothing is mapped.</returns>
    public ulong? TranslateWithoutChecks(ulong virtualAddress)
    {
        string answer = Monitor($"gva2gpa 0x{virtualAddress:x}");
        int at = answer.IndexOf("gpa: ", StringComparison.Ordinal);
        return at < 0 ? null : Convert.ToUInt64(answer[(at + 5)..], 16);
    }

    /// <summary>Reads RAM.</summary>
    /// <param name="address">Physical address of the first byte.</param>
    /// <param name="count">How many bytes.</param>
    /// <returns>The bytes as they are now.</returns>
    public byte[] ReadPhysical(ulong address, int count)
    {
        if (!_sharesMemory)
        {
            string part = _folder.File("part");
            string said = Monitor($"pmemsave 0x{address:x} {count} \"{part}\"");
            return said.Length == 0 ? File.ReadAllBytes(part) : throw new JudgeException($"{count} bytes at {address:x16} cannot be read: {said}");
        }
        byte[] bytes = new byte[count];
        Ram.Read(address, bytes);
        return bytes;
    }

    /// <summary>Writes RAM behind the machine's back: data and page tables, but no instructions that ran already.</summary>
    /// <param name="address">Physical address of the first byte.</param>
    /// <param name="bytes">The bytes.</param>
    public void WritePhysical(ulong address, ReadOnlySpan<byte> bytes)
    {
        if (_sharesMemory)
        {
            Ram.Write(address, bytes);
            return;
        }
        Gdb.UsePhysicalMemory(true);
        Gdb.WriteMemory(address, bytes);
        Gdb.UsePhysicalMemory(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Gdb.Dispose();
        Qmp.Dispose();
        _process.Dispose();
        Ram.Dispose();
        _folder.Dispose();
    }

    private static Socket Listen(string path)
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        return listener;
    }

    private static Socket Accept(Socket listener, Tool process)
    {
        for (long deadline = Environment.TickCount64 + (long)StartLimit.TotalMilliseconds; Environment.TickCount64 < deadline;)
        {
            if (listener.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead))
            {
                Socket accepted = listener.Accept();
                (accepted.ReceiveTimeout, accepted.SendTimeout) = (20_000, 20_000);
                return accepted;
            }
            if (process.HasExited)
            {
                process.WaitForExit(TimeSpan.FromSeconds(5));
                throw new JudgeException($"{process.Program} ended at once: {process.Output}");
            }
        }
        throw new JudgeException($"{process.Program} did not connect within {StartLimit.TotalSeconds} s: {process.Output}");
    }
}
