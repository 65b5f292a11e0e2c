using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Emulator.Judges;

/// <summary>An emulator running as a child process, with a limit on its life and its output kept for error messages.</summary>
internal sealed class Tool : IDisposable
{
    // Nothing here runs longer than a minute; a child that outlives a killed test run ends by itself.
    private const string LifeSeconds = "600";

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    public Tool(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        Program = program;
        ProcessStartInfo start = new("timeout")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "--kill-after=5", LifeSeconds, Find(program) },
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;

        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new JudgeException("timeout (coreutils) cannot be started", missing);
        }
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    public string Program { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>What the program wrote to standard output and standard error so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Finds a program in PATH, or says which Debian package has it.</summary>
    public static string Find(string program)
    {
        string? found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
        return found ?? throw new MissingToolException($"{program} is not installed; on Debian: apt-get install {PackageOf(program)}");
    }

    /// <summary>Waits for the end of the process and of its output.</summary>
    public bool WaitForExit(TimeSpan limit)
    {
        if (!_process.WaitForExit(limit))
            return false;
        _process.WaitForExit();
        return true;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        _process.Dispose();
    }

    private static string PackageOf(string program) => program switch
    {
        "qemu-system-x86_64" => "qemu-system-x86",
        "qemu-system-s390x" or "qemu-system-alpha" => "qemu-system-misc",
        "qemu-system-sparc64" => "qemu-system-sparc",
        "qemu-system-ppc64" => "qemu-system-ppc",
        _ => program,
    };

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        lock (_output)
            _output.AppendLine(line.Data);
    }
}
