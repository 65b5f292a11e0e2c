namespace Emulator.Core.Processes;

/// <summary>What uname() and /proc call the system.</summary>
internal static class SystemNames
{
    public const string Host = "emulator";
    public const string Builder = "emulator@emulator";
    public const string Version = "#1 SMP";

    public static string Release(LinuxSystem system) => system.Options.Release ?? (system.Kernel.Profile.Era.Version.Split('.').Length > 2 ? system.Kernel.Profile.Era.Version : system.Kernel.Profile.Era.Version + ".0");
}
