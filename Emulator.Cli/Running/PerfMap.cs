using System.Diagnostics.Tracing;
using System.Globalization;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Emulator.Cli.Reports;
using Emulator.Core.Elf;
using Emulator.Core.Exec;

namespace Emulator.Cli.Running;

/// <summary>
/// Writes what perf(1) has to know to name translated code: a line for each region, with its address and size in this process and, as its name, the
/// guest's function and address that it begins at. Where the runtime put a region, its own events say.
/// </summary>
/// <remarks>Format: tools/perf/Documentation/jit-interface.txt of Linux; perf looks for /tmp/perf-PID.map.</remarks>
internal sealed partial class PerfMap : EventListener
{
    private const string RuntimeEvents = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords JitEvents = (EventKeywords)0x10;
    private const string LastName = "the last region";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly StreamWriter _lines;
    private readonly ManualResetEventSlim _last = new();
    private readonly Lock _lock = new();
    private ElfSymbols? _symbols;
    private Func<bool>? _knows;
    private ulong _moved;

    /// <summary>Opens the file and listens from now on.</summary>
    /// <param name="around">Whose environment counts.</param>
    /// <exception cref="ProblemException">The file cannot be written, or the runtime writes it itself.</exception>
    public PerfMap(Surroundings around)
    {
        string path = PathOf(Environment.ProcessId);
        if (around.Environment.TryGetValue("DOTNET_PerfMapEnabled", out string? own) && own is not ("" or "0"))
            throw ProblemException.Usage($"--perf-map: with DOTNET_PerfMapEnabled={own} the runtime writes {path} itself, regions included; use one of the two");
        try
        {
            _lines = new StreamWriter(path) { NewLine = "\n" };
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw ProblemException.Usage($"--perf-map: {path} cannot be written: {Words.OneLine(problem.Message)}");
        }
        // Else the runtime maps code twice, from a file without a name, and perf asks no map about what is a file's.
        if (around.Environment.GetValueOrDefault("DOTNET_EnableWriteXorExecute") != "0")
            around.Error.WriteLine("emulator: --perf-map: perf looks names up only when DOTNET_EnableWriteXorExecute=0 is in the environment");
        foreach (EventSource source in EventSource.GetSources().Where(source => source.Name == RuntimeEvents))
            EnableEvents(source, EventLevel.Verbose, JitEvents);
    }

    /// <summary>Where perf looks for the map of a process.</summary>
    public static string PathOf(int process) => $"/tmp/perf-{process}.map";

    /// <summary>Names functions of the program that runs.</summary>
    /// <param name="program">Its file.</param>
    /// <param name="started">Its execve.</param>
    /// <param name="knows">Whether it is still the only program that was run: addresses of another mean something else.</param>
    public void Name(Files.ProgramFile program, ExecResult started, Func<bool> knows)
    {
        if (program is not { Image: { } image, Interpreter: null })
            return;
        ulong entry = started.User?.Auxv.FirstOrDefault(aux => aux.Name == "AT_ENTRY").Value ?? image.Entry;
        lock (_lock)
        {
            _symbols = ElfSymbols.Read(image, program.File.Length, program.File.TryReadExactly);
            _moved = entry - image.Entry;
            _knows = knows;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        // Events come later, in order: when that of one more method is there, those of all before it are.
        DynamicMethod last = new(LastName, typeof(void), [], typeof(PerfMap).Module, skipVisibility: true);
        last.GetILGenerator().Emit(OpCodes.Ret);
        RuntimeHelpers.PrepareMethod(DescriptorOf(last));
        _ = _last.Wait(LongestWait);
        base.Dispose();
        lock (_lock)
            _lines.Dispose();
        _last.Dispose();
        GC.KeepAlive(last);
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) != true || Of(eventData, "MethodName") is not string name)
            return;
        if (name == LastName)
        {
            _last.Set();
            return;
        }
        if (RegionName().Match(name) is not { Success: true } match || Of(eventData, "MethodStartAddress") is not ulong start || Of(eventData, "MethodSize") is not uint bytes)
            return;
        ulong pc = ulong.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        lock (_lock)
        {
            if (_last.IsSet)
                return;
            string? function = _knows?.Invoke() == true ? _symbols?.NameOf(pc - _moved) : null;
            _lines.WriteLine($"{start:x} {bytes:x} {(function is null ? "" : function + " ")}[guest 0x{pc:x}]");
            _lines.Flush();
        }
    }

    private static object? Of(EventWrittenEventArgs written, string field) =>
        written.PayloadNames?.IndexOf(field) is >= 0 and int at ? written.Payload![at] : null;

    [GeneratedRegex("^region at 0x([0-9a-f]+)$")]
    private static partial Regex RegionName();

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetMethodDescriptor")]
    private static extern RuntimeMethodHandle DescriptorOf(DynamicMethod method);
}
