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

    private static readonly ConcurrentDictionary<string, Lazy<string>> Built = new();

    /// <summary>A test guest, from <c>tests/guests</c>.</summary>
    /// <param name="userland">For which userland.</param>
    /// <param name="program">Its source without <c>.c</c>.</param>
    /// <returns>The full path of the program.</returns>
    /// <exception cref="MissingToolException">There is no compiler.</exception>
    /// <exception cref="JudgeException">The compiler refused it.</exception>
    public static string Test(Userland userland, string program) =>
        Build("tests/guests", [$"{program}.c", "guest.h", "machine.h"], userland.Name, program);

    /// <summary>A benchmark guest, from <c>bench/guests</c>.</summary>
    /// <param name="userland">For which userland; the benchmarks have no variants.</param>
    /// <param name="program">Its source without <c>.c</c>.</param>
    /// <returns>The full path of the program.</returns>
    /// <exception cref="MissingToolException">There is no compiler.</exception>
    /// <exception cref="JudgeException">The compiler refused it.</exception>
    public static string Benchmark(Userland userland, string program) =>
        Build("bench/guests", [$"{program}.c", "bench.h"], userland.Name, program);

    private static string Build(string folder, IReadOnlyList<string> sources, string userland, string program) =>
        Built.GetOrAdd($"{folder} {userland} {program}", _ => new(() => FindOrBuild(Repository.PathOf(folder), sources, userland, program))).Value;

    private static string FindOrBuild(string folder, IReadOnlyList<string> sources, string userland, string program)
    {
        string script = Path.Combine(folder, "build.sh");
        using IncrementalHash content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string source in (IEnumerable<string>)[script, Repository.PathOf("Emulator.Cli/Programs/src/start.h"),
            .. sources.Select(source => Path.Combine(folder, source))])
            content.AppendData(File.ReadAllBytes(source));
        content.AppendData(Encoding.UTF8.GetBytes($"{userland} {program}"));
        string place = Repository.PathOf($"artifacts/guests/{userland}/{Convert.ToHexStringLower(content.GetHashAndReset())[..16]}");
        string built = Path.Combine(place, program);
        if (File.Exists(built))
            return built;

        // Into a directory of its own, which then gets its name at once: another test may be building the same.
        string own = $"{place}-{Guid.NewGuid():n}";
        RunScript(script, own, userland, program);
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

    private static void RunScript(string script, params IReadOnlyList<string> arguments)
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
