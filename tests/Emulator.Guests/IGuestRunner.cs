namespace Emulator.Guests;

/// <summary>Whoever runs a program of a userland to its exit: this machine, qemu-user, the emulator.</summary>
public interface IGuestRunner
{
    /// <summary>Its name in messages.</summary>
    string Name { get; }

    /// <summary>Runs a program and waits for its end.</summary>
    /// <param name="run">What to run.</param>
    /// <returns>What it left behind.</returns>
    /// <exception cref="Emulator.Judges.MissingToolException">The runner is not installed here.</exception>
    GuestOutcome Run(GuestRun run);
}
