using Emulator.Judges;

namespace Emulator.Guests;

/// <summary>Programs of the host that tests need.</summary>
public static class HostTool
{
    /// <summary>Finds a program in PATH.</summary>
    /// <param name="program">Its name.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="MissingToolException">It is not installed; the message says which package has it.</exception>
    public static string Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists)
        ?? throw new MissingToolException($"{program} is not installed; on Debian: apt-get install {PackageOf(program)}");

    private static string PackageOf(string program) => program.StartsWith("qemu-", StringComparison.Ordinal) ? "qemu-user" : program;
}
