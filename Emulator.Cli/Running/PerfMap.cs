using System.Diagnostics.Tracing;
using System.Globalization;
using System.Reflection.Emit;
using System.Text;
using Emulator.Cli.Files;
using Emulator.Core.Elf;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes;

namespace Emulator.Cli.Running;

/// <summary>
/// A file that tells perf where translated code lies, in lines of <c>START BYTES NAME</c>, numbers in hexadecimal. Only the runtime knows where its compiler
/// put a method and how long it is; it says so in events.
/// </summary>
/// <remarks>
/// Sources: tools/perf/Documentation/jit-interface.txt of the Linux kernel; event MethodLoadVerbose in "Method Events" of .NET's documentation of runtime
/// events.
/// </remarks>
internal sealed class PerfMap : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords Compiled = (EventKeywords)0x10;     // JitKeyword
    private const int MethodLoadVerbose = 143, AddressAt = 2, BytesAt = 3, NameAt = 7;
    private const int PatienceMilliseconds = 2_000;

    private static int _maps;

    private readonly string _last = $"end of map {Interlocked.Increment(ref _maps)}";
    private readonly object _lock = new();      // the program's thread names, the runtime's writes
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<GuestFile, FunctionNames?> _symbols = [];
    private readonly ManualResetEventSlim _complete = new();
    private readonly StreamWriter? _lines;
    private IOException? _failed;
    private bool _closed;

    private PerfMap(Stream stream)
    {
        // Events come from now on, but none has a name that was given here.
        _lines = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };
    }

    /// <summary>Where perf looks for the map of a process.</summary>
    public static string PathOf(int process) => $"/tmp/perf-{process}.map";

    /// <summary>Begins the file, empty.</summary>
    /// <param name="file">Its path; null for the one where perf looks.</param>
    /// <param name="around">Where relative paths start, and whose environment counts.</param>
    /// <exception cref="ProblemException">It cannot be written, or the runtime writes it.</exception>
    public static PerfMap Begin(string? file, Surroundings around)
    {
        PerfMap map = file is null ? BeginUsual(around) : new PerfMap(ResultFile.Begin(around, file));
        // Else the runtime maps code twice, from a file without a name, and perf asks no map about what is a file's.
        if (around.Environment.GetValueOrDefault("DOTNET_EnableWriteXorExecute") != "0")
            around.Error.WriteLine("emulator: --perf-map: perf looks names up only when DOTNET_EnableWriteXorExecute=0 is in the environment");
        return map;
    }

    private static PerfMap BeginUsual(Surroundings around)
    {
        string path = PathOf(Environment.ProcessId);
        if (around.Environment.TryGetValue("DOTNET_PerfMapEnabled", out string? own) && own is not ("" or "0"))
            throw ProblemException.Usage($"--perf-map: with DOTNET_PerfMapEnabled={own} the runtime writes {path} itself; --perf-map=FILE writes another, and the runtime's has the same names then");
        try
        {
            File.Delete(path);      // of a process that had our number: perf takes no file but its user's, and a link may lead anywhere
            return new PerfMap(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw ProblemException.Unwritable(path, problem);
        }
    }

    /// <summary>Names code that is about to be translated: its userland, its address, its symbol where the file that it is mapped from has one, its process.</summary>
    public string NameOf(LinuxTask task, ulong pc)
    {
        StringBuilder name = new($"{task.Userland.Abi.Name} 0x{pc:x}");
        if (task.Memory.Space.Find(new VirtualAddress(pc)) is { File: { } file } area)
        {
            if (!_symbols.TryGetValue(file, out FunctionNames? functions))
                _symbols.Add(file, functions = FunctionNames.Read(file));
            if (functions?.NameAt((area.PageOffset << task.Memory.Space.PageShift) + (pc - area.Start.Value)) is { } function)
                name.Append(' ').Append(function);
        }
        name.Append($" [{task.Group.Id}/{task.Name}]");
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsControl(name[i]))
                name[i] = '?';      // a line is a line
        }
        string text = name.ToString();
        lock (_lock)
            _names.Add(text);
        return text;
    }

    /// <summary>Waits until all that was compiled so far has its line, for two seconds at most.</summary>
    /// <returns>What is missing; null for nothing.</returns>
    public string? Complete()
    {
        DynamicMethod last = new(_last, typeof(void), []);
        last.GetILGenerator().Emit(OpCodes.Ret);
        last.CreateDelegate<Action>()();
        bool told = _complete.Wait(PatienceMilliseconds);
        lock (_lock)
            return _failed is { } problem ? $"the file is cut short: {Words.OneLine(problem.Message)}" : told ? null : "lines are missing: the runtime has not told in time where all of the code lies";
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        lock (_lock)
        {
            if (_closed)
                return;
            _closed = true;
            _lines?.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
            EnableEvents(eventSource, EventLevel.Verbose, Compiled);
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventId != MethodLoadVerbose || eventData.Payload is not { Count: > NameAt } payload || payload[NameAt] is not string name)
            return;
        lock (_lock)
        {
            if (name == _last)
                _complete.Set();
            else if (_names.Contains(name) && !_closed && _failed is null)
                Write(string.Create(CultureInfo.InvariantCulture, $"{payload[AddressAt]:x} {payload[BytesAt]:x} {name}"));
        }
    }

    private void Write(string line)
    {
        try
        {
            _lines?.WriteLine(line);
        }
        catch (IOException problem)
        {
            _failed = problem;      // whoever waits for the end is told: this is the runtime's thread
        }
    }

    /// <summary>Names by place in a file: where it is mapped does not matter.</summary>
    private sealed record FunctionNames(ElfImage Image, ElfSymbols Symbols)
    {
        public static FunctionNames? Read(GuestFile file) =>
            ElfImage.TryRead(file.Length, file.TryReadExactly, out ElfImage? image, out _) ? new(image, ElfSymbols.Read(image, file.Length, file.TryReadExactly)) : null;

        public string? NameAt(ulong offset)
        {
            foreach (ElfSegment segment in Image.Segments)
            {
                if (segment is { Type: ElfSegment.Load, Executable: true } && offset >= segment.Offset && offset - segment.Offset < segment.FileBytes)
                    return Symbols.NameOf(segment.VirtualAddress + (offset - segment.Offset));
            }
            return null;
        }
    }
}
