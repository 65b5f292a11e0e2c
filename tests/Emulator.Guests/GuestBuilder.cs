using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Emulator.Judges;
using Emulator.Testing;

namespace Emulator.Guests;

/// <summary>
/// Builds guests once for each content of their sources. The programs are in <c>artifacts/guests</c> of the source tree, which git
/// ignores, so that later runs and other test projects find them.
/// </summary>
public static class GuestBuilder
{
    private const int ExitMissing = 127;        // what the scripts say when a compiler is missing

    // What the freestanding ones begin with.
    private const string Start = "Emulator.Cli/Programs/src/start.h";

    // What dynamic ones get their root from.
    private const string Libraries = "tests/guests/glibc/libraries.sh";

    private static readonly ConcurrentDictionary<string, Lazy<string>> Built = new();

    /// <summary>A test guest, from <c>tests/guests</c>.</summary>
    /// <param name="userland">For which userland.</param>
    /// <param name="program">Its source without <c>.c</c>.</param>
    /// <returns>The full path of the program.</returns>
    /// <exception cref="MissingToolException">There is no compiler.</exception>
    /// <exception cref="JudgeException">The compiler refused it.</exception>
    public static string Test(Userland userland, string program) => Build(program, "tests/guests/build.sh",
        [$"tests/guests/{program}.c", "tests/guests/guest.h", "tests/guests/machine.h", "tests/guests/threads.h", Start], userland.Name, program);

    /// <summary>A benchmark guest, from <c>bench/guests</c>.</summary>
    /// <param name="userland">For which userland; the benchmarks have no variants.</param>
    /// <param name="program">Its source without <c>.c</c>.</param>
    /// <returns>The full path of the program.</returns>
    /// <exception cref="MissingToolException">There is no compiler.</exception>
    /// <exception cref="JudgeException">The compiler refused it.</exception>
    public static string Benchmark(Userland userland, string program) => Build(program, "bench/guests/build.sh",
        [$"bench/guests/{program}.c", "bench/guests/bench.h", Start], userland.Name, program);

    /// <summary>A program of the C or C++ library, from <c>tests/guests/glibc</c>.</summary>
    /// <param name="userland">For which userland.</param>
    /// <param name="program">Its source without extension.</param>
    /// <param name="dynamic">With shared libraries, which are in the directory <c>root</c> beside the program.</param>
    /// <returns>The full path of the program.</returns>
    /// <exception cref="MissingToolException">There is no compiler.</exception>
    /// <exception cref="JudgeException">The compiler refused it.</exception>
    public static string Library(Userland userland, string program, bool dynamic)
    {
        string source = $"tests/guests/glibc/{program}.c";
        return Build(program, "tests/guests/glibc/build.sh", [File.Exists(Repository.PathOf(source)) ? source : $"{source}c", Libraries], userland.Name, program,
            dynamic ? "dynamic" : "static");
    }

    /// <summary>Debian's busybox: static for x86, on alpha with shared libraries, which are in the directory <c>root</c> beside the program.</summary>
    /// <param name="userland">For which userland: x86_64, i386 or alpha.</param>
    /// <returns>The full path of the program.</returns>
    /// <exception cref="MissingToolException">It cannot be fetched here, or a compiler is missing.</exception>
    public static string Busybox(Userland userland) => Build("busybox", "tests/guests/busybox.sh", [Libraries], userland.Name);

    private static string Build(string program, string script, IReadOnlyList<string> sources, params string[] arguments) => Built.GetOrAdd(
        $"{script} {string.Join(' ', arguments)}",
        _ => new(() => FindOrBuild(program, Repository.PathOf(script), [.. sources.Select(Repository.PathOf)], arguments))).Value;

    private static string FindOrBuild(string program, string script, IReadOnlyList<string> sources, string[] arguments)
    {
        using IncrementalHash content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string source in (IEnumerable<string>)[script, .. sources])
            content.AppendData(File.ReadAllBytes(source));
        content.AppendData(Encoding.UTF8.GetBytes(string.Join(' ', arguments)));
        string place = Repository.PathOf($"artifacts/guests/{arguments[0]}/{Convert.ToHexStringLower(content.GetHashAndReset())[..16]}");
        string built = Path.Combine(place, program);
        if (File.Exists(built))
            return built;

        // Into a directory of its own, which then gets its name at once: another test may be building the same.
        string own = $"{place}-{Guid.NewGuid():n}";
        RunScript(script, [own, .. arguments]);
        try
        {
            Directory.Move(own, place);
        }
        catch (IOException) when (File.Exists(built))
        {
            Directory.Delete(own, recursive: true);
        }
        return built;
    }

    private static void RunScript(string script, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(script) { RedirectStandardError = true };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start)!;
            string complaint = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            if (process.ExitCode == ExitMissing)
                throw new MissingToolException(complaint);
            if (process.ExitCode != 0)
                throw new JudgeException($"{script} {string.Join(' ', arguments)} failed: {complaint}");
        }
        catch (Win32Exception failed)
        {
            throw new JudgeException($"{script} cannot be started: {failed.Message}", failed);
        }
    }
}
