using System.Text;
using Emulator.Arch.Amd64;
using Emulator.Arch.S390;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Tracing;
using Emulator.Testing;

namespace Emulator.Bench;

/// <summary>A machine that is there already, and one execve on it again and again: from bprm_mm_init() to the last table freed.</summary>
internal sealed class Execs : IDisposable
{
    /// <summary>RLIMIT_STACK: enough for the largest vector under either kernel's rules.</summary>
    public const ulong StackLimitBytes = 64 << 20;

    private readonly Machine _machine;
    private readonly Recorder? _recorder;
    private readonly ExecRequest _request;
    private readonly string _way;
    private readonly byte[] _from, _to;

    /// <summary>Makes the machine.</summary>
    /// <param name="target">What is executed where.</param>
    /// <param name="way">in-place or staged.</param>
    /// <param name="argumentBytes">Bytes of argument strings, NULs included.</param>
    /// <param name="stringBytes">Bytes of each of them, NUL included.</param>
    /// <param name="events">Whether every event is recorded.</param>
    public Execs(ExecTarget target, string way, int argumentBytes, int stringBytes, bool events)
    {
        Architecture architecture = target.Architecture == "s390" ? new S390() : new Amd64();
        _recorder = events ? new Recorder() : null;
        _machine = architecture.CreateMachine(new MachineOptions { Kernel = target.Kernel, MemoryBytes = 256 << 20 }, _recorder);
        _way = way;
        _request = new ExecRequest
        {
            Program = new MemoryFile("/child", File.ReadAllBytes(Repository.PathOf(target.Program))),
            FileName = "/child",
            Arguments = Arguments(argumentBytes, stringBytes),
            Environment = ["A=b"u8.ToArray()],
            Files = new NoFiles(),
            StackLimitBytes = StackLimitBytes,
        };
        _from = new byte[argumentBytes];
        _to = new byte[argumentBytes];
    }

    /// <summary>Events of one execve; 0 when nobody watches.</summary>
    public int Events { get; private set; }

    public void Run()
    {
        ExecResult result = Execve.Run(_machine.Kernel, _request, ExecWays.Create(_way));
        if (result.Started is not { } started)
            throw new InvalidOperationException($"{result.Error}: {result.Reason}");
        started.Space.Destroy();
        if (_recorder is null)
            return;
        Events = _recorder.Count;
        _recorder.Clear();
    }

    /// <summary>The yardstick: the same bytes, copied once from warm memory to warm memory.</summary>
    public void Copy() => _from.CopyTo(_to, 0);

    public void Dispose() => _machine.Dispose();

    private static IReadOnlyList<byte[]> Arguments(int bytes, int stringBytes)
    {
        byte[] text = Encoding.ASCII.GetBytes(new string('x', stringBytes - 1));
        return [.. Enumerable.Repeat(text, bytes / stringBytes)];
    }

    private sealed class NoFiles : IFileSource
    {
        public Errno Open(string path, out GuestFile? file)
        {
            file = null;
            return Errno.ENOENT;
        }
    }
}
