using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Emulator.Guests;

/// <summary>Whose word counts: what a program must print, and how it must end.</summary>
public static class GuestJudge
{
    private static readonly ConcurrentDictionary<(TestGuest, Userland), Lazy<GuestOutcome>> Known = new();

    /// <summary>Whether this machine runs programs of x86_64 and i386 itself.</summary>
    public static bool MachineIsAmd64 => OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64;

    /// <summary>
    /// The judge of a program: this machine where it runs the userland; where the program does the same everywhere, its x86_64 build
    /// on this machine; qemu-user for the rest.
    /// </summary>
    /// <param name="guest">The program.</param>
    /// <param name="userland">The userland whose run is to be judged.</param>
    /// <returns>Who, and which userland's build it runs.</returns>
    public static (IGuestRunner Runner, Userland Build) Of(TestGuest guest, Userland userland) => MachineIsAmd64 switch
    {
        true when userland.RunsOnAmd64 => (ProgramRunner.Native(), userland),
        true when guest.SameEverywhere => (ProgramRunner.Native(), Userland.Amd64),
        _ => (ProgramRunner.QemuUser(userland), userland),
    };

    /// <summary>What the judge saw. It is asked once in the life of this process.</summary>
    /// <param name="guest">The program.</param>
    /// <param name="userland">The userland whose run is to be judged.</param>
    /// <returns>The judge's name, and the outcome.</returns>
    /// <exception cref="Emulator.Judges.MissingToolException">A compiler or qemu-user is missing.</exception>
    public static (string By, GuestOutcome Outcome) Ask(TestGuest guest, Userland userland)
    {
        (IGuestRunner runner, Userland build) = Of(guest, userland);
        GuestOutcome outcome = Known.GetOrAdd((guest, build), _ => new(() => runner.Run(guest.For(build)))).Value;
        return runner.Name == userland.QemuUser
            ? ($"{runner.Name}", QemuUserDeviations.Correct(guest, outcome))
            : ($"{runner.Name} ({build})", outcome);
    }
}
